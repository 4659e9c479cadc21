//! The kitchen did something with the ticket: the order follows, once, in the ticket's order, and
//! only where the order's own rules allow it.

use database::Tx;
use kernel::{
    Env,
    ids::{EventId, ItemId, OrderId},
};

use super::MoveRefusal;
use crate::{
    domain::order::{Command, Refused},
    store::orders,
};

/// The name in the inbox.
pub const CONSUMER: &str = "orderhub-orders";

/// A fact of the kitchen in orderhub's own words.
#[derive(Clone, Debug)]
pub struct TicketEvent {
    /// The event, handled once.
    pub event: EventId,
    /// The order behind the ticket.
    pub order: OrderId,
    /// The ticket's version after it.
    pub ticket_version: u64,
    /// What it means for the order.
    pub command: Command,
    /// What has run out, when it was rejected for that.
    pub out_of_stock: Vec<ItemId>,
}

/// What an event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The order moved.
    Moved,
    /// Handled before, older than what is known, or decided otherwise: nothing moved.
    Ignored,
}

/// Moves an order after its ticket.
///
/// # Errors
/// The order is unknown, or a fact that must come before has not arrived.
pub fn apply_ticket_event(
    tx: &mut Tx<'_>,
    env: &Env,
    event: &TicketEvent,
) -> Result<Applied, MoveRefusal> {
    if !outbox::first_time(tx, CONSUMER, event.event, env.now)? {
        return Ok(Applied::Ignored);
    }
    let mut order = orders::lock(tx, event.order)?.ok_or(MoveRefusal::Unknown)?;
    if event.ticket_version <= order.ticket_version {
        return Ok(Applied::Ignored);
    }
    let gap = event.ticket_version > order.ticket_version + 1;
    match order.progress.clone().apply(event.command.clone(), env.now) {
        // It would come back to the counter under a code that somebody else is called by now.
        Ok(_)
            if order.progress.state.is_terminal()
                && orders::code_is_taken(tx, order.seller.id, &order.code)? =>
        {
            tracing::info!(order = %order.id, "the order stays over: its code is in use again");
            orders::pass_over_ticket(tx, order.id, event.ticket_version)?;
            Ok(Applied::Ignored)
        }
        Ok((progress, change)) => {
            order.progress = progress;
            order.ticket_version = event.ticket_version;
            order.out_of_stock.clone_from(&event.out_of_stock);
            orders::save(tx, &order, &change)?;
            Ok(Applied::Moved)
        }
        // Seen is seen: a second screen does not move the order.
        Err(Refused::OutOfTurn(_)) if gap && !is_receipt(&event.command) => Err(MoveRefusal::Gap),
        Err(refused) => {
            tracing::info!(order = %order.id, %refused, "the order stays");
            orders::pass_over_ticket(tx, order.id, event.ticket_version)?;
            Ok(Applied::Ignored)
        }
    }
}

fn is_receipt(command: &Command) -> bool {
    matches!(command, Command::Receive | Command::Acknowledge)
}
