//! Somebody is to be forgotten: at once where nothing is under way, and otherwise once it is over,
//! because a kitchen that cooks must still be able to call. What no kitchen was asked for yet is
//! cancelled: nobody would fetch it. The kitchen's ticket follows by event.

use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Env,
    ids::{EventId, OrderId, PersonId},
};
use runtime::{PublishError, Refuses};

use crate::{
    events::publish,
    store::{erased, orders},
    usecases::orders::{CancelOrder, MoveRefusal, cancel_order},
};

/// The name in the inbox.
pub const CONSUMER: &str = "orderhub-people";

/// Orders that are anonymised in one transaction; the rest follow in the next.
const BATCH: u32 = 500;

/// What a guest gave is kept for so long after the order, for questions and complaints.
const GUESTS_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A note that somebody is to be forgotten outlives every event of theirs.
const NOTES_KEPT: SignedDuration = SignedDuration::from_hours(31 * 24);

/// Why an order for later is not cooked, as its kitchen reads it.
const REASON: &str = "The customer has closed their account.";

/// Why nobody was forgotten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// An order for later could not be cancelled.
    #[error(transparent)]
    Cancel(#[from] MoveRefusal),
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

/// Cancels erased people's orders for later, forgets those of their orders that have ended since, and
/// tells their kitchens. Tells how many were forgotten.
///
/// # Errors
/// The database refused.
pub fn forget_ended_orders(tx: &mut Tx<'_>, env: &Env) -> Result<usize, Failure> {
    for id in erased::scheduled_orders(tx, BATCH)? {
        match cancel_order(tx, env, &CancelOrder { id, reason: REASON.to_owned() }) {
            // The kitchen has answered meanwhile: forgotten once it is over.
            Ok(_) | Err(MoveRefusal::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let ended = erased::ended_orders(tx, BATCH)?;
    ended.iter().try_for_each(|id| forget_order(tx, env, *id))?;
    Ok(ended.len())
}

/// Forgets the guests of old orders, and notes of erased people that nothing needs any more. Tells how
/// many orders were forgotten.
///
/// # Errors
/// The database refused.
pub fn forget_old_guests(tx: &mut Tx<'_>, env: &Env) -> Result<usize, Failure> {
    let before = |kept: SignedDuration| env.now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    let old = erased::orders_of_guests(tx, before(GUESTS_KEPT), BATCH)?;
    old.iter().try_for_each(|id| forget_order(tx, env, *id))?;
    erased::prune(tx, before(NOTES_KEPT))?;
    Ok(old.len())
}

fn forget_order(tx: &mut Tx<'_>, env: &Env, id: OrderId) -> Result<(), Failure> {
    if let Some(order) = orders::lock(tx, id)? {
        erased::anonymise(tx, &order)?;
        publish::order_anonymised(tx, env, &order)?;
    }
    Ok(())
}
