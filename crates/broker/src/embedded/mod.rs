//! The broker of a single machine: an append-only log in a SQLite file of its own, which every
//! process of the machine opens.
//!
//! A shared group's cursor only moves forward. What it takes out of the log is pending until it is
//! acknowledged, and each key with pending messages is a lane that one consumer at a time holds. A
//! retried message therefore holds up its own key and no other.

mod broadcast;
mod claim;
mod group;
mod log;
mod settle;
mod tail;

use crate::{Broker, Condition, Consumer, Error, Finding, Group, Message, Subscription};
use async_trait::async_trait;
use database::{Database, Location, Migration, Migrations, Options};
use jiff::Timestamp;
use kernel::Clock;
use std::{path::Path, sync::Arc};
use tail::Tail;
use uuid::Uuid;

/// The tables of the log.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "broker",
    // The log is always a SQLite file.
    list: &[
        Migration {
            name: "V1__log",
            sqlite: include_str!("../../migrations/V1__log.sql"),
            postgres: "",
        },
        Migration {
            name: "V2__forget",
            sqlite: include_str!("../../migrations/V2__forget.sql"),
            postgres: "",
        },
    ],
};

/// The embedded broker. Clones and other processes may have the same file open.
#[derive(Clone)]
pub struct EmbeddedBroker {
    db: Database,
    clock: Arc<dyn Clock>,
    tail: Arc<Tail>,
}

impl std::fmt::Debug for EmbeddedBroker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("EmbeddedBroker").field(self.db.location()).finish()
    }
}

impl EmbeddedBroker {
    /// Opens the log, and makes it when it is not there. Blocks: call it at start. Retries and
    /// overdue deliveries fall due by `clock`, which all processes must share: a clock that stands
    /// still brings none of them.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(file: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let location = Location::File(file.to_owned());
        let db = Database::open(&location, &[MIGRATIONS], Options::default())?;
        Ok(Self { tail: Arc::new(Tail::new(db.clone())), db, clock })
    }

    /// Forgets messages published before an instant, except those that a group has still to
    /// acknowledge. Tells how many went.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn trim(&self, older_than: Timestamp) -> Result<u64, Error> {
        Ok(self.db.write(move |tx| log::trim(tx, older_than)).await?)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[async_trait]
impl Broker for EmbeddedBroker {
    async fn publish(&self, batch: &[Message]) -> Result<(), Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let (batch, now) = (batch.to_vec(), self.now());
        Ok(self.db.write(move |tx| log::append(tx, &batch, now)).await?)
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, Error> {
        let Subscription { group, topics, start, ack_wait } = subscription;
        Ok(match group {
            Group::Shared(name) => {
                Box::new(group::GroupConsumer::join(self, name, topics, start, ack_wait).await?)
            }
            Group::Broadcast => {
                Box::new(broadcast::BroadcastConsumer::begin(self, topics, start).await?)
            }
        })
    }

    async fn health(&self) -> Result<(), Error> {
        self.db.read(log::end).await?;
        Ok(())
    }

    async fn lag(&self, group: &str) -> Result<u64, Error> {
        let group = group.to_owned();
        Ok(self.db.read(move |tx| log::lag(tx, &group)).await?)
    }

    async fn forget(&self, _: &str, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = ids.to_vec();
        Ok(self.db.write(move |tx| log::forget(tx, &ids)).await?)
    }

    async fn examine(&self) -> Vec<Finding> {
        // Nothing is written: on which disk the file is, nobody can ask.
        let state = match self.health().await {
            Ok(()) => Condition::Well,
            Err(error) => Condition::Wrong(kernel::in_words(&error)),
        };
        vec![Finding { what: "the log opens and answers".to_owned(), state }]
    }
}
