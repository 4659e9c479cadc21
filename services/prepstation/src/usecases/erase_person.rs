//! Somebody is to be forgotten.

use super::Refusal;
use crate::{
    events::publish::{publish, staff_changed},
    store,
};
use database::Tx;
use kernel::{
    Env,
    ids::{EventId, PersonId},
};

/// Forgets the person once per event.
///
/// # Errors
/// The database failed.
pub fn erase_person(
    tx: &mut Tx<'_>,
    env: &Env,
    consumer: &str,
    event: EventId,
    person: PersonId,
) -> Result<(), Refusal> {
    if !outbox::first_time(tx, consumer, event, env.now)? {
        return Ok(());
    }
    outbox::dead_letters::forget(tx, &person.to_string())?;
    let mut left = store::staff::forget(tx, person)?;
    left.sort_unstable();
    left.dedup();
    for restaurant in left {
        let version = store::restaurants::next_version(tx, restaurant, env.now)?;
        publish(tx, env, version, staff_changed(restaurant, person, None))?;
    }
    Ok(())
}
