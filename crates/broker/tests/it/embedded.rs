//! What the embedded broker promises beyond the port: several processes, trimming.

use broker::{Broker, EmbeddedBroker, Group, Message, Payload, Settlement, Start, Subscription};
use kernel::{Clock, Env, ManualClock, SystemClock};
use std::{path::Path, sync::Arc, time::Duration};

fn open(file: &Path) -> EmbeddedBroker {
    EmbeddedBroker::open(file, Arc::new(SystemClock)).unwrap()
}

fn message(env: &Env, key: &str, number: u32) -> Message {
    let payload = Payload::pack(number.to_string().as_bytes()).unwrap();
    let (topic, kind) = ("t".to_owned(), "comanda.test.v1".to_owned());
    Message { id: env.uuid(), topic, key: key.to_owned(), kind, payload }
}

fn group(name: &str) -> Subscription {
    Subscription {
        group: Group::Shared(name.to_owned()),
        topics: vec!["t".to_owned()],
        start: Start::Earliest,
        ack_wait: Duration::from_secs(60),
    }
}

#[test]
fn all_registered_texts_are_good_sql() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broker.db");
    drop(open(&file));
    let location = database::Location::File(file);
    let own = |text: &&database::SqlText| !text.module.starts_with("broker::copy");
    let refused = location.refused(database::registered("broker").filter(own)).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    assert!(database::registered("broker").count() > 15);
}

#[test]
fn processes_that_open_a_new_file_at_the_same_moment_all_succeed() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("broker.db");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| open(&file));
            }
        });
    }
}

#[tokio::test]
async fn trimming_spares_what_a_group_has_still_to_do_and_never_gives_a_place_twice() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at("2026-11-22T12:00:00Z".parse().unwrap());
    let file = folder.path().join("broker.db");
    let broker = EmbeddedBroker::open(&file, Arc::new(clock.clone())).unwrap();
    let env = Env::system();
    let mut consumer = broker.subscribe(group("g")).await.unwrap();
    let batch: Vec<_> = (0..4).map(|n| message(&env, "a", n)).collect();
    broker.publish(&batch).await.unwrap();
    let taken = consumer.next(2).await.unwrap();
    consumer.settle(vec![(taken[0].receipt.clone(), Settlement::Ack)]).await.unwrap();
    clock.advance(Duration::from_secs(3600));
    // 0 is done; 1 is in hand; 2 and 3 have not been taken.
    assert_eq!(broker.trim(clock.now()).await.unwrap(), 1);
    consumer.settle(vec![(taken[1].receipt.clone(), Settlement::Ack)]).await.unwrap();
    let rest = consumer.next(9).await.unwrap();
    assert_eq!(
        rest.iter().map(|one| one.message.json::<u32>().unwrap()).collect::<Vec<_>>(),
        [2, 3]
    );
    let settle = rest.into_iter().map(|one| (one.receipt, Settlement::Ack)).collect();
    consumer.settle(settle).await.unwrap();
    assert_eq!(broker.trim(clock.now()).await.unwrap(), 3);
    broker.publish(&[message(&env, "a", 4)]).await.unwrap();
    assert_eq!(consumer.next(9).await.unwrap()[0].message.json::<u32>().unwrap(), 4);
}

#[tokio::test]
async fn a_settlement_from_before_a_key_was_done_does_not_touch_its_next_message() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at("2026-11-22T12:00:00Z".parse().unwrap());
    let file = folder.path().join("broker.db");
    let broker = EmbeddedBroker::open(&file, Arc::new(clock.clone())).unwrap();
    let env = Env::system();
    let (mut slow, mut quick) =
        (broker.subscribe(group("g")).await.unwrap(), broker.subscribe(group("g")).await.unwrap());
    broker.publish(&[message(&env, "a", 1)]).await.unwrap();
    let late = slow.next(1).await.unwrap().remove(0).receipt;
    clock.advance(Duration::from_secs(61));
    let again = quick.next(1).await.unwrap().remove(0).receipt;
    quick.settle(vec![(again, Settlement::Ack)]).await.unwrap();
    broker.publish(&[message(&env, "a", 2)]).await.unwrap();
    let next = quick.next(1).await.unwrap().remove(0).receipt;
    slow.settle(vec![(late, Settlement::Retry { after: Duration::ZERO })]).await.unwrap();
    quick.settle(vec![(next, Settlement::Ack)]).await.unwrap();
    assert_eq!(broker.lag("g").await.unwrap(), 0, "the second message was acknowledged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_handles_that_publish_at_once_lose_nothing_and_keep_each_others_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broker.db");
    let reader = open(&file);
    let mut publishing = tokio::task::JoinSet::new();
    for handle in 0..8 {
        let broker = open(&file);
        publishing.spawn(async move {
            let env = Env::system();
            for number in 0..100 {
                broker.publish(&[message(&env, &format!("key {handle}"), number)]).await.unwrap();
            }
        });
    }
    let mut consumer = reader.subscribe(group("g")).await.unwrap();
    let mut next = [0_u32; 8];
    while next.iter().sum::<u32>() < 800 {
        let waited = tokio::time::timeout(Duration::from_secs(30), consumer.next(64)).await;
        let batch = waited.unwrap().unwrap();
        for delivery in &batch {
            let handle: usize = delivery.message.key[4..].parse().unwrap();
            assert_eq!(delivery.message.json::<u32>().unwrap(), next[handle]);
            next[handle] += 1;
        }
        let settle = batch.into_iter().map(|one| (one.receipt, Settlement::Ack)).collect();
        consumer.settle(settle).await.unwrap();
    }
    while let Some(published) = publishing.join_next().await {
        published.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_forgotten_by_its_id_once_every_group_has_had_it() {
    let folder = tempfile::tempdir().unwrap();
    let broker = open(&folder.path().join("broker.db"));
    let env = Env::system();
    let batch: Vec<Message> = (0..3).map(|number| message(&env, "a", number)).collect();
    broker.publish(&batch).await.unwrap();
    let mut consumer = broker.subscribe(group("kitchen")).await.unwrap();
    let ids = [batch[0].id, env.uuid()];
    assert_eq!(broker.forget("t", &ids).await.unwrap(), [batch[0].id], "nobody has had it");
    let deliveries = consumer.next(10).await.unwrap();
    assert_eq!(deliveries.len(), 3);
    assert_eq!(broker.forget("t", &ids).await.unwrap(), [batch[0].id], "it is in somebody's hands");
    let settled = deliveries.into_iter().map(|delivery| (delivery.receipt, Settlement::Ack));
    consumer.settle(settled.collect()).await.unwrap();
    assert!(broker.forget("t", &ids).await.unwrap().is_empty());
    let mut late = broker.subscribe(group("late")).await.unwrap();
    let left: Vec<_> =
        late.next(10).await.unwrap().into_iter().map(|delivery| delivery.message.id).collect();
    assert_eq!(left, [batch[1].id, batch[2].id]);
}

#[test]
fn the_data_map_names_every_column() {
    let folder = tempfile::tempdir().unwrap();
    let place = database::Location::File(folder.path().join("broker.db"));
    testkit::check_data_map_at(&broker::DATA_MAP, broker::MIGRATIONS, &place, "sqlite");
}
