//! The time to ask the kitchen for a scheduled order has come. What was promised when it was made is
//! looked at once more; what cannot be kept is called off, and the customer is told why.

use std::sync::Arc;

use database::Tx;
use kernel::{Env, ids::OrderId};

use super::MoveRefusal;
use crate::{
    domain::{
        offer::Offer,
        order::{Command, State},
    },
    events::publish,
    store::orders::{self, Order},
};

/// A scheduled order and what its restaurant offers for the time that it is due.
#[derive(Clone, Debug)]
pub struct ReleaseOrder {
    /// Which order.
    pub id: OrderId,
    /// Nothing when the restaurant has left.
    pub offer: Option<Arc<Offer>>,
}

/// Asks the kitchen, or calls the order off.
///
/// # Errors
/// It is unknown, has moved meanwhile, or it is too early.
pub fn release_order(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &ReleaseOrder,
) -> Result<Order, MoveRefusal> {
    let mut order = orders::lock(tx, command.id)?.ok_or(MoveRefusal::Unknown)?;
    let due = order.progress.due_at.unwrap_or(env.now);
    let obstacle = match &command.offer {
        Some(offer) => offer.cannot_keep(&order.document.lines, due, env.now),
        None => Some(format!("{} takes no orders any more.", order.seller.name)),
    };
    let step = obstacle.map_or(Command::Release, Command::CallOff);
    let (progress, change) = order.progress.apply(step, env.now)?;
    order.progress = progress;
    orders::save(tx, &order, &change)?;
    match order.progress.state {
        State::Placed => publish::order_placed(tx, env, &order)?,
        _ => publish::order_cancelled(tx, env, &order, &change.reason)?,
    }
    Ok(order)
}
