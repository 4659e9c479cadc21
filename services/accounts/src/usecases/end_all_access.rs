//! Whatever acts as a person ends: all sessions, and all that apps may do for them (ASVS 5.0, 7.4.5).
//! For operators; a person ends their own by `end_sessions`.

use super::{Failure, Which, end_sessions};
use crate::store::grants;
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use kernel::{Env, ids::PersonId};

/// What ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessEnded {
    pub(crate) sessions: Vec<SessionRevoked>,
    /// Sign-ins at apps.
    pub(crate) apps: u64,
}

/// Ends all of it; every service hears of the sessions.
pub(crate) fn end_all_access(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
) -> Result<AccessEnded, Failure> {
    let sessions = end_sessions(tx, env, person, Which::All)?;
    let apps = grants::end_of_person(tx, person, env.now)?;
    Ok(AccessEnded { sessions, apps })
}
