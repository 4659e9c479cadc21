//! The customer cancels: free until the kitchen has accepted.

use database::Tx;
use kernel::{Env, ids::OrderId};

use super::MoveRefusal;
use crate::{
    domain::order::Command,
    events::publish,
    store::orders::{self, Order},
};

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 300;

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
/// The reason is too long, or the order is unknown, over, or in the kitchen's hands.
pub fn cancel_order(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &CancelOrder,
) -> Result<Order, MoveRefusal> {
    let reason = tidy_reason(&command.reason).ok_or(MoveRefusal::ReasonTooLong)?;
    let mut order = orders::lock(tx, command.id)?.ok_or(MoveRefusal::Unknown)?;
    let cancel = Command::Cancel(reason);
    let (progress, change) = order.progress.apply(cancel, env.now)?;
    order.progress = progress;
    orders::save(tx, &order, &change)?;
    publish::order_cancelled(tx, env, &order, &change.reason)?;
    Ok(order)
}

/// A person's words as they are kept: one line, within bounds.
fn tidy_reason(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = text.chars().count() <= LONGEST_REASON && !text.chars().any(char::is_control);
    fits.then_some(text)
}
