//! A person has opened a link that was sent to their address.

use super::{Failure, end_all_access, sign_up::registered, tell_owner::tell};
use crate::{
    events::publish::publish,
    store::{
        mails::What,
        persons::{self, Person},
    },
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use kernel::Env;

/// The address is proved from now on. Who opened the account before that may have been anybody:
/// whatever opens it and whatever acts as them ends, and its owner is told.
pub(super) fn prove_address(
    tx: &mut Tx<'_>,
    env: &Env,
    person: &mut Person,
) -> Result<Vec<SessionRevoked>, Failure> {
    if person.email_verified {
        return Ok(Vec::new());
    }
    persons::set_verified(tx, person.id)?;
    let removed = persons::remove_ways(tx, person.id)?;
    person.email_verified = true;
    person.version += 1;
    publish(tx, env, person.version.cast_unsigned(), registered(person))?;
    if removed > 0 {
        tell(tx, env, person, None, What::WaysRemoved)?;
    }
    Ok(end_all_access(tx, env, person.id)?.sessions)
}
