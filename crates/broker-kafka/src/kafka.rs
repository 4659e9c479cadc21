//! The adapter: the port's calls, each handed to the part that does it.

use crate::{
    address::Address,
    broadcast::{self, BroadcastConsumer},
    client,
    desk::{Desk, Offsets},
    examine,
    group::GroupConsumer,
    member::Member,
    publisher::Publisher,
    record::Partition,
    topics::Topics,
};
use async_trait::async_trait;
use broker::{Broker, Consumer, Error, Finding, Group, Message, Start, Subscription};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// A Kafka cluster. One per process: consumers of a group that come from it share a member.
pub struct KafkaBroker {
    address: Address,
    topics: Arc<Topics>,
    publisher: Publisher,
    kept: Duration,
    /// By group and topics; those that have left are replaced.
    members: Mutex<HashMap<(String, Vec<String>), Arc<Member>>>,
    desks: Mutex<HashMap<String, Arc<Desk>>>,
}

impl KafkaBroker {
    /// A handle on a cluster, which need not be there yet. Topics that it makes keep what is younger
    /// than `kept`.
    ///
    /// # Errors
    /// The address names a file that is not there, or a way to sign in that this build lacks.
    pub fn open(address: &Address, kept: Duration) -> Result<Self, Error> {
        let topics = Topics::new(address, kept).map_err(Error::unavailable)?;
        Ok(Self {
            address: address.clone(),
            topics: Arc::new(topics),
            publisher: Publisher::new(address),
            kept,
            members: Mutex::default(),
            desks: Mutex::default(),
        })
    }

    /// All partitions of these topics, which are made where they are not there.
    async fn partitions(&self, topics: &[String]) -> Result<Vec<Partition>, Error> {
        let mut partitions = Vec::new();
        for topic in topics {
            let count = self.topics.ensure(topic).await?;
            let name = self.topics.name(topic);
            partitions.extend((0..count).map(|number| Partition { topic: name.clone(), number }));
        }
        Ok(partitions)
    }

    /// The group's desk; each is a connection, and groups are few.
    async fn desk(&self, group: &str) -> Result<Arc<Desk>, Error> {
        let mut desks = self.desks.lock().await;
        if let Some(desk) = desks.get(group) {
            return Ok(desk.clone());
        }
        let desk = Arc::new(Desk::open(&self.address, group).map_err(Error::unavailable)?);
        desks.insert(group.to_owned(), desk.clone());
        Ok(desk)
    }

    async fn join(
        &self,
        group: String,
        mut topics: Vec<String>,
        start: Start,
    ) -> Result<Arc<Member>, Error> {
        topics.sort_unstable();
        topics.dedup();
        let mut members = self.members.lock().await;
        let place = (group, topics);
        if let Some(member) = members.get(&place).filter(|member| member.share()) {
            return Ok(member.clone());
        }
        let partitions = self.partitions(&place.1).await?;
        let desk = self.desk(&place.0).await?;
        let (group, address) = (place.0.clone(), self.address.clone());
        let names: Vec<_> = place.1.iter().map(|topic| self.topics.name(topic)).collect();
        let member = client::blocking(move || {
            let starts = desk.begin(&partitions, start)?;
            Member::join(&address, &group, &names, starts)
        });
        let member = Arc::new(member.await?);
        members.insert(place, member.clone());
        Ok(member)
    }

    async fn listen(&self, topics: &[String], start: Start) -> Result<BroadcastConsumer, Error> {
        let partitions = self.partitions(topics).await?;
        let names = topics.iter().map(|topic| self.topics.name(topic)).collect();
        let desk = self.desk(broadcast::NOBODY).await?;
        let starts: Offsets = client::blocking(move || desk.starts(&partitions, start)).await?;
        BroadcastConsumer::begin(&self.address, self.topics.clone(), names, &starts)
            .map_err(Error::unavailable)
    }
}

#[async_trait]
impl Broker for KafkaBroker {
    async fn publish(&self, batch: &[Message]) -> Result<(), Error> {
        self.publisher.publish(&self.topics, batch).await
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, Error> {
        let Subscription { group, topics, start, ack_wait } = subscription;
        Ok(match group {
            Group::Shared(name) => {
                Box::new(GroupConsumer::new(self.join(name, topics, start).await?, ack_wait))
            }
            Group::Broadcast => Box::new(self.listen(&topics, start).await?),
        })
    }

    async fn health(&self) -> Result<(), Error> {
        // A name that no topic can have: the answer is short.
        self.topics.metadata(Some(self.topics.name("health"))).await?;
        Ok(())
    }

    async fn lag(&self, group: &str) -> Result<u64, Error> {
        let metadata = self.topics.metadata(None).await?;
        let prefix = &self.address.prefix;
        let ours = metadata.topics().iter().filter(|topic| {
            topic.name().starts_with(prefix.as_str()) && !topic.name().starts_with("__")
        });
        let partitions = ours.flat_map(|topic| {
            let numbers = topic.partitions().iter().map(|partition| partition.id());
            numbers.map(|number| Partition { topic: topic.name().to_owned(), number })
        });
        let partitions: Vec<_> = partitions.collect();
        let desk = self.desk(group).await?;
        client::blocking(move || desk.lag(&partitions)).await
    }

    async fn examine(&self) -> Vec<Finding> {
        examine::examine(&self.address, &self.topics, self.kept).await
    }
}
