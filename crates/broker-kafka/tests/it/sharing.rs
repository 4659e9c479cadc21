//! Members of a group that come and go while messages flow.

use crate::server::{self, KEPT, PATIENCE, everything, message};
use broker::{Broker, Consumer, Delivery, Settlement};
use broker_kafka::{Address, KafkaBroker};
use kernel::Env;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

const KEYS: u32 = 40;
const EACH: u32 = 125;

/// What all consumers of the group saw.
#[derive(Default)]
struct Seen {
    /// The number that must come next of each key; smaller ones may come again.
    next: HashMap<String, u32>,
    /// Who holds a key.
    holders: HashMap<String, usize>,
    /// A member that the cluster had given up may learn it late, with a key still in its hands.
    given_up: bool,
    /// Each number once.
    count: u32,
}

impl Seen {
    fn take(&mut self, who: usize, batch: &[Delivery]) {
        for one in batch {
            let key = one.message.key.clone();
            let holder = *self.holders.entry(key.clone()).or_insert(who);
            assert!(holder == who || self.given_up, "{key} is in two hands");
            let number: u32 = one.message.json().unwrap();
            let next = self.next.entry(key.clone()).or_default();
            assert!(number <= *next, "{key} skips from {next} to {number}");
            if number == *next {
                *next += 1;
                self.count += 1;
            }
        }
    }

    fn let_go(&mut self, batch: &[Delivery]) {
        for one in batch {
            self.holders.remove(&one.message.key);
        }
    }
}

/// Works until it is told to leave; then leaves in order.
async fn work(
    address: Address,
    topic: String,
    who: usize,
    seen: Arc<Mutex<Seen>>,
    stop: CancellationToken,
) {
    let broker = KafkaBroker::open(&address, KEPT).unwrap();
    let mut consumer = broker.subscribe(everything(&topic, &topic)).await.unwrap();
    loop {
        let batch = tokio::select! {
            () = stop.cancelled() => break,
            batch = consumer.next(16) => batch,
        };
        let Ok(batch) = batch else {
            seen.lock().unwrap().given_up = true;
            testkit::pause().await;
            continue;
        };
        seen.lock().unwrap().take(who, &batch);
        // As long as a use-case takes; a rebalance may come meanwhile.
        testkit::pause().await;
        seen.lock().unwrap().let_go(&batch);
        let settle = batch.into_iter().map(|one| (one.receipt, Settlement::Ack)).collect();
        // What could not be settled comes again.
        if consumer.settle(settle).await.is_err() {
            seen.lock().unwrap().given_up = true;
        }
    }
    // Who cannot leave in order is missed after a while.
    let _ = consumer.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_messages_keep_their_order_while_members_come_and_go() {
    let Some(address) = server::address() else { return };
    let env = Env::system();
    let topic = env.uuid().to_string();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let start = |who| {
        let stop = CancellationToken::new();
        let (address, topic, seen) = (address.clone(), topic.clone(), seen.clone());
        let working = tokio::spawn(work(address, topic, who, seen, stop.clone()));
        (working, stop)
    };
    let broker = KafkaBroker::open(&address, KEPT).unwrap();
    let first = start(0);
    let mut others = vec![start(1)];
    for number in 0..EACH {
        let batch: Vec<_> =
            (0..KEYS).map(|key| message(&env, &topic, &format!("key {key}"), number)).collect();
        broker.publish(&batch).await.unwrap();
        // Ten rebalances on the way: one comes, the one before it goes.
        if number % 25 == 12 {
            others.push(start(2 + number as usize));
            let (working, stop) = others.remove(0);
            stop.cancel();
            working.await.unwrap();
        }
    }
    testkit::within(PATIENCE, "all messages arrive", async || {
        (seen.lock().unwrap().count == KEYS * EACH).then_some(())
    })
    .await;
    testkit::within(PATIENCE, "all are acknowledged", async || {
        (broker.lag(&topic).await.unwrap() == 0).then_some(())
    })
    .await;
    others.push(first);
    for (working, stop) in others {
        stop.cancel();
        working.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_message_holds_up_its_key_within_bounds_and_never_its_neighbours() {
    let Some(address) = server::address() else { return };
    let env = Env::system();
    let topic = env.uuid().to_string();
    let broker = KafkaBroker::open(&address, KEPT).unwrap();
    let mut consumer = broker.subscribe(everything(&topic, &topic)).await.unwrap();
    // More than are kept in memory, behind the one that fails.
    let poisoned: Vec<_> = (0..700).map(|number| message(&env, &topic, "poison", number)).collect();
    let sound: Vec<_> = (0..400).map(|number| message(&env, &topic, "sound", number)).collect();
    broker.publish(&poisoned[..1]).await.unwrap();
    broker.publish(&sound).await.unwrap();
    let (mut of_sound, mut parked) = (Vec::new(), false);
    while of_sound.len() < 400 || !parked {
        let batch = next(consumer.as_mut()).await;
        let mut settle = Vec::new();
        for one in batch {
            if one.message.key == "sound" {
                of_sound.push(one.message.json::<u32>().unwrap());
                settle.push((one.receipt, Settlement::Ack));
            } else {
                parked = true;
                let after = Duration::from_secs(3);
                settle.push((one.receipt, Settlement::Retry { after }));
            }
        }
        consumer.settle(settle).await.unwrap();
    }
    assert!(of_sound.into_iter().eq(0..400));
    broker.publish(&poisoned[1..]).await.unwrap();
    let mut of_poison = Vec::new();
    while of_poison.len() < 700 {
        let batch = next(consumer.as_mut()).await;
        let mut settle = Vec::new();
        for one in batch {
            of_poison.push(one.message.json::<u32>().unwrap());
            settle.push((one.receipt, Settlement::Ack));
        }
        consumer.settle(settle).await.unwrap();
    }
    assert!(of_poison.into_iter().eq(0..700));
    assert_eq!(broker.lag(&topic).await.unwrap(), 0);
}

async fn next(consumer: &mut dyn Consumer) -> Vec<Delivery> {
    tokio::time::timeout(PATIENCE, consumer.next(64)).await.expect("something comes").unwrap()
}
