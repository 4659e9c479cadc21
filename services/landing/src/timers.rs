//! What happens by the clock alone: what is old is forgotten, on one replica, by a lease.

use crate::usecases::{Refusal, erase_person::forget_old};
use outbox::Lease;
use runtime::Context;
use std::time::Duration;

const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Forgets old messages and applications until the process stops.
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
            tracing::warn!(%error, "old messages stay for now");
        }
    }
    lease.release().await;
}

/// Nothing while another replica does it.
async fn prune_in_turn(context: &Context, lease: &mut Lease) -> Result<(), Refusal> {
    if lease.take().await? {
        context.run("forget_old", forget_old).await?;
    }
    Ok(())
}
