//! Nobody answered in time: the order ends, whether the kitchen's service is up or not.

use database::Tx;
use kernel::{Env, ids::OrderId};

use super::MoveRefusal;
use crate::{
    domain::order::Command,
    events::publish,
    store::orders::{self, Order},
};

/// Ends an order whose time to be answered is over.
///
/// # Errors
/// It is unknown, was answered meanwhile, or still has time.
pub fn expire_order(tx: &mut Tx<'_>, env: &Env, id: OrderId) -> Result<Order, MoveRefusal> {
    let mut order = orders::lock(tx, id)?.ok_or(MoveRefusal::Unknown)?;
    let (progress, change) = order.progress.apply(Command::Expire, env.now)?;
    order.progress = progress;
    orders::save(tx, &order, &change)?;
    publish::order_expired(tx, env, &order)?;
    Ok(order)
}
