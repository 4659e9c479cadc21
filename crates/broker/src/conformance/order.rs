//! Order per key.

use super::{Arena, LONG, number, of_key};
use std::time::Duration;

/// Interleaved keys keep their own order, whatever the sizes of the batches.
pub async fn messages_of_a_key_arrive_in_the_order_of_publishing(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    for round in 0..10 {
        let batch: Vec<_> = (0..5)
            .flat_map(|n| ["a", "b", "c", "d"].map(|key| arena.message(key, round * 5 + n)))
            .collect();
        broker.publish(&batch).await.unwrap();
    }
    let mut seen = Vec::new();
    for size in [1, 2, 7, 50, 3, 100, 37] {
        seen.extend(reader.drain(size).await);
    }
    for key in ["a", "b", "c", "d"] {
        assert_eq!(of_key(&seen, key), (0..50).collect::<Vec<_>>(), "{key}");
    }
}

/// A key in hand is one consumer's until it settles; the other consumer gets other keys.
pub async fn nothing_of_a_key_comes_while_the_key_is_in_hand(arena: &Arena) {
    let broker = arena.open().await;
    let (mut first, mut second) =
        (arena.join(&broker, LONG).await, arena.join(&broker, LONG).await);
    broker.publish(&[arena.message("a", 1)]).await.unwrap();
    let in_hand = first.one().await;
    broker.publish(&[arena.message("a", 2), arena.message("b", 3)]).await.unwrap();
    assert_eq!(second.drain(1).await, [("b".to_owned(), 3)]);
    first.ack(&[in_hand]).await;
    assert_eq!(second.drain(1).await, [("a".to_owned(), 2)]);
}

/// Neighbours pass a message that waits for its retry; its own key does not.
pub async fn a_retry_holds_up_its_key_in_order_and_no_other(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    let batch: Vec<_> = (0..10).flat_map(|n| ["a", "b"].map(|key| arena.message(key, n))).collect();
    broker.publish(&batch).await.unwrap();
    let mut seen = Vec::new();
    let mut tries = 0;
    while seen.len() < 20 {
        let batch = reader.next(20).await;
        let mut parked = false;
        for delivery in batch {
            let of_a = delivery.message.key == "a";
            if of_a && parked {
                continue;
            }
            if of_a && number(&delivery) == 3 && tries < 3 {
                tries += 1;
                parked = true;
                reader.retry(&delivery, Duration::from_millis(500)).await;
                // Published while the key waits: it must wait, too.
                broker.publish(&[arena.message("c", tries)]).await.unwrap();
                continue;
            }
            reader.ack(std::slice::from_ref(&delivery)).await;
            if delivery.message.key != "c" {
                seen.push((delivery.message.key.clone(), number(&delivery)));
            }
        }
    }
    assert_eq!(of_key(&seen, "a"), (0..10).collect::<Vec<_>>());
    assert_eq!(of_key(&seen, "b"), (0..10).collect::<Vec<_>>());
    let (last_of_b, fourth_of_a) = (("b".to_owned(), 9), ("a".to_owned(), 3));
    let place = |wanted: &(String, u32)| seen.iter().position(|one| one == wanted);
    assert!(place(&last_of_b) < place(&fourth_of_a), "b waited for a: {seen:?}");
}

/// A full day of a town, in batches.
pub async fn ten_thousand_messages_arrive_once_and_in_order(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    let keys: Vec<_> = (0..40).map(|key| format!("key {key}")).collect();
    let publisher = broker.clone();
    let messages: Vec<_> =
        (0..250).flat_map(|n| keys.iter().map(move |key| arena.message(key, n))).collect();
    let publishing = tokio::spawn(async move {
        for batch in messages.chunks(200) {
            publisher.publish(batch).await.unwrap();
        }
    });
    let mut seen = Vec::new();
    while seen.len() < 10_000 {
        seen.extend(reader.drain((10_000 - seen.len()).min(256)).await);
    }
    publishing.await.unwrap();
    for key in &keys {
        assert_eq!(of_key(&seen, key), (0..250).collect::<Vec<_>>(), "{key}");
    }
    assert_eq!(broker.lag(&arena.named("g")).await.unwrap(), 0);
}
