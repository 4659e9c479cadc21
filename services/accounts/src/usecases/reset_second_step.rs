//! An operator helps somebody whose telephone and recovery codes are gone: the second step is taken off
//! the account, everybody is signed out of it, and its owner hears of it by mail.

use super::{AccessEnded, Failure, end_all_access::end_all_access, tell_owner::tell};
use crate::store::{authenticators, mails::What, passkeys, persons, recovery_codes};
use database::Tx;
use kernel::{Env, ids::PersonId};

/// What was taken off an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecondStepReset {
    pub(crate) authenticator: bool,
    pub(crate) recovery_codes: u64,
    pub(crate) passkeys: u64,
    pub(crate) ended: AccessEnded,
}

/// Removes the authenticator app and the recovery codes, and passkeys `with_passkeys`. Nothing when the
/// person is gone.
pub(crate) fn reset_second_step(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    with_passkeys: bool,
) -> Result<Option<SecondStepReset>, Failure> {
    let Some(person) = persons::lock(tx, person)? else { return Ok(None) };
    let authenticator = authenticators::delete(tx, person.id)?;
    let recovery_codes = recovery_codes::delete(tx, person.id)?;
    let passkeys = if with_passkeys { passkeys::delete_all(tx, person.id)? } else { 0 };
    let ended = end_all_access(tx, env, person.id)?;
    if authenticator || recovery_codes + passkeys > 0 {
        tell(tx, env, &person, None, What::SecondStepReset { passkeys: passkeys > 0 })?;
    }
    Ok(Some(SecondStepReset { authenticator, recovery_codes, passkeys, ended }))
}
