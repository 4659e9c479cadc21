//! Somebody signs in: a place where they never were is told to them, and known from now on.

use super::{Entry, Failure, tell_owner::tell_owner};
use crate::{
    domain::{device, email},
    store::{
        attempts,
        mails::{Place, What},
    },
};
use database::Tx;
use kernel::Env;
use session::Principal;

/// Notices where `who` comes in. The first place of all is no news.
pub(super) fn notice_place(
    tx: &mut Tx<'_>,
    env: &Env,
    who: &Principal,
    entry: &Entry,
) -> Result<(), Failure> {
    let person = who.person_id;
    let place = attempts::place(&email::key(&who.email), &entry.network);
    if !attempts::is_known_place(tx, &place)? && attempts::has_places(tx, person)? {
        let device = device::name(&entry.user_agent);
        let here = Place { device, network: entry.network.clone() };
        tell_owner(tx, env, person, Some(&here), What::NewPlace)?;
    }
    attempts::know_place(tx, &place, person, env.now)?;
    Ok(())
}
