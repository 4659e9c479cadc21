//! The port: what every broker behind Comanda can do, and nothing that one of them cannot.

use crate::Message;
use async_trait::async_trait;
use jiff::Timestamp;
use std::time::Duration;
use uuid::Uuid;

/// The broker could not do it now; the same call may succeed later.
#[derive(Debug, thiserror::Error)]
#[error("the broker is not available")]
pub struct Error(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Error {
    /// Wraps the adapter's own failure (an error, or words).
    pub fn unavailable(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        Self::unavailable(error)
    }
}

/// A broker. Every adapter passes the conformance suite unchanged:
///
/// - **At least once.** What `publish` accepted is durable and reaches every group that subscribes
///   to its topic. The same id may arrive more than once (published again, or not acknowledged in
///   time); dropping repeats is the consumer's inbox's job, not the broker's.
/// - **Ordered per key.** Within a topic, messages of one key arrive in the order of publishing.
///   While a message of a key is unsettled in a group, none that was not delivered together with it
///   is delivered to that group, to whichever consumer. Between keys there is no order.
/// - **Groups.** Consumers of a [`Group::Shared`] share its messages; the group's place is durable.
///   Each [`Group::Broadcast`] subscriber sees every message while it lives.
/// - **Bounded.** A payload is at most [`MAX_PAYLOAD`](crate::MAX_PAYLOAD) bytes, which
///   [`Payload`](crate::Payload) ensures.
#[async_trait]
pub trait Broker: Send + Sync {
    /// Stores messages in their order; `Ok` means that all of them are durable.
    ///
    /// # Errors
    /// It is unknown which were stored, but of each key it is a prefix: publish the same batch
    /// again, before anything later of its keys.
    async fn publish(&self, batch: &[Message]) -> Result<(), Error>;

    /// Starts to consume. A shared group begins at `start` with each topic that it has not had
    /// before, and goes on where it was with the others.
    ///
    /// # Errors
    /// The broker is not available.
    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, Error>;

    /// Whether the broker answers.
    ///
    /// # Errors
    /// It does not.
    async fn health(&self) -> Result<(), Error>;

    /// How many messages a shared group has not acknowledged, delivered or not.
    ///
    /// # Errors
    /// The broker is not available.
    async fn lag(&self, group: &str) -> Result<u64, Error>;

    /// Takes single messages out of what the broker keeps, for a person in them is to be forgotten;
    /// not before every group has had them. Tells which of them are there still: ask again later.
    /// A broker that keeps no message by name leaves them to its retention and tells none (ADR 17).
    ///
    /// # Errors
    /// The broker is not available.
    async fn forget(&self, _topic: &str, _ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
        Ok(Vec::new())
    }

    /// What an operator should know before relying on it: reachable, allowed, safely configured.
    /// Changes nothing that lasts.
    async fn examine(&self) -> Vec<Finding>;
}

/// One answer of [`Broker::examine`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// How it was found.
    pub state: Condition,
}

/// How something was found. The words say what is wrong and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// As it should be.
    Well,
    /// It works, and may lose messages or stall one day.
    Risky(String),
    /// It does not work.
    Wrong(String),
}

/// What to consume, and as whom.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Who shares the messages.
    pub group: Group,
    /// From which topics.
    pub topics: Vec<String>,
    /// Where to begin.
    pub start: Start,
    /// What is not settled after this time is delivered again.
    pub ack_wait: Duration,
}

/// Who shares messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// All consumers of this name, on whatever machine, share the messages and one durable place.
    Shared(String),
    /// This subscriber alone sees every message, in order, once, for as long as it lives; settling
    /// has no effect. For live updates.
    Broadcast,
}

/// Where a new group, or a broadcast subscriber, begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With the oldest message that the broker keeps.
    Earliest,
    /// With what is published from now on.
    Now,
    /// With what was published at this instant or later.
    At(Timestamp),
}

/// One subscriber.
#[async_trait]
pub trait Consumer: Send {
    /// Waits until there is at least one message and gives up to `max`, in order for each key.
    /// Cancel safe: what a dropped call had taken comes out of the next one.
    ///
    /// # Errors
    /// The broker is not available; the consumer may be asked again.
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error>;

    /// Says what became of deliveries. Settling after `ack_wait`, when the message has gone to
    /// somebody else, has no effect and is no error.
    ///
    /// # Errors
    /// The broker is not available: what is not settled comes again.
    async fn settle(&mut self, settlements: Vec<(Receipt, Settlement)>) -> Result<(), Error>;

    /// Leaves in order: what a dropped call of [`Consumer::next`] had taken goes to others at once,
    /// uncounted, instead of after `ack_wait`. Settle first; what is in hand stays in hand.
    ///
    /// # Errors
    /// The broker is not available: others wait for `ack_wait`.
    async fn close(self: Box<Self>) -> Result<(), Error>;
}

/// A message as it arrives.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// When the broker received it.
    pub published_at: Timestamp,
    /// 1 at first, one more each time that it was delivered to this group before.
    pub attempt: u32,
    /// For settling, at the consumer that gave it.
    pub receipt: Receipt,
}

/// Names a delivery to the consumer that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Receipt(String);

impl Receipt {
    /// In the adapter's own words.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The adapter's words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Handled (or buried as a dead letter): it does not come again.
    Ack,
    /// Bring it again after a while. Messages of its key that were delivered together with it and
    /// stand behind it are given back, too: their receipts are void, they come again after it, and
    /// this delivery does not count as one of their attempts. Other keys go on.
    Retry {
        /// The while.
        after: Duration,
    },
}
