//! The way of events between services: a port that says what every broker must do, and the durable
//! log that a single machine needs no other broker for.
//!
//! The broker is transport, never the record: what counts stands in the outbox of the publishing
//! service, and the inbox of the consuming one makes handling effective once.

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod copy;
mod data_map;
mod embedded;
mod message;
mod port;

pub use data_map::DATA_MAP;
pub use embedded::{EmbeddedBroker, MIGRATIONS};
pub use message::{COMPRESS_ABOVE, MAX_PAYLOAD, Message, Payload, PayloadError, TooLarge};
pub use port::{
    Broker, Condition, Consumer, Delivery, Error, Finding, Group, Receipt, Settlement, Start,
    Subscription,
};
