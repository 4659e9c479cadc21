//! Orderhub says that the customer of an order is forgotten: the ticket forgets them too.

use super::Refusal;
use crate::store::tickets;
use contracts::orderhub::v1::OrderAnonymised;
use database::Tx;
use kernel::{Env, ids::EventId};

/// Anonymises the ticket once per event. Without a ticket there is nothing to forget.
///
/// # Errors
/// The database failed.
pub fn forget_customer(
    tx: &mut Tx<'_>,
    env: &Env,
    consumer: &str,
    event: EventId,
    fact: &OrderAnonymised,
) -> Result<(), Refusal> {
    if !outbox::first_time(tx, consumer, event, env.now)? {
        return Ok(());
    }
    outbox::dead_letters::forget(tx, &fact.order_id.to_string())?;
    if let Some(ticket) = tickets::of_order_locked(tx, fact.order_id)? {
        tickets::anonymise(tx, &ticket)?;
    }
    Ok(())
}
