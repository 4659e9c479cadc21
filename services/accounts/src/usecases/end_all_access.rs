//! Whatever acts as a person ends: all sessions, all that apps may do for them, and whoever is half
//! inside (ASVS 5.0, 7.4.5). For operators, and for a person who may have lost the account; who only
//! wants to sign out ends sessions by `end_sessions`.

use super::{Failure, Which, change_password::withdraw_links, end_sessions};
use crate::store::{grants, persons};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use kernel::{Env, ids::PersonId};

/// What ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    // A sign-in that is under way holds the person: its session is there to be found afterwards.
    if persons::lock(tx, person)?.is_none() {
        return Ok(AccessEnded::default());
    }
    withdraw_links(tx, person)?;
    let sessions = end_sessions(tx, env, person, Which::All)?;
    let apps = grants::end_of_person(tx, person, env.now)?;
    Ok(AccessEnded { sessions, apps })
}
