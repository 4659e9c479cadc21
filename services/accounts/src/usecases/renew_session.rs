//! A token has expired: does its session still live?

use super::{Failure, living_session::living_session};
use crate::store::{persons, sessions};
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::Principal;

/// Who is signed in by this session, with what is true of them now. Nothing when it is over.
pub(crate) fn renew_session(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    session: SessionId,
) -> Result<Option<Principal>, Failure> {
    let Some(living) = living_session(tx, env, (person, session))? else { return Ok(None) };
    let Some(person) = persons::by_id(tx, person)? else { return Ok(None) };
    sessions::touch(tx, session, env.now)?;
    Ok(Some(living.principal(tx, &person)?))
}
