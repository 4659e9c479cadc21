//! Forgets what nobody needs any more: ended sessions, old attempts, places long not seen.

use super::Failure;
use crate::{
    domain::throttle::MEMORY,
    store::{attempts, grants, keys, one_time, rsa_keys, sessions},
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::Env;

/// A revoked session is kept so long, for who asks what happened.
const REVOKED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A key that signs no more is published as long as somebody may come back with its last token.
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(31 * 24);
/// A sign-in at an app that has ended is kept so long, to know its tokens when they are shown again.
const GRANTS_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// A place is known so long after the last sign-in there.
const PLACES_KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Forgets, and tells how many rows.
pub(crate) fn prune(tx: &mut Tx<'_>, env: &Env) -> Result<u64, Failure> {
    let before = |life: SignedDuration| env.now.checked_sub(life).unwrap_or(Timestamp::MIN);
    let idle = SignedDuration::try_from(session::IDLE_LIFE).unwrap_or(SignedDuration::MAX);
    let sessions = sessions::prune(tx, env.now, before(idle), before(REVOKED_KEPT))?;
    let attempts = attempts::prune(tx, before(MEMORY), before(PLACES_KEPT))?;
    let keys = keys::prune(tx, before(KEYS_KEPT))? + rsa_keys::prune(tx, before(KEYS_KEPT))?;
    let grants = grants::prune(tx, env.now, before(GRANTS_KEPT))?;
    Ok(sessions + attempts + keys + grants + one_time::prune(tx, env.now)?)
}
