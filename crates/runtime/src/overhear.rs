//! What every replica must hear for itself: live updates, revoked sessions. Nobody shares this work
//! and its place is in memory; after a failure it catches up from what it heard last.

use crate::Context;
use broker::{Broker, Error, Group, Message, Start, Subscription};
use jiff::Timestamp;
use kernel::{Clock, SystemClock, in_words};
use std::time::Duration;

/// So much is heard again at each beginning: brokers on other machines have other clocks, and those
/// with partitions do not deliver quite in the order of their time.
const OVERLAP: Duration = Duration::from_secs(10);
/// The wait after the first failure; each further one doubles it.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
/// The longest wait: boards of other replicas' changes are blind until then.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(2);

impl Context {
    /// Hands each message of some services to `handler`, from those published `back` before now,
    /// until the process stops. Every replica hears all of them. Some come more than once, so
    /// handling one again must do no harm.
    pub async fn overhear(
        self,
        of: &[web::Service],
        back: Duration,
        mut handler: impl FnMut(&Message) + Send,
    ) {
        let stopping = self.tasks.stopping();
        // Transport keeps its own time, and a place in it is what this is.
        let now = SystemClock.now();
        let mut from = now.checked_sub(back).unwrap_or(now);
        let mut wait = FIRST_BACK_OFF;
        loop {
            let heard = from;
            let Err(error) = tokio::select! {
                never = listen(&*self.broker, of, &mut from, &mut handler) => never,
                () = stopping.cancelled() => return,
            };
            if from > heard {
                wait = FIRST_BACK_OFF;
            }
            let error = in_words(&error);
            tracing::warn!(?of, error, "others are not heard; trying again");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopping.cancelled() => return,
            }
            wait = (wait * 2).min(LONGEST_BACK_OFF);
        }
    }
}

/// Moves `from` on with what it hears.
async fn listen(
    broker: &dyn Broker,
    of: &[web::Service],
    from: &mut Timestamp,
    handler: &mut (impl FnMut(&Message) + Send),
) -> Result<std::convert::Infallible, Error> {
    let subscription = Subscription {
        group: Group::Broadcast,
        topics: of.iter().map(|service| service.name().to_owned()).collect(),
        start: Start::At(from.checked_sub(OVERLAP).unwrap_or(*from)),
        ack_wait: Duration::from_secs(30),
    };
    let mut consumer = broker.subscribe(subscription).await?;
    loop {
        for delivery in consumer.next(100).await? {
            handler(&delivery.message);
            *from = delivery.published_at.max(*from);
        }
    }
}
