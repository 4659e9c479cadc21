//! Forgets what nobody needs any more: ended sessions, old attempts, places long not seen.

use super::Failure;
use crate::{
    domain::throttle::MEMORY,
    store::{attempts, one_time, sessions},
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::Env;

/// A revoked session is kept so long, for who asks what happened.
const REVOKED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A place is known so long after the last sign-in there.
const PLACES_KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Forgets, and tells how many rows.
pub(crate) fn prune(tx: &mut Tx<'_>, env: &Env) -> Result<u64, Failure> {
    let before = |life: SignedDuration| env.now.checked_sub(life).unwrap_or(Timestamp::MIN);
    let idle = SignedDuration::try_from(session::IDLE_LIFE).unwrap_or(SignedDuration::MAX);
    let sessions = sessions::prune(tx, env.now, before(idle), before(REVOKED_KEPT))?;
    let attempts = attempts::prune(tx, before(MEMORY), before(PLACES_KEPT))?;
    Ok(sessions + attempts + one_time::prune(tx, env.now)?)
}
