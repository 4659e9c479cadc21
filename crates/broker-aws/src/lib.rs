//! Events over Amazon SNS and SQS, with a bucket of S3.
//!
//! A topic is a FIFO topic of SNS and a log in the bucket; the log is written first. A group has a
//! FIFO queue of SQS for each topic that it follows. The ordering key is the message group, and the
//! event's id is what repeats are dropped by. The log is for what SNS and SQS cannot do: it has the
//! past for groups that come later, everything for broadcast subscribers, and large payloads
//! (ADR 9).

mod address;
mod arrivals;
mod broadcast;
mod client;
mod envelope;
mod examine;
mod group;
mod hands;
mod lag;
mod log;
mod names;
mod queue;
mod rounds;
mod sns;
mod sqs;
mod store;
mod taken;
mod town;

pub use address::Address;

use async_trait::async_trait;
use broker::{Broker, Consumer, Error, Finding, Group, Message, Subscription};
use kernel::Clock;
use std::{sync::Arc, time::Duration};
use town::Town;

/// A town's place in an account of AWS.
pub struct AwsBroker {
    town: Arc<Town>,
    queues: lag::Queues,
}

impl std::fmt::Debug for AwsBroker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AwsBroker").field(&self.town.address).finish()
    }
}

impl AwsBroker {
    /// A handle; AWS need not be reachable yet. The bucket, when it is made here, keeps messages
    /// for `kept`. Messages count as published by `clock`.
    ///
    /// # Errors
    /// The system has no certificate authorities to trust.
    pub fn open(address: Address, kept: Duration, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let town = Arc::new(Town::open(address, kept, clock)?);
        Ok(Self { town, queues: lag::Queues::default() })
    }
}

#[async_trait]
impl Broker for AwsBroker {
    async fn publish(&self, batch: &[Message]) -> Result<(), Error> {
        self.town.publish(batch).await
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, Error> {
        let Subscription { group, topics, start, ack_wait } = subscription;
        let town = self.town.clone();
        Ok(match group {
            Group::Shared(name) => {
                let consumer =
                    group::GroupConsumer::join(town, &name, &topics, start, ack_wait).await?;
                self.queues.forget(&name).await;
                Box::new(consumer)
            }
            Group::Broadcast => {
                Box::new(broadcast::BroadcastConsumer::begin(town, &topics, start).await?)
            }
        })
    }

    async fn health(&self) -> Result<(), Error> {
        self.town.home().await?.store.is_there().await?;
        Ok(())
    }

    async fn lag(&self, group: &str) -> Result<u64, Error> {
        self.queues.lag(&self.town, group).await
    }

    async fn examine(&self) -> Vec<Finding> {
        examine::examine(&self.town).await
    }
}
