//! Whose account gains or loses a way in hears of it by mail, posted with the change itself (ASVS 5.0,
//! 6.3.7). What the mails say is in `mailing`.

use crate::store::{
    mails::{self, Letter, Notice, Place, What},
    persons::{self, Person},
};
use database::{Error, Tx};
use kernel::{Env, ids::PersonId};

/// Tells the owner of an account. `place`: where it was done; nothing when it was not done by a person
/// who is signed in.
pub(super) fn tell_owner(
    tx: &mut Tx<'_>,
    env: &Env,
    owner: PersonId,
    place: Option<&Place>,
    what: What,
) -> Result<(), Error> {
    match persons::by_id(tx, owner)? {
        Some(owner) => tell(tx, env, &owner, place, what),
        None => Ok(()),
    }
}

/// The same, at the address of `owner` as it is given.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    env: &Env,
    owner: &Person,
    place: Option<&Place>,
    what: What,
) -> Result<(), Error> {
    // What nobody has confirmed may be a stranger's address.
    if !owner.email_verified {
        return Ok(());
    }
    let letter = Letter::Notice(Notice { what, place: place.cloned() });
    mails::post(tx, env, &owner.email, Some(owner.id), &letter)
}
