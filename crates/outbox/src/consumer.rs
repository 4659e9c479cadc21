//! The loop that hands a service the events of others: keys beside each other, one key in order,
//! retries with back-off, dead letters, replays.

use crate::{HandlerError, dead_letters};
use broker::{
    Broker, Consumer, Delivery, Group, Message, Receipt, Settlement, Start, Subscription,
};
use database::Database;
use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use jiff::Timestamp;
use kernel::{
    Clock, SystemClock,
    ids::{EventId, Id},
    in_words,
};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use trace::{Kind, Span, Tracer};

/// How often replays and gauges are looked after.
const LOOK: Duration = Duration::from_secs(1);

/// The longest wait before a broker that was away is asked again: a kitchen hears of no order until
/// then, however often the broker has failed before.
const RECONNECT: Duration = Duration::from_secs(2);

/// How hard a consumer tries.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// After so many deliveries an event becomes a dead letter.
    pub attempts: u32,
    /// The wait after the first failure; each further one doubles it.
    pub first_back_off: Duration,
    /// The longest wait.
    pub longest_back_off: Duration,
    /// Events in hand at once.
    pub in_hand: usize,
    /// A handler that takes longer has failed, and an event not settled in this time (its process
    /// was killed) is delivered again.
    pub ack_wait: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 10,
            first_back_off: Duration::from_millis(100),
            longest_back_off: Duration::from_secs(30),
            in_hand: 64,
            ack_wait: Duration::from_secs(5),
        }
    }
}

impl Policy {
    fn back_off(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.first_back_off.saturating_mul(doubled).min(self.longest_back_off)
    }
}

/// Consumes events on behalf of a service.
#[derive(Clone)]
pub struct ConsumerLoop {
    /// The group, and the name in the inbox: the service's name.
    pub consumer: String,
    /// Whose events.
    pub topics: Vec<String>,
    /// Where the group begins with a topic that it has never had.
    pub start: Start,
    /// How hard it tries.
    pub policy: Policy,
    /// The service's own database, for its dead letters.
    pub db: Database,
    /// Where the events come from.
    pub broker: Arc<dyn Broker>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Each handling is a step after the one that published the event.
    pub tracer: Tracer,
}

type Settled = Vec<(Receipt, Settlement)>;

