//! What happens by the clock alone: 86'd items return to sale, old answers are forgotten. Of all
//! replicas one does it, by a lease; what another has done already is not due any more.

use crate::{
    store,
    usecases::{Refusal, idempotent::forget_old_answers, return_to_sale::return_to_sale},
};
use jiff::Timestamp;
use outbox::Lease;
use runtime::Context;
use std::time::Duration;

/// However far the next instant is, look again after this: another replica may have set one.
const LOOK: Duration = Duration::from_secs(10);

/// How often old answers are looked for.
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Puts items back on sale until the process stops. Wakes at the next instant, and when something
/// changes here.
pub(crate) async fn return_items(context: Context) {
    let stopping = context.tasks.stopping();
    let mut news = context.database.announcements();
    let mut lease = context.lease("back on sale");
    while !stopping.is_cancelled() {
        let wait = match context.database.read(store::availability::next_due).await {
            Ok(Some(due)) if due <= context.clock.now() => {
                put_back(&context, &mut lease).await;
                // Not at once again when it fails, or while another replica is at it.
                Duration::from_millis(100)
            }
            Ok(due) => until(due, context.clock.now()),
            Err(error) => {
                tracing::warn!(%error, "what is due to be back on sale is not known");
                LOOK
            }
        };
        tokio::select! {
            () = stopping.cancelled() => {}
            _ = news.changed() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    lease.release().await;
}

fn until(due: Option<Timestamp>, now: Timestamp) -> Duration {
    let wait = due.map(|due| due.duration_since(now).unsigned_abs());
    wait.map_or(LOOK, |wait| wait.min(LOOK))
}

async fn put_back(context: &Context, lease: &mut Lease) {
    match lease.hold().await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            tracing::warn!(%error, "86'd items wait to be back on sale");
            return;
        }
    }
    let done = context.run("return_to_sale", return_to_sale).await;
    match done {
        Ok(count) => tracing::info!(count, "back on sale"),
        Err(error) => {
            let error: Refusal = error;
            tracing::warn!(%error, "86'd items wait to be back on sale");
        }
    }
}

/// Forgets old answers to repeated requests, until the process stops.
pub(crate) async fn prune(context: Context) {
    let stopping = context.tasks.stopping();
    let mut every = tokio::time::interval(PRUNE_EVERY);
    let mut lease = context.lease("pruning").lasting(PRUNE_EVERY);
    loop {
        tokio::select! {
            () = stopping.cancelled() => break,
            _ = every.tick() => {}
        }
        if let Err(error) = prune_in_turn(&context, &mut lease).await {
            tracing::warn!(%error, "old answers stay for now");
        }
    }
    lease.release().await;
}

/// Nothing while another replica does it.
async fn prune_in_turn(context: &Context, lease: &mut Lease) -> Result<(), Refusal> {
    if lease.take().await? {
        context.run("forget_old_answers", forget_old_answers).await?;
    }
    Ok(())
}
