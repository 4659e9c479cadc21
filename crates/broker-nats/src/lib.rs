//! Events over NATS JetStream.
//!
//! JetStream stores the messages (a stream for each topic) and where each group stands in a topic
//! (one record for each, replaced by compare-and-set). A consumer takes messages by writing into
//! that record that it has them: whoever's write is refused reads again. So no key is in two
//! hands, attempts are counted before the delivery, and there is no leader, no lease and no
//! partition to hand over. JetStream's own consumers cannot hold a key back (ADR 9).

mod address;
mod broadcast;
mod examine;
mod group;
mod link;
mod log;
mod names;
mod news;
mod place;
mod publish;
mod record;

pub use address::Address;

use async_trait::async_trait;
use broker::{Broker, Consumer, Error, Finding, Group, Message, Subscription};
use kernel::Clock;
use link::Link;
use std::sync::Arc;

/// A town's place on a NATS server.
#[derive(Clone)]
pub struct NatsBroker {
    address: Address,
    link: Arc<Link>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for NatsBroker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("NatsBroker").field(&self.address).finish()
    }
}

impl NatsBroker {
    /// Connects. A server that does not answer within seconds is waited for in the background:
    /// until it comes, every call fails at once. Retries and overdue deliveries fall due by
    /// `clock`, which all machines must share to within a fraction of a second.
    ///
    /// # Errors
    /// The credentials cannot be read.
    pub async fn open(address: Address, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let link = Arc::new(Link::open(&address).await?);
        Ok(Self { address, link, clock })
    }
}

#[async_trait]
impl Broker for NatsBroker {
    async fn publish(&self, batch: &[Message]) -> Result<(), Error> {
        publish::publish(&self.link, batch).await
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, Error> {
        let Subscription { group, topics, start, ack_wait } = subscription;
        Ok(match group {
            Group::Shared(name) => {
                let (link, clock) = (self.link.clone(), self.clock.clone());
                let member = group::Member { link, clock, group: name, ack_wait };
                Box::new(group::GroupConsumer::join(member, topics, start).await?)
            }
            Group::Broadcast => {
                Box::new(broadcast::BroadcastConsumer::begin(&self.link, topics, start).await?)
            }
        })
    }

    async fn health(&self) -> Result<(), Error> {
        self.link.account().await?;
        Ok(())
    }

    async fn lag(&self, group: &str) -> Result<u64, Error> {
        group::lag(&self.link, group).await
    }

    async fn examine(&self) -> Vec<Finding> {
        examine::examine(&self.address, self.clock.now()).await
    }
}
