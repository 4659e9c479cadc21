//! What happens when AWS cannot be reached for a while.

use crate::{PATIENCE, everything, line::Line, message, open, server, town};
use broker::{Broker, Consumer, Delivery, Group, Settlement, Subscription};
use kernel::Env;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use testkit::pause;
use tokio::time::timeout;

const KEYS: u32 = 8;
const EACH: u32 = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aws_that_comes_later_is_found_and_every_call_fails_until_then() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let line = Line::lay(&url).await;
    let (broker, env) = (open(line.url()), Env::system());
    assert!(broker.health().await.is_err());
    assert!(broker.publish(&[message(&env, "a", 1)]).await.is_err());
    assert!(broker.subscribe(everything()).await.is_err());
    assert!(broker.lag("g").await.is_err());
    line.mend();
    broker.health().await.unwrap();
    let event = message(&env, "a", 1);
    broker.publish(std::slice::from_ref(&event)).await.unwrap();
    let mut consumer = broker.subscribe(everything()).await.unwrap();
    assert_eq!(patient(consumer.as_mut()).await[0].message, event);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_for_which_its_publisher_has_no_patience_is_through_in_the_end() {
    const MANY: u32 = 200;
    let Some(url) = server().map(|url| town(&url)) else { return };
    let (broker, env) = (open(&url), Env::system());
    let mut consumer = broker.subscribe(everything()).await.unwrap();
    let batch: Vec<_> = (0..MANY).map(|number| message(&env, "a", number)).collect();
    let impatient = Duration::from_millis(400);
    while !matches!(timeout(impatient, broker.publish(&batch)).await, Ok(Ok(()))) {}
    let mut seen = Vec::new();
    while seen.len() < MANY as usize {
        for one in patient(consumer.as_mut()).await {
            let number: u32 = one.message.json().unwrap();
            if !seen.contains(&number) {
                seen.push(number);
            }
            consumer.settle(vec![(one.receipt, Settlement::Ack)]).await.unwrap();
        }
    }
    assert!(seen.into_iter().eq(0..MANY));
}

/// As the relay does: the same batch again, before anything later.
async fn publish(broker: Arc<dyn Broker>) {
    let env = Env::system();
    for number in (0..EACH).step_by(2) {
        let pair = |key: u32| [number, number + 1].map(|n| (format!("key {key}"), n));
        let batch: Vec<_> = (0..KEYS).flat_map(pair).collect();
        let batch: Vec<_> = batch.iter().map(|(key, n)| message(&env, key, *n)).collect();
        while broker.publish(&batch).await.is_err() {
            pause().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_cut_again_and_again_under_load_loses_nothing_and_keeps_the_order() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let line = Line::lay(&url).await;
    line.mend();
    let broker = open(line.url());
    let all = Subscription { group: Group::Broadcast, ..everything() };
    let mut live = broker.subscribe(all).await.unwrap();
    let mut consumer = broker.subscribe(everything()).await.unwrap();
    let publishing = tokio::spawn(publish(open(line.url())));
    let (mut seen, mut handled) = (HashMap::<String, Vec<u32>>::new(), HashSet::new());
    let mut cuts = [20, 80, 150, 240].into_iter().peekable();
    while handled.len() < (KEYS * EACH) as usize {
        if cuts.next_if(|at| handled.len() >= *at).is_some() {
            line.cut();
            assert!(broker.health().await.is_err());
            line.mend();
        }
        for delivery in patient(consumer.as_mut()).await {
            // The inbox's part.
            if handled.insert(delivery.message.id) {
                let number = delivery.message.json().unwrap();
                seen.entry(delivery.message.key.clone()).or_default().push(number);
            }
            // What cannot be settled comes again.
            let _ = consumer.settle(vec![(delivery.receipt, Settlement::Ack)]).await;
        }
    }
    publishing.await.unwrap();
    assert!(line.broken() > 0, "something was under way when the line was cut");
    for (key, numbers) in &seen {
        assert_eq!(*numbers, (0..EACH).collect::<Vec<_>>(), "{key}");
    }
    let mut heard = HashSet::new();
    while heard.len() < handled.len() {
        heard.extend(patient(live.as_mut()).await.into_iter().map(|one| one.message.id));
    }
    assert_eq!(heard, handled, "who listens to everything heard everything");
}

/// Asks again while nobody gets through.
async fn patient(consumer: &mut dyn Consumer) -> Vec<Delivery> {
    let asking = async {
        loop {
            match consumer.next(20).await {
                Ok(deliveries) => return deliveries,
                Err(_) => pause().await,
            }
        }
    };
    timeout(PATIENCE, asking).await.expect("something comes before patience ends")
}
