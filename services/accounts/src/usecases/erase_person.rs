//! A person wants to be forgotten: their sessions end, their rows go, and the others hear of it.

use super::{Failure, Which, end_sessions};
use crate::{events::publish::publish, store::persons};
use contracts::accounts::v1::{PersonErased, SessionRevoked};
use database::Tx;
use kernel::{Env, ids::PersonId};
use session::address_digest;

/// Erases a person and tells which sessions ended by it.
pub(crate) fn erase_person(
    tx: &mut Tx<'_>,
    env: &Env,
    id: PersonId,
) -> Result<Vec<SessionRevoked>, Failure> {
    let Some(person) = persons::lock(tx, id)? else { return Ok(Vec::new()) };
    let ended = end_sessions(tx, env, id, Which::All)?;
    persons::delete(tx, &person)?;
    // What came from an address that anybody could have typed here is not theirs to erase.
    let address_digest = person.email_verified.then(|| address_digest(&person.email));
    let version = person.version.cast_unsigned() + 1;
    publish(tx, env, version, PersonErased { person_id: id, address_digest })?;
    outbox::forget(tx, &id.to_string())?;
    Ok(ended)
}
