//! Somebody is to be forgotten: what came from the address that was proved to be theirs goes.

use super::Refusal;
use crate::store;
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Env, ids::EventId};

/// The name in the inbox.
pub(crate) const CONSUMER: &str = "landing-people";

/// A message or an application is answered and done with long before.
const KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Forgets the person once per event.
pub(crate) fn erase_person(
    tx: &mut Tx<'_>,
    env: &Env,
    event: EventId,
    address_digest: &str,
) -> Result<(), Refusal> {
    if outbox::first_time(tx, CONSUMER, event, env.now)? {
        store::personal::forget(tx, address_digest)?;
    }
    Ok(())
}

/// Forgets what is a year old; tells how much.
pub(crate) fn forget_old(tx: &mut Tx<'_>, env: &Env) -> Result<u64, Refusal> {
    let before = env.now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    Ok(store::personal::prune(tx, before)?)
}
