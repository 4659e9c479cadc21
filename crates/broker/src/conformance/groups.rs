//! Who gets what.

use super::{Arena, LONG, number, of_key};
use crate::{Group, Start};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Nothing twice within `ack_wait`, nothing missing, order kept.
pub async fn two_consumers_share_a_group_and_each_message_goes_to_one_of_them(arena: &Arena) {
    let broker = arena.open().await;
    let keys: Vec<_> = (0..20).map(|key| format!("key {key}")).collect();
    let all: Vec<_> =
        (0..10).flat_map(|n| keys.iter().map(move |key| arena.message(key, n))).collect();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut consumers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let mut reader = arena.join(&arena.open().await, LONG).await;
        let seen = seen.clone();
        consumers.spawn(async move {
            loop {
                let batch = reader.next(7).await;
                let new = batch.iter().map(|one| (one.message.key.clone(), number(one)));
                seen.lock().unwrap().extend(new);
                reader.ack(&batch).await;
            }
        });
    }
    broker.publish(&all).await.unwrap();
    let deadline = tokio::time::Instant::now() + arena.patience;
    while broker.lag(&arena.named("g")).await.unwrap() > 0 {
        assert!(tokio::time::Instant::now() < deadline, "the group never finished");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    consumers.shutdown().await;
    let seen = seen.lock().unwrap();
    for key in &keys {
        assert_eq!(of_key(&seen, key), (0..10).collect::<Vec<_>>(), "{key}");
    }
}

/// Each group gets everything, at its own pace.
pub async fn groups_do_not_see_each_other(arena: &Arena) {
    let broker = arena.open().await;
    let named = |name: &str| Group::Shared(arena.named(name));
    let mut one = arena.subscribe(&broker, named("one"), &["t"], Start::Earliest, LONG).await;
    let mut two = arena.subscribe(&broker, named("two"), &["t"], Start::Earliest, LONG).await;
    let batch: Vec<_> = (0..5).map(|n| arena.message("a", n)).collect();
    broker.publish(&batch).await.unwrap();
    assert_eq!(of_key(&one.drain(5).await, "a"), [0, 1, 2, 3, 4]);
    assert_eq!(of_key(&two.drain(2).await, "a"), [0, 1]);
    assert_eq!(broker.lag(&arena.named("one")).await.unwrap(), 0);
    assert_eq!(broker.lag(&arena.named("two")).await.unwrap(), 3);
}

/// Every subscriber sees every message, once, settled or not.
pub async fn a_broadcast_reaches_every_subscriber(arena: &Arena) {
    let (broker, elsewhere) = (arena.open().await, arena.open().await);
    let mut readers = Vec::new();
    for broker in [&broker, &broker, &elsewhere] {
        let reader = arena.subscribe(broker, Group::Broadcast, &["t"], Start::Now, arena.short);
        readers.push(reader.await);
    }
    let batch: Vec<_> = (0..30).map(|n| arena.message("a", n)).collect();
    for part in batch.chunks(10) {
        broker.publish(part).await.unwrap();
    }
    for reader in &mut readers {
        let seen: Vec<_> = reader.take(30).await.iter().map(number).collect();
        assert_eq!(seen, (0..30).collect::<Vec<_>>());
    }
}

/// Topics are apart, and a group may take up another one later.
pub async fn a_consumer_sees_its_topics_and_no_other(arena: &Arena) {
    let broker = arena.open().await;
    let group = || Group::Shared(arena.named("g"));
    let mut one = arena.subscribe(&broker, group(), &["t"], Start::Earliest, LONG).await;
    let mut live = arena.subscribe(&broker, Group::Broadcast, &["u"], Start::Earliest, LONG).await;
    for n in 0..3 {
        let batch = [arena.message_in("t", "a", n), arena.message_in("u", "a", 10 + n)];
        broker.publish(&batch).await.unwrap();
    }
    assert_eq!(of_key(&one.drain(3).await, "a"), [0, 1, 2]);
    assert_eq!(live.take(3).await.iter().map(number).collect::<Vec<_>>(), [10, 11, 12]);
    drop(one);
    let mut both = arena.subscribe(&broker, group(), &["t", "u"], Start::Earliest, LONG).await;
    assert_eq!(of_key(&both.drain(3).await, "a"), [10, 11, 12]);
}

/// As another process would.
pub async fn a_waiting_consumer_hears_what_another_handle_publishes(arena: &Arena) {
    let (here, elsewhere) = (arena.open().await, arena.open().await);
    let mut reader = arena.join(&here, LONG).await;
    let waiting = tokio::spawn(async move { reader.drain(1).await });
    elsewhere.publish(&[arena.message("a", 1)]).await.unwrap();
    assert_eq!(waiting.await.unwrap(), [("a".to_owned(), 1)]);
    elsewhere.health().await.unwrap();
}
