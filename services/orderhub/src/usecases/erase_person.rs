//! Somebody is to be forgotten: at once where nothing is under way, and otherwise once it is over,
//! because a kitchen that cooks must still be able to call.

use database::Tx;
use kernel::{
    Env,
    ids::{EventId, PersonId},
};

use crate::store::erased;

/// The name in the inbox.
pub const CONSUMER: &str = "orderhub-people";

/// Forgets the person once per event.
///
/// # Errors
/// The database refused.
pub fn erase_person(
    tx: &mut Tx<'_>,
    env: &Env,
    event: EventId,
    person: PersonId,
) -> Result<(), database::Error> {
    if outbox::first_time(tx, CONSUMER, event, env.now)? {
        erased::remember(tx, person, env.now)?;
        erased::forget_ended_orders(tx)?;
    }
    Ok(())
}

/// Forgets erased people's orders that have ended since. Tells how many.
///
/// # Errors
/// The database refused.
pub fn forget_ended_orders(tx: &mut Tx<'_>) -> Result<u64, database::Error> {
    erased::forget_ended_orders(tx)
}
