//! The customer cancels: free until the kitchen has accepted.

use database::Tx;
use kernel::{Env, ids::OrderId};

use super::MoveRefusal;
use crate::{
    domain::order::Command,
    events::publish,
    store::orders::{self, Order},
};

/// A customer's wish to cancel. Who may wish it is decided before.
#[derive(Clone, Debug)]
pub struct CancelOrder {
    /// Which order.
    pub id: OrderId,
    /// In the customer's words; may be empty.
    pub reason: String,
}

/// Cancels an order that the kitchen has not accepted yet.
///
/// # Errors
/// It is unknown, over, or in the kitchen's hands.
pub fn cancel_order(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &CancelOrder,
) -> Result<Order, MoveRefusal> {
    let mut order = orders::lock(tx, command.id)?.ok_or(MoveRefusal::Unknown)?;
    let cancel = Command::Cancel(command.reason.clone());
    let (progress, change) = order.progress.apply(cancel, env.now)?;
    order.progress = progress;
    orders::save(tx, &order, &change)?;
    publish::order_cancelled(tx, env, &order, &change.reason)?;
    Ok(order)
}
