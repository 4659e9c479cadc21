//! Carries events from the outbox to the broker: in order, at least once, one relay at a time.

use crate::{KEPT, Lease, store};
use broker::{Broker, Message};
use database::{Database, Location, Tx};
use jiff::Timestamp;
use kernel::{Clock, Env, Random};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use trace::{Kind, Span, Tracer};
use uuid::Uuid;

/// Events in one publish, at most.
const BATCH: i64 = 256;
/// A broker that does not confirm so many in time is given a quarter of them, and after each publish
/// that it does confirm so many more.
const STEP: i64 = 16;
/// A publish that takes longer has failed. It begins with at least this much left of the lease
/// ([`crate::TURN`]), so that none outlives it.
const PUBLISH: Duration = Duration::from_secs(4);
/// Between failures: at first, and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
const MEASURE: Duration = Duration::from_secs(1);
const PRUNE: Duration = Duration::from_secs(60 * 60);

/// Publishes what use-cases append. Each replica of a service runs one; they take turns by a lease
/// in the database.
#[derive(Clone)]
pub struct Relay {
    service: String,
    db: Database,
    broker: Arc<dyn Broker>,
    clock: Arc<dyn Clock>,
    random: Random,
    idle: Duration,
    tracer: Tracer,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] database::Error),
    #[error(transparent)]
    Broker(#[from] broker::Error),
    #[error("the broker did not confirm in time")]
    Slow(#[from] tokio::time::error::Elapsed),
}

enum Turn {
    Published,
    Nothing,
}

/// What a running relay remembers.
struct Course {
    turn: Lease,
    house: Lease,
    /// Events in the next publish.
    batch: i64,
    back_off: Duration,
    measured: Option<Instant>,
    pruned: Option<Instant>,
}

impl Relay {
    /// The relay of a service's database.
    #[must_use]
    pub fn new(
        service: &str,
        db: Database,
        broker: Arc<dyn Broker>,
        clock: Arc<dyn Clock>,
        random: Random,
        tracer: Tracer,
    ) -> Self {
        let idle = match db.location() {
            Location::File(_) => Duration::from_secs(1),
            // The replica that appends need not be the one that holds the lease, and hears nothing.
            Location::Postgres { .. } => Duration::from_millis(50),
        };
        Self { service: service.to_owned(), db, broker, clock, random, idle, tracer }
    }

    /// Publishes until it is stopped. A batch under way is finished first.
    pub async fn run(self, stop: CancellationToken) {
        let mut news = self.db.announcements();
        let mut course = Course {
            turn: self.lease("relay"),
            house: self.lease("outbox house").lasting(PRUNE),
            batch: BATCH,
            back_off: BACK_OFF.0,
            measured: None,
            pruned: None,
        };
        while !stop.is_cancelled() {
            news.mark_unchanged();
            let turn = self.turn(&mut course).await;
            self.keep_house(&mut course).await;
            match turn {
                Ok(Turn::Published) => {
                    course.back_off = BACK_OFF.0;
                    course.batch = (course.batch + STEP).min(BATCH);
                }
                Ok(Turn::Nothing) => {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        _ = news.changed() => {}
                        () = tokio::time::sleep(self.idle) => {}
                    }
                }
                Err(failure) => {
                    let error = kernel::in_words(&failure);
                    tracing::warn!(service = self.service, error, "events wait in the outbox");
                    // Also when the broker itself ran out of time.
                    if let Failure::Slow(_) | Failure::Broker(_) = failure {
                        course.batch = (course.batch / 4).max(1);
                    }
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = tokio::time::sleep(course.back_off) => {}
                    }
                    course.back_off = (course.back_off * 2).min(BACK_OFF.1);
                }
            }
        }
        course.turn.release().await;
        course.house.release().await;
    }

    fn lease(&self, name: &'static str) -> Lease {
        let holder = Env::new(self.clock.now(), self.random.clone()).uuid();
        Lease::new(name, self.db.clone(), holder)
    }

    /// One batch: read, publish, and only then mark. Who dies in between publishes it again.
    async fn turn(&self, course: &mut Course) -> Result<Turn, Failure> {
        if !course.turn.lasts(PUBLISH) && !self.take_turn_for_news(course).await? {
            return Ok(Turn::Nothing);
        }
        // Read under the lease: what the relay before this one published is marked by now.
        let count = course.batch;
        let rows = self.db.read(move |tx| store::unpublished(tx, count)).await?;
        if rows.is_empty() {
            return Ok(Turn::Nothing);
        }
        let (sequences, batch): (Vec<i64>, Vec<Message>) =
            rows.into_iter().map(|row| (row.sequence, row.message)).unzip();
        let mut spans = self.spans(&batch);
        let published = timeout(PUBLISH, self.broker.publish(&batch)).await;
        if !matches!(published, Ok(Ok(()))) {
            spans.iter_mut().for_each(Span::fail);
        }
        drop(spans);
        published??;
        let (count, now) = (batch.len() as u64, self.clock.now());
        self.db.write(move |tx| store::mark(tx, &sequences, now)).await?;
        metrics::counter!("outbox_published_total", "service" => self.service.clone())
            .increment(count);
        Ok(Turn::Published)
    }

    /// A step for each event: beside its handling, for both come after what wrote the event.
    fn spans(&self, batch: &[Message]) -> Vec<Span> {
        let recorded = batch.iter().filter(|_| self.tracer.records()).filter_map(|message| {
            let cause = message.trace().filter(|cause| cause.sampled)?;
            let name = || format!("publish {}", message.kind);
            let mut span = self.tracer.span(Kind::Producer, Some(cause), name);
            span.set("messaging.message.id", || message.id.to_string());
            Some(span)
        });
        recorded.collect()
    }

    /// An idle relay takes no lease, so that an idle service writes nothing.
    async fn take_turn_for_news(&self, course: &mut Course) -> Result<bool, Failure> {
        if self.db.read(|tx| store::unpublished(tx, 1)).await?.is_empty() {
            return Ok(false);
        }
        Ok(course.turn.take().await?)
    }

    async fn keep_house(&self, course: &mut Course) {
        let is_due = |last: Option<Instant>, every| last.is_none_or(|at| at.elapsed() >= every);
        if is_due(course.measured, MEASURE) {
            course.measured = Some(Instant::now());
            self.measure().await;
            if let Err(failure) = self.forget().await {
                let error = kernel::in_words(&failure);
                tracing::warn!(
                    service = self.service,
                    error,
                    "erased people's events stay for now"
                );
            }
        }
        if is_due(course.pruned, PRUNE) {
            course.pruned = Some(Instant::now());
            if let Err(error) = self.prune(&mut course.house).await {
                tracing::warn!(service = self.service, %error, "old events stay for now");
            }
        }
    }

    /// Takes events of erased people out of the broker, and then out of the outbox. Replicas may do
    /// it at once.
    async fn forget(&self) -> Result<(), Failure> {
        let rows = self.db.read(|tx| store::to_forget(tx, BATCH)).await?;
        let topics: BTreeSet<String> = rows.iter().map(|(_, topic, _)| topic.clone()).collect();
        let mut kept = HashSet::new();
        for topic in topics {
            let of_topic = rows.iter().filter(|(_, of, _)| *of == topic);
            let ids: Vec<Uuid> = of_topic.map(|(.., id)| *id).collect();
            kept.extend(self.broker.forget(&topic, &ids).await?);
        }
        let gone: Vec<i64> =
            rows.iter().filter(|(.., id)| !kept.contains(id)).map(|(row, ..)| *row).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let remove = move |tx: &mut Tx<'_>| {
            gone.iter().try_for_each(|sequence| store::remove(tx, *sequence))
        };
        Ok(self.db.write::<_, database::Error, _>(remove).await?)
    }

    async fn prune(&self, house: &mut Lease) -> Result<(), database::Error> {
        if house.take().await? {
            let before = self.clock.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
            self.db.write(move |tx| store::prune(tx, before)).await?;
        }
        Ok(())
    }

    async fn measure(&self) {
        // A database that is away is reported by the turn.
        let Ok((count, oldest)) = self.db.read(store::waiting).await else { return };
        let age = oldest.map_or(0.0, |at| self.clock.now().duration_since(at).as_secs_f64());
        let service = || self.service.clone();
        metrics::gauge!("outbox_unpublished", "service" => service()).set(count as f64);
        metrics::gauge!("outbox_oldest_seconds", "service" => service()).set(age.max(0.0));
    }
}
