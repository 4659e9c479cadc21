//! What happens by the clock alone. The expiry of orders is ours: it works while the kitchen's
//! service is down.

use std::time::Duration;

use database::Error;
use kernel::ids::OrderId;

use crate::{
    orders::Orders,
    store::{idempotency, orders as store},
    usecases::{
        erase_person::forget_ended_orders,
        orders::{MoveRefusal, expire_order},
    },
};

/// Clocks may be set, so nobody sleeps until a far instant. The look is one indexed read.
const LOOK: Duration = Duration::from_secs(1);
/// Orders that are ended in one look.
const BATCH: u32 = 100;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Ends orders that nobody answered, until the process stops.
pub(crate) async fn expire(orders: Orders) {
    let stopping = orders.context.tasks.stopping();
    loop {
        if let Err(error) = expire_overdue(&orders).await {
            tracing::warn!(%error, "overdue orders wait");
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Ends the orders whose time to be answered is over, and tells how many.
///
/// # Errors
/// The database does not answer.
pub async fn expire_overdue(orders: &Orders) -> Result<usize, MoveRefusal> {
    let now = orders.context.clock.now();
    let overdue: Vec<OrderId> = orders
        .context
        .database
        .read::<_, Error, _>(move |tx| store::overdue(tx, now, BATCH))
        .await?;
    let mut ended = 0;
    for id in overdue {
        let expired = orders.context.run("expire_order", move |tx, env| expire_order(tx, env, id));
        match expired.await {
            Ok(order) => {
                let seen = order.progress.received_at.is_some();
                tracing::info!(order = %id, reached_a_screen = seen, "nobody answered this order");
                orders.live.poke(&id);
                ended += 1;
            }
            // Somebody answered between the look and the lock.
            Err(MoveRefusal::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ended)
}

/// Forgets old answers to repeated requests, and erased people whose orders have ended, until the process stops.
pub(crate) async fn prune(orders: Orders) {
    let stopping = orders.context.tasks.stopping();
    loop {
        let now = orders.context.clock.now();
        if let Ok(before) = now.checked_sub(idempotency::KEPT) {
            let pruned: Result<u64, Error> =
                orders.context.database.write(move |tx| idempotency::prune(tx, before)).await;
            if let Err(error) = pruned {
                tracing::warn!(%error, "old answers stay for now");
            }
        }
        let forgotten = orders.context.run("forget_ended_orders", forget_ended_orders);
        if let Err(error) = forgotten.await {
            tracing::warn!(%error, "erased people are forgotten later");
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(HOUR) => {}
        }
    }
}
