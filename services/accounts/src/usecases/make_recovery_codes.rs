//! Ten codes for the day when the phone is gone. They are shown once, and the ones before are over.

use super::{Failure, tell_owner::tell_owner};
use crate::{
    domain::recovery,
    store::{
        mails::{Place, What},
        recovery_codes,
    },
};
use database::Tx;
use kernel::{Env, ids::PersonId};

/// Makes them and tells their owner.
pub(crate) fn make_recovery_codes(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    place: &Place,
) -> Result<Vec<String>, Failure> {
    tell_owner(tx, env, person, Some(place), What::RecoveryCodesMade)?;
    make(tx, env, person)
}

/// Makes them with something else that is told.
pub(super) fn make(tx: &mut Tx<'_>, env: &Env, person: PersonId) -> Result<Vec<String>, Failure> {
    let made: Vec<String> =
        (0..recovery::CODES).map(|_| recovery::code(env.random().bytes())).collect();
    let read: Vec<String> = made.iter().filter_map(|code| recovery::read(code)).collect();
    recovery_codes::replace(tx, person, &read)?;
    Ok(made)
}
