//! The kitchen says no. What has run out goes off sale by the same act (rule 4 of the domain
//! reference), so that the next customer does not order it.

use super::{Act, Refusal, follow, tell};
use crate::{
    domain::{
        availability::{OnSale, next_business_day},
        ticket::{Command, RejectReason},
    },
    store::{restaurants, tickets::Ticket},
    usecases::set_availability::take_off,
};
use contracts::prepstation::v1::{self, TicketRejected};
use database::Tx;
use kernel::{Env, ids::ItemId};
use std::collections::BTreeSet;

/// Rejects a ticket that has not been accepted. `out_of_stock` names items of this ticket and is
/// needed for that reason only; they come back on sale with the next business day.
///
/// # Errors
/// Items that are missing, not on the ticket or named for another reason; no such ticket or role, a
/// stale version, another state, or the database failed.
pub fn reject_ticket(
    tx: &mut Tx<'_>,
    env: &Env,
    act: &Act,
    reason: RejectReason,
    out_of_stock: &BTreeSet<ItemId>,
) -> Result<Ticket, Refusal> {
    let (ticket, _) = follow(tx, env, act, Command::Reject, reason.key())?;
    let is_named = |item: &ItemId| ticket.lines.iter().any(|line| line.item_id == *item);
    if !out_of_stock.iter().all(is_named) {
        return Err(Refusal::Invalid("out_of_stock", "Name only items of this ticket."));
    }
    match (reason, out_of_stock.is_empty()) {
        (RejectReason::OutOfStock, true) => {
            return Err(Refusal::Invalid("out_of_stock", "Name what has run out."));
        }
        (RejectReason::OutOfStock, false) | (_, true) => {}
        (_, false) => {
            return Err(Refusal::Invalid(
                "out_of_stock",
                "Items are named only when something has run out.",
            ));
        }
    }
    tell(tx, env, &ticket, act.actor, |ticket| TicketRejected {
        ticket,
        reason: in_contract(reason),
        out_of_stock: out_of_stock.iter().copied().collect(),
    })?;
    if let Some(restaurant) = restaurants::by_id(tx, ticket.restaurant_id)? {
        let until = next_business_day(&restaurant.hours, env.now);
        for item in out_of_stock {
            take_off(tx, env, restaurant.id, OnSale::Item(*item), Some(until))?;
        }
    }
    Ok(ticket)
}

fn in_contract(reason: RejectReason) -> v1::RejectReason {
    match reason {
        RejectReason::OutOfStock => v1::RejectReason::OutOfStock,
        RejectReason::TooBusy => v1::RejectReason::TooBusy,
        RejectReason::ClosingEarly => v1::RejectReason::ClosingEarly,
        RejectReason::CannotFulfilNote => v1::RejectReason::CannotFulfilNote,
        RejectReason::Other => v1::RejectReason::Other,
    }
}
