//! Publishing: an idempotent producer, replaced as soon as one batch did not get through, so that
//! nothing of a failed batch is sent later, behind what its caller publishes next.

use crate::{
    address::Address,
    client::{self, Quiet},
    record,
    topics::Topics,
};
use broker::{Error, Message};
use futures_util::future;
use rdkafka::{
    error::KafkaError,
    producer::{FutureProducer, FutureRecord, Producer, PurgeConfig},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A cluster that confirms nothing for so long is away.
const CONFIRMED: Duration = Duration::from_secs(30);

type Sender = FutureProducer<Quiet>;

pub(crate) struct Publisher {
    address: Address,
    sender: Mutex<Option<Arc<Sender>>>,
}

impl Publisher {
    pub(crate) fn new(address: &Address) -> Self {
        Self { address: address.clone(), sender: Mutex::default() }
    }

    pub(crate) async fn publish(&self, topics: &Topics, batch: &[Message]) -> Result<(), Error> {
        let mut names: Vec<_> = batch.iter().map(|message| &message.topic).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            topics.ensure(name).await?;
        }
        let sender = self.sender().map_err(Error::unavailable)?;
        let mut under_way = UnderWay { publisher: self, sender: Some(sender.clone()) };
        let outcome = tokio::time::timeout(CONFIRMED, send(&sender, topics, batch)).await;
        match outcome {
            Ok(Ok(())) => {
                under_way.sender = None;
                Ok(())
            }
            Ok(Err(error)) => {
                topics.forget();
                Err(Error::unavailable(error))
            }
            Err(_) => Err(Error::unavailable("the cluster did not confirm in time")),
        }
    }

    fn sender(&self) -> Result<Arc<Sender>, KafkaError> {
        let mut slot = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*slot {
            return Ok(sender.clone());
        }
        let sender: Sender = client::settings(&self.address)
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // The way that other Kafka clients choose a key's partition, too.
            .set("partitioner", "murmur2_random")
            // A batch goes out together.
            .set("linger.ms", "2")
            // Nothing expires by itself, which could leave a gap: who waits gives all of it up.
            .set("message.timeout.ms", "0")
            .set("retry.backoff.ms", "50")
            .set("retry.backoff.max.ms", "500")
            .create_with_context(Quiet)?;
        let sender = Arc::new(sender);
        *slot = Some(sender.clone());
        Ok(sender)
    }
}

/// In order, and confirmed by all replicas that are in sync.
async fn send(sender: &Sender, topics: &Topics, batch: &[Message]) -> Result<(), KafkaError> {
    let mut confirmations = Vec::with_capacity(batch.len());
    for message in batch {
        let name = topics.name(&message.topic);
        let record = FutureRecord::to(&name)
            .key(&message.key)
            .payload(message.payload.packed())
            .headers(record::headers(message));
        confirmations.push(sender.send_result(record).map_err(|(error, _)| error)?);
    }
    for confirmation in future::join_all(confirmations).await {
        match confirmation {
            Ok(Ok(_)) => {}
            Ok(Err((error, _))) => return Err(error),
            Err(_) => return Err(KafkaError::Canceled),
        }
    }
    Ok(())
}

/// A batch under way. Given up before it is through, it takes its producer along.
struct UnderWay<'a> {
    publisher: &'a Publisher,
    sender: Option<Arc<Sender>>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Some(sender) = self.sender.take() else { return };
        let mut slot = self.publisher.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_some_and(|current| Arc::ptr_eq(current, &sender)) {
            *slot = None;
        }
        drop(slot);
        // Others who publish with it learn at once that they must publish again.
        sender.purge(PurgeConfig::default().queue().inflight());
        // Ending a producer waits for its threads.
        std::thread::spawn(move || drop(sender));
    }
}
