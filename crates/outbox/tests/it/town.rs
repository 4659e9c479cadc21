//! What these tests share: a service's database, the embedded broker, and faults that are switched
//! on between the two.

use async_trait::async_trait;
use broker::{Broker, Consumer, EmbeddedBroker, Message, Start, Subscription};
use database::{Database, Migration, Migrations, Tx, sql};
use kernel::{
    Clock, Env, Random, SystemClock,
    ids::{EventId, Id},
};
use outbox::{ConsumerLoop, HandlerError, Outgoing, Policy, Relay};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use trace::Tracer;

/// What the use-cases of these tests change.
const TABLES: Migrations = Migrations {
    owner: "tests",
    list: &[Migration {
        name: "V1__effects",
        sqlite: "CREATE TABLE effects (place INTEGER PRIMARY KEY, key TEXT NOT NULL, number INTEGER NOT NULL) STRICT;",
        postgres: "CREATE TABLE effects (place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key TEXT NOT NULL, number BIGINT NOT NULL);",
    }],
};

pub(crate) fn silent() -> Tracer {
    Tracer::silent(Random::system())
}

/// A refusal of the use-cases here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("refused by rule")]
    Rule,
    #[error(transparent)]
    Outbox(#[from] outbox::Error),
    #[error(transparent)]
    Database(#[from] database::Error),
}

/// One service that publishes to itself.
#[derive(Clone)]
pub(crate) struct Town {
    pub(crate) db: Database,
    pub(crate) broker: EmbeddedBroker,
    pub(crate) env: Env,
    pub(crate) stop: CancellationToken,
}

/// Runs a test in a town of its own on each engine, and stops what it started.
pub(crate) fn in_each_town(test: impl AsyncFn(Town)) {
    testkit::on_each_engine(&[outbox::MIGRATIONS, TABLES], async |db| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("broker.db");
        let broker = EmbeddedBroker::open(&file, Arc::new(SystemClock)).unwrap();
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        test(Town { db, broker, env: Env::system(), stop }).await;
        drop(guard);
    });
}

impl Town {
    pub(crate) fn event(&self, key: &str, number: i64) -> Outgoing {
        Outgoing {
            id: self.env.id(),
            topic: "town".to_owned(),
            key: key.to_owned(),
            kind: "comanda.town.number.counted.v1".to_owned(),
            payload: number.to_string(),
            occurred_at: SystemClock.now(),
            personal: None,
        }
    }

    /// A use-case that appends `count` events in turn for `keys`, a transaction each.
    pub(crate) async fn count(&self, keys: &[&str], count: i64) {
        for number in 0..count {
            for key in keys {
                let event = self.event(key, number);
                self.db.write(move |tx| outbox::append(tx, &event)).await.unwrap();
            }
        }
    }

    pub(crate) fn relay(&self, broker: Arc<dyn Broker>) -> tokio::task::JoinHandle<()> {
        let clock = Arc::new(SystemClock);
        let relay = Relay::new("town", self.db.clone(), broker, clock, Random::system(), silent());
        tokio::spawn(relay.run(self.stop.clone()))
    }

    pub(crate) fn consumer(&self) -> ConsumerLoop {
        ConsumerLoop {
            consumer: "town".to_owned(),
            topics: vec!["town".to_owned()],
            start: Start::Earliest,
            policy: Policy {
                attempts: 3,
                first_back_off: Duration::from_millis(5),
                ..Policy::default()
            },
            db: self.db.clone(),
            broker: Arc::new(self.broker.clone()),
            clock: Arc::new(SystemClock),
            tracer: silent(),
        }
    }

    /// Consumes with [`record`] until the town stops.
    pub(crate) fn consume(&self) -> tokio::task::JoinHandle<()> {
        let db = self.db.clone();
        let handler = async move |message: &Message| record(&db, message).await;
        tokio::spawn(self.consumer().run(handler, self.stop.clone()))
    }

    /// The effects of a key in their order.
    pub(crate) async fn effects(&self, key: &'static str) -> Vec<i64> {
        let rows: Vec<(i64,)> = self
            .db
            .read(move |tx| {
                tx.all(sql!("SELECT number FROM effects WHERE key = $1 ORDER BY place"), &[&key])
            })
            .await
            .map_err(|error: database::Error| error)
            .unwrap();
        rows.into_iter().map(|(number,)| number).collect()
    }

