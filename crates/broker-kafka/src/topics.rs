//! Topics: found or made, with the partitions and the safety that the settings ask for.

use crate::{
    address::Address,
    client::{self, Quiet},
    record::PATIENCE,
};
use broker::Error;
use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    error::{KafkaError, RDKafkaErrorCode},
    metadata::Metadata,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// After it was made, a topic's leaders are elected within this time.
const ELECTION: Duration = Duration::from_secs(10);

pub(crate) struct Topics {
    pub(crate) admin: Arc<AdminClient<Quiet>>,
    address: Address,
    kept: Duration,
    /// Partitions by the cluster's name of the topic.
    known: Mutex<HashMap<String, i32>>,
}

impl Topics {
    pub(crate) fn new(address: &Address, kept: Duration) -> Result<Self, KafkaError> {
        let admin = client::settings(address).create_with_context(Quiet)?;
        let known = Mutex::default();
        Ok(Self { admin: Arc::new(admin), address: address.clone(), kept, known })
    }

    /// The cluster's name of a topic.
    pub(crate) fn name(&self, topic: &str) -> String {
        format!("{}{topic}", self.address.prefix)
    }

    /// Makes sure that a topic is there; how many partitions it has.
    pub(crate) async fn ensure(&self, topic: &str) -> Result<i32, Error> {
        let name = self.name(topic);
        if let Some(partitions) = self.known().get(&name) {
            return Ok(*partitions);
        }
        let mut partitions = self.partitions(&name).await?;
        if partitions.is_none() {
            self.create(&name, false).await?;
            let deadline = Instant::now() + ELECTION;
            while partitions.is_none() && Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(20)).await;
                partitions = self.partitions(&name).await?;
            }
        }
        let none = || Error::unavailable(format!("the topic {name} has no leaders yet"));
        let partitions = partitions.ok_or_else(none)?;
        self.known().insert(name, partitions);
        Ok(partitions)
    }

    /// Asks again next time: a topic may have been removed.
    pub(crate) fn forget(&self) {
        self.known().clear();
    }

    /// `None`: there is no such topic, or not on all of its partitions a leader.
    pub(crate) async fn partitions(&self, name: &str) -> Result<Option<i32>, Error> {
        let metadata = self.metadata(Some(name.to_owned())).await?;
        let Some(topic) = metadata.topics().iter().find(|topic| topic.name() == name) else {
            return Ok(None);
        };
        if let Some(error) = topic.error() {
            let code = RDKafkaErrorCode::from(error);
            return match code {
                RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic => {
                    Ok(None)
                }
                RDKafkaErrorCode::LeaderNotAvailable => Ok(None),
                _ => Err(Error::unavailable(KafkaError::MetadataFetch(code))),
            };
        }
        let led = topic.partitions().iter().all(|partition| partition.leader() >= 0);
        let count = i32::try_from(topic.partitions().len()).unwrap_or(i32::MAX);
        Ok((led && count > 0).then_some(count))
    }

    /// What the cluster says of itself and of one topic, or of all that we may see.
    pub(crate) async fn metadata(&self, topic: Option<String>) -> Result<Metadata, Error> {
        let admin = self.admin.clone();
        client::blocking(move || admin.inner().fetch_metadata(topic.as_deref(), PATIENCE)).await
    }

    /// Makes a topic, or only asks whether that would succeed.
    pub(crate) async fn create(&self, name: &str, only_ask: bool) -> Result<(), Error> {
        let retention = self.kept.as_millis().to_string();
        let min_insync = self.address.min_insync.to_string();
        let replication = TopicReplication::Fixed(self.address.replication);
        let topic = NewTopic::new(name, self.address.partitions, replication)
            .set("cleanup.policy", "delete")
            .set("retention.ms", &retention)
            .set("retention.bytes", "-1")
            .set("min.insync.replicas", &min_insync)
            .set("unclean.leader.election.enable", "false")
            .set("message.timestamp.type", "LogAppendTime");
        let options = AdminOptions::new().request_timeout(Some(PATIENCE)).validate_only(only_ask);
        let made =
            self.admin.create_topics([&topic], &options).await.map_err(Error::unavailable)?;
        match made.into_iter().next() {
            Some(Err((_, code))) if code != RDKafkaErrorCode::TopicAlreadyExists => {
                Err(Error::unavailable(self.refused(name, code)))
            }
            _ => Ok(()),
        }
    }

    fn refused(&self, name: &str, code: RDKafkaErrorCode) -> String {
        let Address { partitions, replication, min_insync, .. } = &self.address;
        match code {
            RDKafkaErrorCode::InvalidReplicationFactor => format!(
                "the cluster has fewer than {replication} brokers for the topic {name}: start more, or set replication in broker.url"
            ),
            RDKafkaErrorCode::TopicAuthorizationFailed
            | RDKafkaErrorCode::ClusterAuthorizationFailed => format!(
                "the topic {name} is not there and may not be made: allow it, or make it with {partitions} partitions, replication {replication} and min.insync.replicas={min_insync}"
            ),
            code => format!("the topic {name} could not be made: {code}"),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, i32>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
