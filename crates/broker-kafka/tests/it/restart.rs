//! What happens when the broker goes and comes.

use crate::server::{KEPT, Own, PATIENCE, everything, message};
use broker::{Broker, Settlement};
use broker_kafka::KafkaBroker;
use kernel::Env;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_and_comes_back_loses_nothing_and_keeps_the_order_of_keys() {
    const KEYS: u32 = 20;
    const EACH: u32 = 100;
    let Some(mut own) = Own::prepare() else { return };
    own.start();
    let address = own.address();
    let env = Env::system();
    let broker = Arc::new(KafkaBroker::open(&address, KEPT).unwrap());
    let answers = async { while broker.health().await.is_err() {} };
    tokio::time::timeout(PATIENCE, answers).await.expect("the broker starts");
    let mut consumer = broker.subscribe(everything("g", "t")).await.unwrap();
    let published = Arc::new(AtomicU32::new(0));
    let publishing = tokio::spawn({
        let (broker, published) = (broker.clone(), published.clone());
        async move {
            for number in 0..EACH {
                let batch: Vec<_> =
                    (0..KEYS).map(|key| message(&env, "t", &format!("{key}"), number)).collect();
                // As the relay does it: again, until it is through.
                let patience = Duration::from_secs(4);
                while !matches!(
                    tokio::time::timeout(patience, broker.publish(&batch)).await,
                    Ok(Ok(()))
                ) {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                published.store(number + 1, Ordering::Relaxed);
            }
        }
    });
    let mut killed = false;
    let mut next: HashMap<String, u32> = HashMap::new();
    while next.values().sum::<u32>() < KEYS * EACH {
        if !killed && published.load(Ordering::Relaxed) > EACH / 3 {
            killed = true;
            own.kill();
            assert!(broker.health().await.is_err());
            own.start();
        }
        let waited = tokio::time::timeout(PATIENCE, consumer.next(64)).await;
        let Ok(batch) = waited.expect("messages come again") else {
            consumer = broker.subscribe(everything("g", "t")).await.unwrap();
            continue;
        };
        let mut settle = Vec::new();
        for one in batch {
            let number: u32 = one.message.json().unwrap();
            let expected = next.entry(one.message.key.clone()).or_default();
            // Something may come again; nothing may come early.
            assert!(number <= *expected, "{} of {}: {number}", expected, one.message.key);
            *expected = (*expected).max(number + 1);
            settle.push((one.receipt, Settlement::Ack));
        }
        // What could not be said is said again, or comes again.
        let _ = consumer.settle(settle).await;
    }
    assert!(killed, "the broker was killed in the middle");
    publishing.await.unwrap();
    let all_settled = async {
        while broker.lag("g").await.unwrap_or(1) > 0 {
            if let Ok(Ok(batch)) =
                tokio::time::timeout(Duration::from_millis(100), consumer.next(64)).await
            {
                let again = batch.into_iter().map(|one| (one.receipt, Settlement::Ack)).collect();
                let _ = consumer.settle(again).await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, all_settled).await.expect("all is acknowledged");
}
