//! Somebody is to be forgotten: at once where nothing is under way, and otherwise once it is over,
//! because a kitchen that cooks must still be able to call. The kitchen's ticket follows by event.

use database::Tx;
use kernel::{
    Env,
    ids::{EventId, PersonId},
};
use runtime::{PublishError, Refuses};

use crate::{
    events::publish,
    store::{erased, orders},
};

/// The name in the inbox.
pub const CONSUMER: &str = "orderhub-people";

/// Orders that are anonymised in one transaction; the rest follow in the next.
const BATCH: u32 = 500;

/// Why nobody was forgotten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The event could not be written.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl Refuses for Failure {
    fn refusal(&self) -> Option<&'static str> {
        None
    }
}

/// Forgets the person once per event.
///
/// # Errors
/// The database refused.
pub fn erase_person(
    tx: &mut Tx<'_>,
    env: &Env,
    event: EventId,
    person: PersonId,
) -> Result<(), Failure> {
    if outbox::first_time(tx, CONSUMER, event, env.now)? {
        erased::remember(tx, person, env.now)?;
        forget_ended_orders(tx, env)?;
    }
    Ok(())
}

/// Forgets erased people's orders that have ended since, and tells their kitchens. Tells how many.
///
/// # Errors
/// The database refused.
pub fn forget_ended_orders(tx: &mut Tx<'_>, env: &Env) -> Result<usize, Failure> {
    let ended = erased::ended_orders(tx, BATCH)?;
    for id in &ended {
        let Some(order) = orders::lock(tx, *id)? else { continue };
        erased::anonymise(tx, &order)?;
        publish::order_anonymised(tx, env, &order)?;
    }
    Ok(ended.len())
}
