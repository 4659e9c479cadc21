//! A subscriber that sees every message of all partitions; its place is in memory only.

use crate::{
    address::Address,
    client::{self, Quiet},
    desk::Offsets,
    record::{self, Partition},
    topics::Topics,
};
use async_trait::async_trait;
use broker::{Consumer, Delivery, Error, Receipt, Settlement};
use futures_util::FutureExt;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
    error::{KafkaError, KafkaResult},
    message::BorrowedMessage,
};
use std::{sync::Arc, time::Duration};
use tokio::time::Interval;

/// The name under which nobody commits anything; rights are asked by names.
pub(crate) const NOBODY: &str = "broadcast";
/// How soon a partition that was added is followed.
const LOOK: Duration = Duration::from_secs(30);

pub(crate) struct BroadcastConsumer {
    consumer: StreamConsumer<Quiet>,
    topics: Arc<Topics>,
    names: Vec<String>,
    assigned: Vec<Partition>,
    prefix: String,
    look: Interval,
}

impl BroadcastConsumer {
    pub(crate) fn begin(
        address: &Address,
        topics: Arc<Topics>,
        names: Vec<String>,
        starts: &Offsets,
    ) -> KafkaResult<Self> {
        let consumer: StreamConsumer<Quiet> =
            client::consumer(address, NOBODY).create_with_context(Quiet)?;
        let mut list = TopicPartitionList::new();
        for (Partition { topic, number }, offset) in starts {
            list.add_partition_offset(topic, *number, Offset::Offset(*offset))?;
        }
        consumer.assign(&list)?;
        let assigned = starts.keys().cloned().collect();
        let look = tokio::time::interval_at(tokio::time::Instant::now() + LOOK, LOOK);
        Ok(Self { consumer, topics, names, assigned, prefix: address.prefix.clone(), look })
    }

    /// From the first message of each partition that was added.
    async fn follow_partitions(&mut self) -> Result<(), Error> {
        for topic in &self.names {
            let count = self.topics.partitions(topic).await?.unwrap_or(0);
            for number in 0..count {
                let partition = Partition { topic: topic.clone(), number };
                if !self.assigned.contains(&partition) {
                    let mut list = TopicPartitionList::new();
                    list.add_partition_offset(topic, number, Offset::Beginning)
                        .and_then(|()| self.consumer.incremental_assign(&list))
                        .map_err(Error::unavailable)?;
                    self.assigned.push(partition);
                }
            }
        }
        Ok(())
    }

    fn delivery(&self, record: &BorrowedMessage<'_>) -> Option<Delivery> {
        let received = record::receive(record, &self.prefix);
        Some(Delivery {
            message: received.message?,
            published_at: received.published_at,
            attempt: 1,
            receipt: Receipt::new(String::new()),
        })
    }
}

#[async_trait]
impl Consumer for BroadcastConsumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        let mut deliveries = Vec::new();
        while deliveries.is_empty() {
            let first = tokio::select! {
                first = self.consumer.recv() => Some(first),
                _ = self.look.tick() => None,
            };
            match first {
                Some(Ok(record)) => deliveries.extend(self.delivery(&record)),
                Some(Err(error)) => go_on_after(error)?,
                None => self.follow_partitions().await?,
            }
        }
        while deliveries.len() < max {
            match self.consumer.recv().now_or_never() {
                Some(Ok(record)) => deliveries.extend(self.delivery(&record)),
                Some(Err(error)) => go_on_after(error)?,
                None => break,
            }
        }
        Ok(deliveries)
    }

    async fn settle(&mut self, _: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        Ok(())
    }

    async fn close(self: Box<Self>) -> Result<(), Error> {
        Ok(())
    }
}

/// The client finds its way back by itself, unless it is refused.
fn go_on_after(error: KafkaError) -> Result<(), Error> {
    if client::is_refusal(&error) || matches!(error, KafkaError::MessageConsumptionFatal(_)) {
        return Err(Error::unavailable(error));
    }
    tracing::debug!(%error, "librdkafka goes on after an error");
    Ok(())
}