impl ConsumerLoop {
    /// Hands events to the handler until it is stopped; what is in hand then is finished. The
    /// handler runs a use-case that asks [`first_time`](crate::first_time).
    pub async fn run<H>(self, handler: H, stop: CancellationToken)
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        tokio::join!(self.consume_until(&handler, &stop), self.replay_until(&handler, &stop));
    }

    async fn consume_until<H>(&self, handler: &H, stop: &CancellationToken)
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let mut failures = 0;
        while !stop.is_cancelled() {
            let begun = tokio::time::Instant::now();
            let Err(error) = self.subscribe_and_consume(handler, stop).await else { return };
            failures =
                if begun.elapsed() > self.policy.longest_back_off { 1 } else { failures + 1 };
            let error = in_words(&error);
            tracing::warn!(consumer = self.consumer, error, "events wait in the broker");
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.policy.back_off(failures).min(RECONNECT)) => {}
            }
        }
    }

    async fn subscribe_and_consume<H>(
        &self,
        handler: &H,
        stop: &CancellationToken,
    ) -> Result<(), broker::Error>
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let mut consumer = self
            .broker
            .subscribe(Subscription {
                group: Group::Shared(self.consumer.clone()),
                topics: self.topics.clone(),
                start: self.start,
                ack_wait: self.policy.ack_wait,
            })
            .await?;
        self.consume(consumer.as_mut(), handler, stop).await?;
        consumer.close().await
    }

    async fn consume<H>(
        &self,
        consumer: &mut dyn Consumer,
        handler: &H,
        stop: &CancellationToken,
    ) -> Result<(), broker::Error>
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let mut lanes = FuturesUnordered::new();
        let mut in_hand = 0;
        loop {
            let room = self.policy.in_hand.saturating_sub(in_hand);
            let mut settled = Settled::new();
            tokio::select! {
                () = stop.cancelled(), if !stop.is_cancelled() || lanes.is_empty() => {}
                Some((count, done)) = lanes.next(), if !lanes.is_empty() => {
                    in_hand -= count;
                    settled.extend(done);
                }
                batch = consumer.next(room), if room > 0 && !stop.is_cancelled() => {
                    for lane in by_key(batch?) {
                        in_hand += lane.len();
                        lanes.push(self.handle_in_order(handler, lane));
                    }
                }
            }
            while let Some(Some((count, done))) = lanes.next().now_or_never() {
                in_hand -= count;
                settled.extend(done);
            }
            consumer.settle(settled).await?;
            if stop.is_cancelled() && lanes.is_empty() {
                return Ok(());
            }
        }
    }

    /// Up to the first that has to wait: those behind it come again after it.
    async fn handle_in_order<H>(&self, handler: &H, lane: Vec<Delivery>) -> (usize, Settled)
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let count = lane.len();
        let mut settled = Settled::with_capacity(count);
        for delivery in lane {
            let settlement = self.handle(handler, &delivery).await;
            settled.push((delivery.receipt, settlement));
            if settlement != Settlement::Ack {
                break;
            }
        }
        (count, settled)
    }

    async fn handle<H>(&self, handler: &H, delivery: &Delivery) -> Settlement
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let Delivery { message, attempt, .. } = delivery;
        let mut span = self.span(message);
        span.set("comanda.attempt", || *attempt);
        let handling = self.handle_within(handler, delivery);
        let settlement = trace::within(span.id(), handling).await;
        if settlement != Settlement::Ack {
            span.fail();
        }
        settlement
    }

    /// Within the step that the handling is.
    async fn handle_within<H>(&self, handler: &H, delivery: &Delivery) -> Settlement
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let Delivery { message, attempt, published_at, .. } = delivery;
        let retry = Settlement::Retry { after: self.policy.back_off(*attempt) };
        let reason = match self.guarded(handler, message).await {
            Ok(()) => {
                self.count("handled");
                self.record_delay(*published_at);
                return Settlement::Ack;
            }
            Err(HandlerError::Retry(reason)) if *attempt < self.policy.attempts => {
                tracing::info!(consumer = self.consumer, event = %message.id, kind = message.kind, attempt, reason, "event will be tried again");
                self.count("retried");
                return retry;
            }
            Err(HandlerError::Retry(reason) | HandlerError::Poison(reason)) => reason,
        };
        tracing::error!(consumer = self.consumer, event = %message.id, kind = message.kind, attempt, reason, "event becomes a dead letter");
        match self.bury(message, reason, *attempt).await {
            Ok(()) => {
                self.count("buried");
                Settlement::Ack
            }
            Err(error) => {
                tracing::warn!(consumer = self.consumer, %error, "the dead letter could not be kept");
                retry
            }
        }
    }

    /// A handler that panics or hangs has not handled the event; the loop goes on.
    async fn guarded<H>(&self, handler: &H, message: &Message) -> Result<(), HandlerError>
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let handled = AssertUnwindSafe(handler(message)).catch_unwind();
        let retry = |reason: &str| Err(HandlerError::Retry(reason.to_owned()));
        match tokio::time::timeout(self.policy.ack_wait, handled).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => retry("the handler panicked"),
            Err(_) => retry("the handler did not finish in time"),
        }
    }

    async fn bury(
        &self,
        message: &Message,
        reason: String,
        attempts: u32,
    ) -> Result<(), database::Error> {
        let (consumer, message, now) = (self.consumer.clone(), message.clone(), self.clock.now());
        let bury = move |tx: &mut database::Tx<'_>| {
            dead_letters::bury(tx, &consumer, &message, &reason, attempts, now)
        };
        self.db.write(bury).await
    }

    async fn replay_until<H>(&self, handler: &H, stop: &CancellationToken)
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        while !stop.is_cancelled() {
            if let Err(error) = self.replay(handler).await {
                tracing::warn!(consumer = self.consumer, %error, "dead letters could not be read");
            }
            self.measure().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Replicas may replay the same one at once; the inbox makes it effective once.
    async fn replay<H>(&self, handler: &H) -> Result<(), database::Error>
    where
        H: AsyncFn(&Message) -> Result<(), HandlerError>,
    {
        let name = self.consumer.clone();
        let letters = self.db.read(move |tx| dead_letters::to_replay(tx, &name)).await?;
        for letter in letters {
            let span = self.span(&letter.message);
            match trace::within(span.id(), self.guarded(handler, &letter.message)).await {
                Ok(()) => {
                    let (name, event) = (self.consumer.clone(), event_of(&letter.message));
                    self.db.write(move |tx| dead_letters::remove(tx, &name, event)).await?;
                    self.count("replayed");
                }
                Err(HandlerError::Retry(reason) | HandlerError::Poison(reason)) => {
                    self.bury(&letter.message, reason, 1).await?;
                }
            }
        }
        Ok(())
    }

    async fn measure(&self) {
        let group = || self.consumer.clone();
        if let Ok(lag) = self.broker.lag(&self.consumer).await {
            metrics::gauge!("broker_lag", "group" => group()).set(lag as f64);
        }
        let name = group();
        if let Ok(count) = self.db.read(move |tx| dead_letters::count(tx, &name)).await {
            metrics::gauge!("dead_letters", "service" => group()).set(count as f64);
        }
    }

    fn span(&self, message: &Message) -> Span {
        let name = || format!("consume {}", message.kind);
        let mut span = self.tracer.span(Kind::Consumer, message.trace(), name);
        span.set("messaging.message.id", || message.id.to_string());
        span.set("messaging.consumer.group.name", || self.consumer.as_str());
        span
    }

    /// By two clocks where the broker has one of its own.
    fn record_delay(&self, published_at: Timestamp) {
        let delay = SystemClock.now().duration_since(published_at).as_secs_f64().max(0.0);
        metrics::histogram!("event_delay_seconds", "group" => self.consumer.clone()).record(delay);
    }

    fn count(&self, outcome: &'static str) {
        let group = self.consumer.clone();
        metrics::counter!("events_consumed_total", "group" => group, "outcome" => outcome)
            .increment(1);
    }
}

fn event_of(message: &Message) -> EventId {
    EventId::from_uuid(message.id)
}

/// Deliveries of one topic and key together, each in the order of arrival.
fn by_key(batch: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut lanes: Vec<Vec<Delivery>> = Vec::new();
    for delivery in batch {
        let same = |lane: &&mut Vec<Delivery>| {
            lane.first().is_some_and(|first| {
                (&first.message.topic, &first.message.key)
                    == (&delivery.message.topic, &delivery.message.key)
            })
        };
        match lanes.iter_mut().find(same) {
            Some(lane) => lane.push(delivery),
            None => lanes.push(vec![delivery]),
        }
    }
    lanes
}
