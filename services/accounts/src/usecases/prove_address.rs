//! A person has opened a link that was sent to their address.

use super::{Failure, Which, end_sessions, sign_up::registered};
use crate::{
    events::publish::publish,
    store::persons::{self, Person},
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use kernel::Env;

/// The address is proved from now on. Who opened the account before that may have been anybody: their
/// password, their passkeys, their providers and their sessions end.
pub(super) fn prove_address(
    tx: &mut Tx<'_>,
    env: &Env,
    person: &mut Person,
) -> Result<Vec<SessionRevoked>, Failure> {
    if person.email_verified {
        return Ok(Vec::new());
    }
    persons::set_verified(tx, person.id)?;
    persons::remove_ways(tx, person.id)?;
    person.email_verified = true;
    person.version += 1;
    publish(tx, env, person.version.cast_unsigned(), registered(person))?;
    end_sessions(tx, env, person.id, Which::All)
}
