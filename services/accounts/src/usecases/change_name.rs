//! A person wants to be called otherwise.

use super::{Failure, living_session::living_session, sign_up::registered};
use crate::{events::publish::publish, store::persons};
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::Principal;

/// Renames a person; the answer is what their token says from now on. Nothing when the session has
/// ended.
pub(crate) fn change_name(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    session: SessionId,
    name: &str,
) -> Result<Option<Principal>, Failure> {
    let Some(mut person) = persons::lock(tx, person)? else { return Ok(None) };
    let Some(session) = living_session(tx, env, (person.id, session))? else { return Ok(None) };
    if person.name != name {
        persons::rename(tx, person.id, name)?;
        name.clone_into(&mut person.name);
        person.version += 1;
        publish(tx, env, person.version.cast_unsigned(), registered(&person))?;
    }
    Ok(Some(session.principal(tx, &person)?))
}
