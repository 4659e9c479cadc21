//! What happens by the clock alone. The expiry of orders is ours: it works while the kitchen's
//! service is down. Of all replicas one does the work, by a lease; what it does to an order is
//! refused when the order has moved meanwhile, so a holder that slept does no harm.

use std::time::Duration;

use database::{Error, Tx};
use jiff::Timestamp;
use kernel::{Env, ids::OrderId, in_words};
use outbox::Lease;

use crate::{
    orders::Orders,
    store::{
        erased, idempotency,
        orders::{self as store, Order},
    },
    usecases::{
        erase_person::{Failure, forget_ended_orders, forget_old_guests},
        orders::{MoveRefusal, expire_order},
    },
};

/// Clocks may be set, so nobody sleeps until a far instant. The look is one indexed read.
const LOOK: Duration = Duration::from_secs(1);
/// Orders that are moved in one look.
const BATCH: u32 = 100;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What the clock does to orders; each has a lease of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// Ends orders that nobody answered.
    Expiry,
    /// Asks kitchens for scheduled orders.
    Release,
}

impl Timer {
    const fn name(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Release => "release",
        }
    }

    fn due(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<OrderId>, Error> {
        match self {
            Self::Expiry => store::overdue(tx, now, BATCH),
            Self::Release => store::to_release(tx, now, BATCH),
        }
    }

    async fn act(self, orders: &Orders, id: OrderId) -> Result<Order, MoveRefusal> {
        match self {
            Self::Expiry => {
                let expire = move |tx: &mut Tx<'_>, env: &Env| expire_order(tx, env, id);
                orders.context.run("expire_order", expire).await
            }
            Self::Release => orders.release(id).await,
        }
    }
}

/// Runs a timer until the process stops.
pub(crate) async fn run(orders: Orders, timer: Timer) {
    let stopping = orders.context.tasks.stopping();
    let mut lease = orders.context.lease(timer.name());
    while !stopping.is_cancelled() {
        if let Err(error) = look(&orders, timer, &mut lease).await {
            tracing::warn!(timer = timer.name(), %error, "orders that are due wait");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    lease.release().await;
}

/// Does what is due. Nothing while another replica holds the lease, which is taken only when there
/// is something to do.
async fn look(orders: &Orders, timer: Timer, lease: &mut Lease) -> Result<(), MoveRefusal> {
    let now = orders.context.clock.now();
    let due = orders.context.database.read(move |tx| timer.due(tx, now)).await?;
    for id in due {
        if !lease.hold().await? {
            break;
        }
        match timer.act(orders, id).await {
            Ok(order) => {
                let (state, seen) =
                    (order.progress.state.key(), order.progress.received_at.is_some());
                tracing::info!(order = %id, state, reached_a_screen = seen, "the clock moved an order");
                orders.live.poke(&id);
            }
            // Somebody decided between the look and the lock.
            Err(MoveRefusal::Refused(_)) => {}
            Err(error @ MoveRefusal::Database(Error::Unavailable { .. })) => return Err(error),
            // An order that cannot be moved holds up none behind it.
            Err(error) => {
                let error = in_words(&error);
                tracing::error!(order = %id, timer = timer.name(), error, "an order that is due stays where it is");
            }
        }
    }
    Ok(())
}

/// Forgets erased people within a minute after their last order is over, until the process stops. The
/// minute is the kitchen's, to take a step back.
pub(crate) async fn forget(orders: Orders) {
    let stopping = orders.context.tasks.stopping();
    let mut lease = orders.context.lease("forgetting");
    while !stopping.is_cancelled() {
        if let Err(error) = forget_in_turn(&orders, &mut lease).await {
            tracing::warn!(%error, "erased people are forgotten later");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(MINUTE) => {}
        }
    }
    lease.release().await;
}

/// Writes nothing where there is nobody to forget, and nothing while another replica does it.
async fn forget_in_turn(orders: &Orders, lease: &mut Lease) -> Result<(), Failure> {
    let due = orders.context.database.read(|tx| erased::ended_orders(tx, 1)).await?;
    if !due.is_empty() && lease.hold().await? {
        orders.context.run("forget_ended_orders", forget_ended_orders).await?;
    }
    Ok(())
}

/// Forgets old answers to repeated requests, and the guests of old orders, until the process stops.
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
    let (database, now) = (&orders.context.database, orders.context.clock.now());
    if let Ok(before) = now.checked_sub(idempotency::KEPT) {
        let pruned: Result<u64, Error> =
            database.write(move |tx| idempotency::prune(tx, before)).await;
        if let Err(error) = pruned {
            tracing::warn!(%error, "old answers stay for now");
        }
    }
    let forgotten = orders.context.run("forget_old_guests", forget_old_guests);
    if let Err(error) = forgotten.await {
        tracing::warn!(%error, "guests of old orders are forgotten later");
    }
}
