//! What one broker keeps, carried into another: all of it, in order, wherever it is stopped.

use async_trait::async_trait;
use broker::{
    Broker, Consumer, EmbeddedBroker, Error, Finding, Group, Message, Payload, Settlement, Start,
    Subscription,
    copy::{Carried, CopyError, Ledger, copy},
};
use kernel::{Clock, Env, ManualClock, SystemClock};
use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

const TOPICS: [&str; 2] = ["one", "two"];
const MESSAGES: u32 = 1000;

fn open(folder: &Path, name: &str) -> EmbeddedBroker {
    EmbeddedBroker::open(&folder.join(name), Arc::new(SystemClock)).unwrap()
}

fn topics() -> Vec<String> {
    TOPICS.map(str::to_owned).to_vec()
}

fn group(name: &str) -> Subscription {
    Subscription {
        group: Group::Shared(name.to_owned()),
        topics: topics(),
        start: Start::Earliest,
        ack_wait: Duration::from_secs(60),
    }
}

/// Numbered messages of seven keys, over both topics.
async fn publish(broker: &dyn Broker, numbers: std::ops::Range<u32>) {
    let env = Env::system();
    let batch: Vec<_> = numbers
        .map(|number| Message {
            id: env.uuid(),
            topic: TOPICS[number as usize % 2].to_owned(),
            key: format!("key {}", number % 7),
            kind: "comanda.test.v1".to_owned(),
            payload: Payload::pack(number.to_string().as_bytes()).unwrap(),
        })
        .collect();
    broker.publish(&batch).await.unwrap();
}

async fn ledger(folder: &Path) -> Result<Ledger, CopyError> {
    Ledger::open(&folder.join("ledger.db"), ("from", "to"), &Env::system()).await
}

async fn carry(
    from: &dyn Broker,
    to: &dyn Broker,
    folder: &Path,
) -> Result<Vec<Carried>, CopyError> {
    let ledger = ledger(folder).await.unwrap();
    copy((from, to), &ledger, (&topics(), Start::Earliest), |_| ()).await
}

fn assert_equal(carried: &[Carried], each: u64) {
    for Carried { topic, source, target } in carried {
        assert_eq!((source.rows, source), (each, target), "{topic}");
    }
}

/// What a group gets of each key, without repeats, until it has it all.
async fn consume(broker: &dyn Broker, total: u32) -> HashMap<(String, String), Vec<u32>> {
    let mut consumer = broker.subscribe(group("kitchen")).await.unwrap();
    let (mut got, mut seen) = (HashMap::new(), std::collections::HashSet::new());
    while seen.len() < total as usize {
        let batch = testkit::eventually("messages", async || consumer.next(64).await.ok()).await;
        let mut settled = Vec::new();
        for delivery in batch {
            let message = delivery.message;
            settled.push((delivery.receipt, Settlement::Ack));
            if seen.insert(message.id) {
                let number = message.json::<u32>().unwrap();
                got.entry((message.topic, message.key)).or_insert_with(Vec::new).push(number);
            }
        }
        consumer.settle(settled).await.unwrap();
    }
    got
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_broker_keeps_comes_in_order_and_a_second_run_brings_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (open(folder.path(), "from.db"), open(folder.path(), "to.db"));
    publish(&from, 0..MESSAGES).await;
    // One group has had some of it: what it has acknowledged comes all the same.
    let mut reader = from.subscribe(group("kitchen")).await.unwrap();
    let taken = reader.next(10).await.unwrap();
    reader.settle(vec![(taken[0].receipt.clone(), Settlement::Ack)]).await.unwrap();
    assert_equal(&carry(&from, &to, folder.path()).await.unwrap(), u64::from(MESSAGES) / 2);
    publish(&from, MESSAGES..2 * MESSAGES).await;
    assert_equal(&carry(&from, &to, folder.path()).await.unwrap(), u64::from(MESSAGES));
    for (key, numbers) in consume(&to, 2 * MESSAGES).await {
        assert!(numbers.is_sorted(), "{key:?}: {numbers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_before_an_instant_may_stay_behind() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at("2026-11-22T12:00:00Z".parse().unwrap());
    let file = folder.path().join("from.db");
    let from = EmbeddedBroker::open(&file, Arc::new(clock.clone())).unwrap();
    let to = open(folder.path(), "to.db");
    publish(&from, 0..100).await;
    clock.advance(Duration::from_secs(1));
    publish(&from, 100..110).await;
    let ledger = ledger(folder.path()).await.unwrap();
    let since = Start::At(clock.now());
    let carried = copy((&from, &to), &ledger, (&topics(), since), |_| ()).await.unwrap();
    assert_equal(&carried, 5);
}

/// Takes so many batches, and is gone.
struct Mortal(EmbeddedBroker, AtomicI64);

#[async_trait]
impl Broker for Mortal {
    async fn publish(&self, batch: &[Message]) -> Result<(), Error> {
        if self.1.fetch_sub(1, Ordering::SeqCst) <= 0 {
            // Taken, and nobody learns of it.
            self.0.publish(batch).await?;
            return Err(Error::unavailable("gone"));
        }
        self.0.publish(batch).await
    }
    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, Error> {
        self.0.subscribe(subscription).await
    }
    async fn health(&self) -> Result<(), Error> {
        self.0.health().await
    }
    async fn lag(&self, group: &str) -> Result<u64, Error> {
        self.0.lag(group).await
    }
    async fn examine(&self) -> Vec<Finding> {
        self.0.examine().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_stopped_halfway_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (open(folder.path(), "from.db"), open(folder.path(), "to.db"));
    publish(&from, 0..MESSAGES).await;
    let mortal = Mortal(to.clone(), AtomicI64::new(2));
    let stopped = carry(&from, &mortal, folder.path()).await;
    assert!(matches!(stopped, Err(CopyError::Broker(_))), "{stopped:?}");
    assert_equal(&carry(&from, &to, folder.path()).await.unwrap(), u64::from(MESSAGES) / 2);
    for (key, numbers) in consume(&to, MESSAGES).await {
        assert!(numbers.is_sorted(), "{key:?}: {numbers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_with_other_messages_and_anothers_ledger_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (open(folder.path(), "from.db"), open(folder.path(), "to.db"));
    publish(&from, 0..10).await;
    publish(&to, 0..3).await;
    let refused = carry(&from, &to, folder.path()).await;
    assert!(matches!(refused, Err(CopyError::OtherMessages { count: 3 })), "{refused:?}");
    let file = folder.path().join("ledger.db");
    let refused = Ledger::open(&file, ("from", "elsewhere"), &Env::system()).await;
    assert!(matches!(refused, Err(CopyError::OtherCopy { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_registered_texts_of_the_ledger_are_good_sql() {
    let folder = tempfile::tempdir().unwrap();
    drop(ledger(folder.path()).await.unwrap());
    let location = database::Location::File(folder.path().join("ledger.db"));
    let own = |text: &&database::SqlText| text.module.starts_with("broker::copy");
    let refused = location.refused(database::registered("broker").filter(own)).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
}
