//! A person wants to be forgotten: their sessions end, their rows go, and the others hear of it.

use super::{Failure, Which, end_sessions};
use crate::{events::publish::publish, store::persons};
use contracts::accounts::v1::{PersonErased, SessionRevoked};
use database::Tx;
use kernel::{Env, ids::PersonId};

/// Erases a person and tells which sessions ended by it.
pub(crate) fn erase_person(
    tx: &mut Tx<'_>,
    env: &Env,
    id: PersonId,
) -> Result<Vec<SessionRevoked>, Failure> {
    let Some(person) = persons::lock(tx, id)? else { return Ok(Vec::new()) };
    let ended = end_sessions(tx, env, id, Which::All)?;
    persons::delete(tx, id)?;
    publish(tx, env, person.version.cast_unsigned() + 1, PersonErased { person_id: id })?;
    Ok(ended)
}
