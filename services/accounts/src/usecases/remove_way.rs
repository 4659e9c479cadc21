//! A person takes away a passkey or the authenticator app. Recovery codes go with the last of them:
//! there is nothing left to recover.

use super::Failure;
use crate::store::{authenticators, passkeys, recovery_codes, ways};
use database::Tx;
use kernel::{
    Env,
    ids::{PasskeyId, PersonId},
};

/// `false`: they have no such passkey.
pub(crate) fn remove_passkey(
    tx: &mut Tx<'_>,
    _: &Env,
    person: PersonId,
    id: PasskeyId,
) -> Result<bool, Failure> {
    let removed = passkeys::delete(tx, person, id)?;
    forget_codes(tx, person)?;
    Ok(removed)
}

/// `false`: they have none.
pub(crate) fn remove_authenticator(
    tx: &mut Tx<'_>,
    _: &Env,
    person: PersonId,
) -> Result<bool, Failure> {
    let removed = authenticators::delete(tx, person)?;
    forget_codes(tx, person)?;
    Ok(removed)
}

fn forget_codes(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Failure> {
    if !ways::of_person(tx, person)?.are_strong() {
        recovery_codes::delete(tx, person)?;
    }
    Ok(())
}
