//! Where groups stand: after a restart, at their start, after an instant; and what fits.

use super::{Arena, LONG, number, of_key};
use crate::{Group, MAX_PAYLOAD, Payload, Start};
use kernel::Random;

/// Acknowledged is acknowledged; the rest comes again, and so does what came meanwhile.
pub async fn after_a_restart_the_unacknowledged_come_again_and_nothing_else(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, arena.short).await;
    let batch: Vec<_> = (0..10).map(|n| arena.message(["a", "b"][n as usize % 2], n)).collect();
    broker.publish(&batch).await.unwrap();
    let taken = reader.take(10).await;
    let done: Vec<_> = taken.into_iter().filter(|delivery| number(delivery) < 4).collect();
    reader.ack(&done).await;
    drop((reader, broker));
    let broker = arena.open().await;
    broker.publish(&[arena.message("c", 10)]).await.unwrap();
    let mut seen = arena.join(&broker, LONG).await.drain(7).await;
    assert_eq!(of_key(&seen, "a"), [4, 6, 8]);
    assert_eq!(of_key(&seen, "b"), [5, 7, 9]);
    seen.retain(|(key, _)| key == "c");
    assert_eq!(seen.len(), 1);
    assert_eq!(broker.lag(&arena.named("g")).await.unwrap(), 0);
}

/// And keeps its place when it subscribes again with another start.
pub async fn a_group_starts_at_the_earliest_message_or_now(arena: &Arena) {
    let broker = arena.open().await;
    let named = |name: &str| Group::Shared(arena.named(name));
    broker.publish(&[arena.message("a", 1)]).await.unwrap();
    let mut all = arena.subscribe(&broker, named("all"), &["t"], Start::Earliest, LONG).await;
    let mut new = arena.subscribe(&broker, named("new"), &["t"], Start::Now, LONG).await;
    broker.publish(&[arena.message("a", 2)]).await.unwrap();
    assert_eq!(of_key(&all.drain(2).await, "a"), [1, 2]);
    assert_eq!(of_key(&new.drain(1).await, "a"), [2]);
    drop(new);
    broker.publish(&[arena.message("a", 3)]).await.unwrap();
    let mut new = arena.subscribe(&broker, named("new"), &["t"], Start::Earliest, LONG).await;
    assert_eq!(of_key(&new.drain(1).await, "a"), [3]);
}

/// Everything that the broker received at the instant or later.
pub async fn a_group_and_a_broadcast_can_replay_from_an_instant(arena: &Arena) {
    let broker = arena.open().await;
    for n in 0..10 {
        broker.publish(&[arena.message("a", n)]).await.unwrap();
    }
    let all = arena.join(&broker, LONG).await.take(10).await;
    let instant = all[6].published_at;
    let expected: Vec<_> =
        all.iter().filter(|one| one.published_at >= instant).map(number).collect();
    assert!(expected.contains(&6) && expected.ends_with(&[7, 8, 9]));
    for group in [Group::Shared(arena.named("replay")), Group::Broadcast] {
        let start = Start::At(instant);
        let mut reader = arena.subscribe(&broker, group, &["t"], start, LONG).await;
        let seen: Vec<_> = reader.take(expected.len()).await.iter().map(number).collect();
        assert_eq!(seen, expected);
    }
}

/// The bound is reachable. That nothing larger gets in is the type's promise.
pub async fn the_largest_payload_arrives_whole(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    let random = Random::system();
    let bytes: Vec<u8> = (0..MAX_PAYLOAD / 64).flat_map(|_| random.bytes::<64>()).collect();
    assert!(Payload::from_packed([bytes.as_slice(), b"x"].concat()).is_err());
    let mut message = arena.message("a", 0);
    message.payload = Payload::from_packed(bytes).unwrap();
    broker.publish(&[message.clone()]).await.unwrap();
    let delivery = reader.one().await;
    assert!(delivery.message == message, "the payload changed on its way");
    reader.ack(&[delivery]).await;
}

/// Delivered or not, what is not acknowledged counts.
pub async fn lag_counts_what_is_not_acknowledged(arena: &Arena) {
    let broker = arena.open().await;
    let mut reader = arena.join(&broker, LONG).await;
    let lag = async || broker.lag(&arena.named("g")).await.unwrap();
    assert_eq!(lag().await, 0);
    let batch: Vec<_> = (0..6).map(|n| arena.message("a", n)).collect();
    broker.publish(&batch).await.unwrap();
    assert_eq!(lag().await, 6);
    let taken = reader.take(3).await;
    assert_eq!(lag().await, 6);
    reader.ack(&taken).await;
    assert_eq!(lag().await, 3);
}
