//! A message as a Kafka record: the payload is the value, the ordering key the key, the rest headers.

use broker::{Message, Payload};
use jiff::Timestamp;
use rdkafka::{
    Message as _,
    message::{BorrowedMessage, Header, Headers as _, OwnedHeaders},
};
use std::time::Duration;
use uuid::Uuid;

/// CloudEvents' own names for headers (Kafka protocol binding).
const ID: &str = "ce_id";
const KIND: &str = "ce_type";

/// A record that may be handed out.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) partition: Partition,
    pub(crate) offset: i64,
    /// `None`: another program wrote it, it is no message of ours.
    pub(crate) message: Option<Message>,
    pub(crate) published_at: Timestamp,
}

/// A partition of a topic, by the cluster's name of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Partition {
    pub(crate) topic: String,
    pub(crate) number: i32,
}

pub(crate) fn headers(message: &Message) -> OwnedHeaders {
    let id = message.id.to_string();
    OwnedHeaders::new()
        .insert(Header { key: ID, value: Some(&id) })
        .insert(Header { key: KIND, value: Some(&message.kind) })
}

pub(crate) fn receive(record: &BorrowedMessage<'_>, prefix: &str) -> Received {
    let partition = Partition { topic: record.topic().to_owned(), number: record.partition() };
    let message = read(record, prefix);
    if message.is_none() {
        tracing::warn!(
            topic = partition.topic,
            partition = partition.number,
            offset = record.offset(),
            "a record is no event of Comanda and is passed over"
        );
    }
    let millis = record.timestamp().to_millis().unwrap_or(0);
    let published_at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    Received { partition, offset: record.offset(), message, published_at }
}

fn read(record: &BorrowedMessage<'_>, prefix: &str) -> Option<Message> {
    let header = |name: &str| {
        let value = record.headers()?.iter().find(|header| header.key == name)?.value?;
        std::str::from_utf8(value).ok()
    };
    Some(Message {
        id: Uuid::parse_str(header(ID)?).ok()?,
        topic: record.topic().strip_prefix(prefix)?.to_owned(),
        key: String::from_utf8(record.key()?.to_vec()).ok()?,
        kind: header(KIND)?.to_owned(),
        payload: Payload::from_packed(record.payload().unwrap_or_default().to_vec()).ok()?,
    })
}

/// Kafka's clock has milliseconds: the first of them that is not before the instant.
pub(crate) fn millis(instant: Timestamp) -> i64 {
    let floor = instant.as_millisecond();
    let exact = Timestamp::from_millisecond(floor).is_ok_and(|at| at >= instant);
    if exact { floor } else { floor + 1 }
}

/// How long a question to the cluster may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
