//! What happens by the clock alone. The expiry of orders is ours: it works while the kitchen's
//! service is down. Of all replicas one does the work, by a lease; what it does to an order is
//! refused when the order has moved meanwhile, so a holder that slept does no harm.

use std::time::Duration;

use database::Error;
use kernel::ids::OrderId;
use outbox::Lease;

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
    let mut lease = orders.context.lease("expiry");
    while !stopping.is_cancelled() {
        if let Err(error) = expire_overdue(&orders, &mut lease).await {
            tracing::warn!(%error, "overdue orders wait");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    lease.release().await;
}

/// Ends the orders whose time to be answered is over, and tells how many. None while another replica
/// holds the lease, which is taken only when there is something to do.
///
/// # Errors
/// The database does not answer.
pub async fn expire_overdue(orders: &Orders, lease: &mut Lease) -> Result<usize, MoveRefusal> {
    let now = orders.context.clock.now();
    let overdue: Vec<OrderId> = orders
        .context
        .database
        .read::<_, Error, _>(move |tx| store::overdue(tx, now, BATCH))
        .await?;
    let mut ended = 0;
    for id in overdue {
        if !lease.hold().await? {
            break;
        }
        let env = orders.context.env();
        match orders.context.database.write(move |tx| expire_order(tx, &env, id)).await {
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
    let mut lease = orders.context.lease("pruning").lasting(HOUR);
    while !stopping.is_cancelled() {
        match lease.take().await {
            Ok(true) => forget_what_is_old(&orders).await,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "old answers stay for now"),
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(HOUR) => {}
        }
    }
    lease.release().await;
}

async fn forget_what_is_old(orders: &Orders) {
    let (database, env) = (&orders.context.database, orders.context.env());
    if let Ok(before) = env.now.checked_sub(idempotency::KEPT) {
        let pruned: Result<u64, Error> =
            database.write(move |tx| idempotency::prune(tx, before)).await;
        if let Err(error) = pruned {
            tracing::warn!(%error, "old answers stay for now");
        }
    }
    let forgotten = database.write(move |tx| forget_ended_orders(tx, &env)).await;
    if let Err(error) = forgotten {
        tracing::warn!(%error, "erased people are forgotten later");
    }
}
