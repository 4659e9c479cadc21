//! Sign out, here or elsewhere: the sessions end, and every service hears of it.

use super::Failure;
use crate::{
    events::publish::publish,
    store::sessions::{self, Session},
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::TOKEN_LIFE;

/// Which of a person's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    Others(SessionId),
    /// All.
    All,
}

/// Ends sessions of a person and tells which. A session of somebody else is not touched.
pub(crate) fn end_sessions(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    which: Which,
) -> Result<Vec<SessionRevoked>, Failure> {
    let live = sessions::of_person(tx, person)?;
    let chosen = live.into_iter().filter(|session| match which {
        Which::One(id) => session.id == id,
        Which::Others(id) => session.id != id,
        Which::All => true,
    });
    chosen.map(|session| end(tx, env, &session)).collect()
}

fn end(tx: &mut Tx<'_>, env: &Env, session: &Session) -> Result<SessionRevoked, Failure> {
    sessions::revoke(tx, session.id, env.now)?;
    let revoked = SessionRevoked {
        session_id: session.id,
        person_id: session.person_id,
        tokens_expire_at: env.now.checked_add(TOKEN_LIFE).unwrap_or(env.now),
    };
    publish(tx, env, 2, revoked.clone())?;
    Ok(revoked)
}
