//! Orderhub says that an order is over: the customer cancelled, or nobody answered in time. It owns
//! the order, so an open ticket ends whatever the kitchen has decided meanwhile.

use super::{Actor, Refusal, change, tell};
use crate::{
    domain::ticket::Command,
    store::tickets::{self, Ticket},
};
use contracts::{
    orderhub::v1::{OrderCancelled, OrderExpired},
    prepstation::v1::TicketEnded,
};
use database::Tx;
use kernel::{
    Env,
    ids::{EventId, OrderId},
};

/// What orderhub said.
#[derive(Debug, Clone)]
pub enum Ended {
    /// The customer cancelled.
    Cancelled(OrderCancelled),
    /// Nobody answered in time.
    Expired(OrderExpired),
}

/// Ends the ticket once per event. `None`: there was none, or it had ended already.
///
/// # Errors
/// The database failed.
pub fn end_order(
    tx: &mut Tx<'_>,
    env: &Env,
    consumer: &str,
    event: EventId,
    ended: &Ended,
) -> Result<Option<Ticket>, Refusal> {
    if !outbox::first_time(tx, consumer, event, env.now)? {
        return Ok(None);
    }
    let (order, command, reason): (OrderId, _, &str) = match ended {
        Ended::Cancelled(fact) => (fact.order_id, Command::OrderCancelled, &fact.reason),
        Ended::Expired(fact) => (fact.order_id, Command::OrderExpired, ""),
    };
    let Some(ticket) = tickets::of_order_locked(tx, order)? else { return Ok(None) };
    match change(tx, env, ticket, None, command, reason) {
        Ok((ticket, _)) => {
            // The screens of other replicas hear of it this way.
            tell(tx, env, &ticket, Actor::System, |ticket| TicketEnded { ticket })?;
            Ok(Some(ticket))
        }
        Err(Refusal::NotNow { .. }) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}