    pub(crate) async fn until_effects(&self, key: &'static str, count: usize) -> Vec<i64> {
        testkit::eventually(&format!("{count} effects of {key}"), async || {
            let effects = self.effects(key).await;
            (effects.len() >= count).then_some(effects)
        })
        .await
    }

    pub(crate) async fn until_all_published(&self) {
        testkit::eventually("an empty outbox", async || {
            (self.unpublished().await == 0).then_some(())
        })
        .await;
    }

    pub(crate) async fn unpublished(&self) -> i64 {
        let count = |tx: &mut Tx<'_>| {
            tx.one::<(i64,)>(sql!("SELECT COUNT(*) FROM outbox WHERE published_at IS NULL"), &[])
        };
        self.db.read(count).await.unwrap().0
    }

    /// How many events the outbox holds, published or not.
    pub(crate) async fn outbox(&self) -> i64 {
        let count = |tx: &mut Tx<'_>| tx.one::<(i64,)>(sql!("SELECT COUNT(*) FROM outbox"), &[]);
        self.db.read(count).await.unwrap().0
    }

    /// Everything in the broker, as (key, number), in order.
    pub(crate) async fn log(&self, count: usize) -> Vec<(String, i64)> {
        let subscription = Subscription {
            group: broker::Group::Broadcast,
            topics: vec!["town".to_owned()],
            start: Start::Earliest,
            ack_wait: Duration::from_secs(30),
        };
        let mut consumer = self.broker.subscribe(subscription).await.unwrap();
        let mut log = Vec::new();
        while log.len() < count {
            let next = tokio::time::timeout(Duration::from_secs(10), consumer.next(1000)).await;
            for delivery in next.unwrap().unwrap() {
                log.push((delivery.message.key.clone(), delivery.message.json().unwrap()));
            }
        }
        log
    }
}

/// The handler: a use-case that is effective once per event.
pub(crate) async fn record(db: &Database, message: &Message) -> Result<(), HandlerError> {
    let number: i64 = message.json()?;
    let (key, event) = (message.key.clone(), EventId::from_uuid(message.id));
    db.write(move |tx| {
        if outbox::first_time(tx, "town", event, SystemClock.now())? {
            tx.execute(
                sql!("INSERT INTO effects (key, number) VALUES ($1, $2)"),
                &[&key, &number],
            )?;
        }
        Ok::<_, database::Error>(())
    })
    .await?;
    Ok(())
}

/// The real broker behind a fault.
pub(crate) struct Faulty {
    pub(crate) broker: EmbeddedBroker,
    pub(crate) fault: Fault,
}

/// What is wrong with publishing.
pub(crate) enum Fault {
    /// Every n-th publish fails, by turns before and after it is stored.
    Fails { every: u64, calls: AtomicU64 },
    /// A publish of more than so many never ends.
    Slow { above: usize },
}

#[async_trait]
impl Broker for Faulty {
    async fn publish(&self, batch: &[Message]) -> Result<(), broker::Error> {
        match &self.fault {
            Fault::Slow { above } if batch.len() > *above => std::future::pending().await,
            Fault::Slow { .. } => self.broker.publish(batch).await,
            Fault::Fails { every, calls } => {
                let call = calls.fetch_add(1, Ordering::SeqCst) + 1;
                if !call.is_multiple_of(*every) {
                    return self.broker.publish(batch).await;
                }
                if call.is_multiple_of(every * 2) {
                    self.broker.publish(&batch[..batch.len() / 2]).await?;
                }
                Err(broker::Error::unavailable("as the test wants it"))
            }
        }
    }

    async fn subscribe(
        &self,
        subscription: Subscription,
    ) -> Result<Box<dyn Consumer>, broker::Error> {
        self.broker.subscribe(subscription).await
    }

    async fn health(&self) -> Result<(), broker::Error> {
        self.broker.health().await
    }

    async fn lag(&self, group: &str) -> Result<u64, broker::Error> {
        self.broker.lag(group).await
    }

    async fn examine(&self) -> Vec<broker::Finding> {
        self.broker.examine().await
    }
}
