//! Apache Kafka, and what speaks its protocol, as a broker.
//!
//! A topic is a topic, the ordering key is the record's key, a group is a consumer group. Kafka keeps
//! one number per group and partition, and a group here may be ahead of its oldest open message: the
//! rest of its place stands in the metadata of the committed offset ([`place`]). Within a process
//! the consumers of a group share one member, which hands keys out ([`lanes`]).

mod address;
mod broadcast;
mod client;
mod commits;
mod desk;
mod examine;
mod group;
mod kafka;
mod lanes;
mod member;
mod place;
mod publisher;
mod record;
mod topics;

pub use address::Address;
pub use kafka::KafkaBroker;
