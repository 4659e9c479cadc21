//! Events that are never lost and take effect once.
//!
//! A use-case writes its event into the outbox in its own transaction ([`append`]); the [`Relay`]
//! carries it to the broker; a [`ConsumerLoop`] on the other side hands it to a use-case that
//! records it in the inbox in its own transaction ([`first_time`]). What cannot be handled is kept
//! as a dead letter and can be replayed. What one replica does at a time takes turns by a [`Lease`].

mod consumer;
mod data_map;
pub mod dead_letters;
mod handler;
mod inbox;
mod lease;
mod relay;
mod store;

pub use consumer::{ConsumerLoop, Policy};
pub use data_map::DATA_MAP;
pub use handler::HandlerError;
pub use inbox::first_time;
pub use lease::{Lease, TURN};
pub use relay::Relay;
pub use store::{Error, Outgoing, append, forget, republish};

/// The tables `outbox`, `inbox` and `dead_letters`, in the database of every service.
pub const MIGRATIONS: database::Migrations =
    database::migrations!("outbox", ["V1__outbox", "V2__forget"]);

/// How long published events and handled ids are kept: longer than any retry or replay takes.
const KEPT: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 60 * 60);
