//! The suite that every adapter passes unchanged, against its real broker.
//!
//! An adapter's test binary calls [`conformance_suite!`](crate::conformance_suite) with a way to
//! make an [`Arena`]; that makes one test of each case. Cases never sleep: they await deliveries,
//! for at most [`Arena::patience`], and show that something does not come by what comes after it.

#![expect(clippy::unwrap_used, reason = "a case may stop at what it did not expect")]

mod groups;
mod order;
mod places;
mod settling;

pub use groups::*;
pub use order::*;
pub use places::*;
pub use settling::*;

use crate::{Broker, Consumer, Delivery, Group, Message, Payload, Settlement, Start, Subscription};
use kernel::{Env, Random, SystemClock};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

type Opening = Pin<Box<dyn Future<Output = Arc<dyn Broker>> + Send>>;

/// Where a case plays: a broker that can be opened more than once, and names of the case's own.
pub struct Arena {
    open: Box<dyn Fn() -> Opening + Send + Sync>,
    name: String,
    env: Env,
    /// The longest wait for something that must come.
    pub patience: Duration,
    /// A time after which a delivery counts as not settled, where a case is about that.
    pub short: Duration,
}

/// A time to settle that no case outlasts.
pub(crate) const LONG: Duration = Duration::from_secs(60);

impl Arena {
    /// A broker opened by `open`: each call gives a new handle on the same broker.
    pub fn new<F>(open: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Arc<dyn Broker>> + Send + 'static,
    {
        let env = Env::new(kernel::Clock::now(&SystemClock), Random::system());
        Self {
            open: Box::new(move || Box::pin(open())),
            // A shared broker may hold what an earlier run left.
            name: env.uuid().simple().to_string(),
            env,
            patience: Duration::from_secs(20),
            short: Duration::from_secs(1),
        }
    }

    /// A handle on the broker.
    pub async fn open(&self) -> Arc<dyn Broker> {
        (self.open)().await
    }

    /// A topic or group name that no other run uses.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{name}-{}", self.name)
    }

    /// A message of topic `t` that carries a number.
    pub(crate) fn message(&self, key: &str, number: u32) -> Message {
        self.message_in("t", key, number)
    }

    pub(crate) fn message_in(&self, topic: &str, key: &str, number: u32) -> Message {
        Message {
            id: self.env.uuid(),
            topic: self.named(topic),
            key: key.to_owned(),
            kind: "comanda.conformance.number.counted.v1".to_owned(),
            payload: Payload::pack(number.to_string().as_bytes()).unwrap(),
        }
    }

    /// Group `g` on topic `t`.
    pub(crate) async fn join(&self, broker: &Arc<dyn Broker>, ack_wait: Duration) -> Reader {
        let group = Group::Shared(self.named("g"));
        self.subscribe(broker, group, &["t"], Start::Earliest, ack_wait).await
    }

    pub(crate) async fn subscribe(
        &self,
        broker: &Arc<dyn Broker>,
        group: Group,
        topics: &[&str],
        start: Start,
        ack_wait: Duration,
    ) -> Reader {
        let topics = topics.iter().map(|topic| self.named(topic)).collect();
        let subscription = Subscription { group, topics, start, ack_wait };
        let consumer = broker.subscribe(subscription).await.unwrap();
        Reader { consumer, patience: self.patience }
    }
}

/// A consumer that loses patience.
pub(crate) struct Reader {
    consumer: Box<dyn Consumer>,
    patience: Duration,
}

impl Reader {
    pub(crate) async fn next(&mut self, max: usize) -> Vec<Delivery> {
        let next = tokio::time::timeout(self.patience, self.consumer.next(max)).await;
        let batch = next.expect("a delivery comes before patience ends").unwrap();
        assert!(!batch.is_empty() && batch.len() <= max, "{} of at most {max}", batch.len());
        batch
    }

    pub(crate) async fn one(&mut self) -> Delivery {
        self.next(1).await.remove(0)
    }

    /// Exactly `count` messages, none of them settled.
    pub(crate) async fn take(&mut self, count: usize) -> Vec<Delivery> {
        let mut taken = Vec::new();
        while taken.len() < count {
            taken.extend(self.next(count - taken.len()).await);
        }
        taken
    }

    /// Exactly `count` messages, acknowledged, as (key, number).
    pub(crate) async fn drain(&mut self, count: usize) -> Vec<(String, u32)> {
        let mut seen = Vec::new();
        while seen.len() < count {
            let batch = self.next(count - seen.len()).await;
            seen.extend(
                batch.iter().map(|delivery| (delivery.message.key.clone(), number(delivery))),
            );
            self.ack(&batch).await;
        }
        seen
    }

    pub(crate) async fn ack(&mut self, batch: &[Delivery]) {
        let settle = batch.iter().map(|delivery| (delivery.receipt.clone(), Settlement::Ack));
        self.consumer.settle(settle.collect()).await.unwrap();
    }

    pub(crate) async fn retry(&mut self, delivery: &Delivery, after: Duration) {
        let settle = vec![(delivery.receipt.clone(), Settlement::Retry { after })];
        self.consumer.settle(settle).await.unwrap();
    }
}

pub(crate) fn number(delivery: &Delivery) -> u32 {
    delivery.message.json().unwrap()
}

/// The numbers of one key.
pub(crate) fn of_key(seen: &[(String, u32)], key: &str) -> Vec<u32> {
    seen.iter().filter(|(k, _)| k == key).map(|(_, number)| *number).collect()
}

/// One test of each case. The expression makes an [`Arena`] and is evaluated for each.
#[macro_export]
macro_rules! conformance_suite {
    ($arena:expr) => {
        $crate::conformance_suite! { $arena;
            messages_of_a_key_arrive_in_the_order_of_publishing
            nothing_of_a_key_comes_while_the_key_is_in_hand
            a_retry_holds_up_its_key_in_order_and_no_other
            ten_thousand_messages_arrive_once_and_in_order
            what_is_not_settled_in_time_comes_again_with_its_attempts_counted
            a_message_can_be_buried_after_some_attempts
            what_stood_behind_a_retry_is_not_counted_as_tried
            a_late_settlement_changes_nothing
            a_dropped_wait_loses_nothing
            a_consumer_that_closes_lets_others_have_what_it_had_taken
            two_consumers_share_a_group_and_each_message_goes_to_one_of_them
            groups_do_not_see_each_other
            a_broadcast_reaches_every_subscriber
            a_consumer_sees_its_topics_and_no_other
            a_waiting_consumer_hears_what_another_handle_publishes
            after_a_restart_the_unacknowledged_come_again_and_nothing_else
            a_group_starts_at_the_earliest_message_or_now
            a_group_and_a_broadcast_can_replay_from_an_instant
            the_largest_payload_arrives_whole
            lag_counts_what_is_not_acknowledged
        }
    };
    ($arena:expr; $($case:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            $crate::conformance::$case(&$arena).await;
        }
    )+};
}
