//! Consumers on several connections, as replicas have them.

use crate::{message, open, server, town};
use broker::{Group, Settlement, Start, Subscription};
use kernel::Env;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::within;

const PATIENCE: Duration = Duration::from_secs(60);

fn group() -> Subscription {
    Subscription {
        group: Group::Shared("g".to_owned()),
        topics: vec!["t".to_owned()],
        start: Start::Earliest,
        ack_wait: Duration::from_secs(60),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_one_replica_holds_or_parks_is_held_up_for_all_and_its_neighbours_are_not() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let (env, publisher) = (Env::system(), open(&url).await);
    let (mut first, mut second) = (
        open(&url).await.subscribe(group()).await.unwrap(),
        open(&url).await.subscribe(group()).await.unwrap(),
    );
    let batch: Vec<_> = [("a", 1), ("a", 2), ("b", 3), ("c", 4)]
        .into_iter()
        .map(|(key, number)| message(&env, key, number))
        .collect();
    // Between keys there is no order, unless one is published before the other.
    for part in batch.chunks(2) {
        publisher.publish(part).await.unwrap();
    }
    let held = first.next(1).await.unwrap().remove(0);
    assert_eq!(held.message, batch[0]);
    let neighbour = second.next(1).await.unwrap().remove(0);
    assert!(["b", "c"].contains(&neighbour.message.key.as_str()), "{neighbour:?}");
    let after = Duration::from_millis(300);
    first.settle(vec![(held.receipt, Settlement::Retry { after })]).await.unwrap();
    // The first does not ask any more: the second gets everything, also the other's retry.
    let mut seen = Vec::new();
    second.settle(vec![(neighbour.receipt.clone(), Settlement::Ack)]).await.unwrap();
    while seen.len() < 3 {
        let taken = tokio::time::timeout(PATIENCE, second.next(10)).await.unwrap().unwrap();
        for one in taken {
            seen.push((one.message.json::<u32>().unwrap(), one.attempt));
            second.settle(vec![(one.receipt, Settlement::Ack)]).await.unwrap();
        }
    }
    let other = if neighbour.message == batch[2] { 4 } else { 3 };
    seen.sort_by_key(|(number, _)| *number < 3);
    assert_eq!(seen, [(other, 1), (1, 2), (2, 1)]);
}

/// What the consumers of a test have in hand and have had.
#[derive(Default)]
struct Ledger {
    in_hand: HashSet<String>,
    seen: HashMap<String, Vec<u32>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_is_in_two_hands_while_replicas_come_and_go_under_load() {
    const KEYS: u32 = 8;
    const EACH: u32 = 60;
    let Some(url) = server().map(|url| town(&url)) else { return };
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let mut replicas = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (url, ledger) = (url.clone(), ledger.clone());
        replicas.spawn(async move {
            let broker = open(&url).await;
            loop {
                let mut consumer = broker.subscribe(group()).await.unwrap();
                for _ in 0..5 {
                    let Ok(batch) = tokio::time::timeout(PATIENCE, consumer.next(9)).await else {
                        return;
                    };
                    let batch = batch.unwrap();
                    let keys: HashSet<_> =
                        batch.iter().map(|one| one.message.key.clone()).collect();
                    for key in &keys {
                        let free = ledger.lock().unwrap().in_hand.insert(key.clone());
                        assert!(free, "{key} is in two hands");
                    }
                    tokio::task::yield_now().await;
                    for one in &batch {
                        let mut ledger = ledger.lock().unwrap();
                        let seen = ledger.seen.entry(one.message.key.clone()).or_default();
                        seen.push(one.message.json().unwrap());
                    }
                    // Out of hand before others can have it.
                    keys.iter().for_each(|key| {
                        ledger.lock().unwrap().in_hand.remove(key);
                    });
                    let settle = batch.into_iter().map(|one| (one.receipt, Settlement::Ack));
                    consumer.settle(settle.collect()).await.unwrap();
                }
                consumer.close().await.unwrap();
            }
        });
    }
    let (env, publisher) = (Env::system(), open(&url).await);
    for number in 0..EACH {
        let batch: Vec<_> =
            (0..KEYS).map(|key| message(&env, &format!("key {key}"), number)).collect();
        publisher.publish(&batch).await.unwrap();
    }
    within(PATIENCE, "everything to be handled", async || {
        (publisher.lag("g").await.unwrap() == 0).then_some(())
    })
    .await;
    while let Some(ended) = replicas.try_join_next() {
        ended.unwrap();
    }
    replicas.shutdown().await;
    let ledger = ledger.lock().unwrap();
    for key in 0..KEYS {
        assert_eq!(ledger.seen[&format!("key {key}")], (0..EACH).collect::<Vec<_>>(), "key {key}");
    }
}
