//! A screen of the kitchen shows what was sent: "delivered" as a messenger says it, before anybody
//! has looked. Without it an order that expires was never delivered, which is another alarm.

use super::Refusal;
use crate::{events::publish::publish, store::tickets};
use contracts::prepstation::v1::{TicketReceived, TicketRef};
use database::Tx;
use kernel::{Env, ids::RestaurantId};

/// Everything up to a place on the board has reached a screen. Each ticket says so once; one that
/// a person has acknowledged has said more than that.
///
/// # Errors
/// The database failed.
pub fn mark_received(
    tx: &mut Tx<'_>,
    env: &Env,
    restaurant_id: RestaurantId,
    seq: i64,
) -> Result<usize, Refusal> {
    let received = tickets::mark_received(tx, restaurant_id, seq, env.now)?;
    for &(ticket_id, order_id, version) in &received {
        let ticket = TicketRef { ticket_id, order_id, restaurant_id, at: env.now, by: None };
        publish(tx, env, version.into(), TicketReceived { ticket })?;
    }
    Ok(received.len())
}
