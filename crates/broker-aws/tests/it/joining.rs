//! Groups that come later, and replicas that come together.

use crate::{PATIENCE, everything, message, open, server, town};
use broker::{Settlement, Subscription};
use kernel::Env;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};
use testkit::within;

const KEYS: u32 = 6;
const EACH: u32 = 40;

/// What the replicas of a test have in hand and have had.
#[derive(Default)]
struct Ledger {
    in_hand: HashSet<String>,
    /// By key, each number when it came for the first time.
    seen: HashMap<String, Vec<u32>>,
    count: u32,
}

impl Ledger {
    fn take(&mut self, key: &str, number: u32) {
        let seen = self.seen.entry(key.to_owned()).or_default();
        if !seen.contains(&number) {
            seen.push(number);
            self.count += 1;
        }
    }
}

/// Works in the group until it is stopped.
async fn replica(url: String, ledger: Arc<Mutex<Ledger>>) {
    let broker = open(&url);
    loop {
        let group = Subscription { ack_wait: PATIENCE, ..everything() };
        let mut consumer = broker.subscribe(group).await.unwrap();
        for _ in 0..6 {
            let batch = consumer.next(9).await.unwrap();
            let keys: HashSet<_> = batch.iter().map(|one| one.message.key.clone()).collect();
            for key in &keys {
                let free = ledger.lock().unwrap().in_hand.insert(key.clone());
                assert!(free, "{key} is in two hands");
            }
            for one in &batch {
                ledger.lock().unwrap().take(&one.message.key, one.message.json().unwrap());
            }
            testkit::pause().await;
            // Out of hand before others can have it.
            ledger.lock().unwrap().in_hand.retain(|key| !keys.contains(key));
            let settle = batch.into_iter().map(|one| (one.receipt, Settlement::Ack));
            consumer.settle(settle.collect()).await.unwrap();
        }
        consumer.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_join_at_once_get_the_past_and_the_present_in_order_while_it_is_published() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let (env, publisher) = (Env::system(), open(&url));
    let mut replicas = tokio::task::JoinSet::new();
    for number in 0..EACH {
        let batch: Vec<_> =
            (0..KEYS).map(|key| message(&env, &format!("key {key}"), number)).collect();
        publisher.publish(&batch).await.unwrap();
        if number == EACH / 2 {
            for _ in 0..3 {
                replicas.spawn(replica(url.clone(), ledger.clone()));
            }
        }
    }
    within(PATIENCE, "everything to be handled", async || {
        (ledger.lock().unwrap().count == KEYS * EACH).then_some(())
    })
    .await;
    within(PATIENCE, "everything to be acknowledged", async || {
        (publisher.lag("g").await.unwrap() == 0).then_some(())
    })
    .await;
    while let Some(ended) = replicas.try_join_next() {
        ended.unwrap();
    }
    replicas.shutdown().await;
    for (key, numbers) in &ledger.lock().unwrap().seen {
        assert_eq!(*numbers, (0..EACH).collect::<Vec<_>>(), "{key}");
    }
}
