//! A person takes away a passkey or the authenticator app, and is told by mail. Recovery codes go with the last of them:
//! there is nothing left to recover.

use super::{Failure, tell_owner::tell_owner};
use crate::store::{
    authenticators,
    mails::{Place, What},
    passkeys, recovery_codes, ways,
};
use database::Tx;
use kernel::{
    Env,
    ids::{PasskeyId, PersonId},
};

/// `false`: they have no such passkey.
pub(crate) fn remove_passkey(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    id: PasskeyId,
    place: &Place,
) -> Result<bool, Failure> {
    let removed = passkeys::delete(tx, person, id)?;
    if removed {
        tell_owner(tx, env, person, Some(place), What::PasskeyRemoved)?;
    }
    forget_codes(tx, person)?;
    Ok(removed)
}

/// `false`: they have none.
pub(crate) fn remove_authenticator(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    place: &Place,
) -> Result<bool, Failure> {
    let removed = authenticators::delete(tx, person)?;
    if removed {
        tell_owner(tx, env, person, Some(place), What::AuthenticatorRemoved)?;
    }
    forget_codes(tx, person)?;
    Ok(removed)
}

fn forget_codes(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Failure> {
    if !ways::of_person(tx, person)?.are_strong() {
        recovery_codes::delete(tx, person)?;
    }
    Ok(())
}
