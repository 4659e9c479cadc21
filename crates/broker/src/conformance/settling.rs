//! Settled, not settled, settled late.

use super::{Arena, LONG, number};
use std::time::Duration;

/// No acknowledgement within `ack_wait`: again, with the attempt counted, in order.
pub async fn what_is_not_settled_in_time_comes_again_with_its_attempts_counted(arena: &Arena) {
    let broker = arena.open().await;
    let mut silent = arena.join(&broker, arena.short).await;
    broker.publish(&[arena.message("a", 1), arena.message("a", 2)]).await.unwrap();
    let first = silent.take(2).await;
    assert_eq!(first.iter().map(|delivery| delivery.attempt).collect::<Vec<_>>(), [1, 1]);
    drop(silent);
    let mut other = arena.join(&broker, LONG).await;
    let again = other.take(2).await;
    assert_eq!(again.iter().map(number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(again[0].attempt, 2);
    assert_eq!(again[0].message, first[0].message);
    other.ack(&again).await;
}

/// The count is what a consumer needs to give a message up.
pub async fn a_message_can_be_buried_after_some_attempts(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    broker.publish(&[arena.message("a", 1), arena.message("a", 2)]).await.unwrap();
    for attempt in 1..=5 {
        let delivery = reader.one().await;
        assert_eq!((number(&delivery), delivery.attempt), (1, attempt));
        match attempt {
            5 => reader.ack(&[delivery]).await,
            _ => reader.retry(&delivery, Duration::ZERO).await,
        }
    }
    let next = reader.one().await;
    assert_eq!((number(&next), next.attempt), (2, 1));
    reader.ack(&[next]).await;
}

/// A retry gives back what was delivered behind it, with void receipts.
pub async fn what_stood_behind_a_retry_is_not_counted_as_tried(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    let batch: Vec<_> = (0..4).map(|n| arena.message("a", n)).collect();
    broker.publish(&batch).await.unwrap();
    let taken = reader.take(4).await;
    reader.ack(&taken[..1]).await;
    reader.retry(&taken[1], Duration::ZERO).await;
    // Void: must not make it disappear.
    reader.ack(&taken[2..3]).await;
    let again = reader.take(3).await;
    let seen: Vec<_> = again.iter().map(|delivery| (number(delivery), delivery.attempt)).collect();
    assert_eq!(seen, [(1, 2), (2, 1), (3, 1)]);
    reader.ack(&again).await;
}

/// Who settles after its time is up disturbs nobody.
pub async fn a_late_settlement_changes_nothing(arena: &Arena) {
    let broker = arena.open().await;
    let mut slow = arena.join(&broker, arena.short).await;
    broker.publish(&[arena.message("a", 1), arena.message("a", 2)]).await.unwrap();
    let late = slow.one().await;
    let mut other = arena.join(&broker, LONG).await;
    let again = other.one().await;
    assert_eq!((number(&again), again.attempt), (1, 2));
    slow.retry(&late, Duration::ZERO).await;
    // Were the key let go, this would bring 1 again.
    broker.publish(&[arena.message("b", 3)]).await.unwrap();
    assert_eq!(slow.drain(1).await, [("b".to_owned(), 3)]);
    other.ack(&[again]).await;
    assert_eq!(other.drain(1).await, [("a".to_owned(), 2)]);
}

/// Who leaves in order makes nobody wait for `ack_wait`, and no attempt is counted.
pub async fn a_consumer_that_closes_lets_others_have_what_it_had_taken(arena: &Arena) {
    let broker = arena.open().await;
    let mut other = arena.join(&broker, LONG).await;
    for round in 0..20 {
        let mut leaving = arena.join(&broker, LONG).await;
        broker.publish(&[arena.message("a", round), arena.message("b", round)]).await.unwrap();
        let taken = tokio::select! {
            biased;
            taken = leaving.consumer.next(2) => taken.unwrap(),
            () = tokio::task::yield_now() => Vec::new(),
        };
        leaving.ack(&taken).await;
        leaving.consumer.close().await.unwrap();
        if taken.is_empty() {
            let rest = other.take(2).await;
            assert!(rest.iter().all(|one| (number(one), one.attempt) == (round, 1)), "{rest:?}");
            other.ack(&rest).await;
        }
    }
}

/// A call of `next` that is given up, before or after there is something, takes nothing along.
pub async fn a_dropped_wait_loses_nothing(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    for n in 0..50 {
        let (publishing, message) = (broker.clone(), arena.message("a", n));
        let publishing = tokio::spawn(async move { publishing.publish(&[message]).await });
        tokio::select! {
            biased;
            published = publishing => published.unwrap().unwrap(),
            batch = reader.consumer.next(5) => {
                let batch = batch.unwrap();
                assert_eq!(batch.iter().map(number).collect::<Vec<_>>(), [n]);
                reader.ack(&batch).await;
                continue;
            }
        }
        assert_eq!(reader.drain(1).await, [("a".to_owned(), n)]);
    }
}
