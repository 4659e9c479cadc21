//! Carries what one broker keeps into another, between any two adapters, and compares.
//!
//! The copy is a consumer group of its own at the source: it gets everything from the oldest message
//! on, in order for each key, and its place is durable there. A ledger in a file knows what has been
//! carried, so that who is stopped halfway goes on there, and a second run brings what was
//! published since the first. Messages that groups have handled come, too: their inboxes drop them.

use crate::{Broker, Consumer, Delivery, Error, Group, Message, Settlement, Start, Subscription};
use database::{Database, Location, Migration, Migrations, Options, Tally, Tx, Value, sql};
use kernel::Env;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    time::Duration,
};
use tokio::time::timeout;
use uuid::Uuid;

/// Messages of one step.
const BATCH: usize = 256;
/// What a killed copy had taken comes again after this time.
const ACK_WAIT: Duration = Duration::from_secs(10);
/// How often the source is asked whether everything has been acknowledged.
const LOOK: Duration = Duration::from_millis(500);
/// The target gives back what it took within this time, or has lost it.
const PATIENCE: Duration = Duration::from_secs(30);

const MIGRATIONS: Migrations = Migrations {
    owner: "broker_copy",
    list: &[Migration {
        name: "V1__ledger",
        sqlite: include_str!("../migrations/copy/V1__ledger.sql"),
        // The ledger is always a SQLite file.
        postgres: "",
    }],
};

/// Why messages were not carried.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The ledger belongs to another copy.
    #[error("{ledger} is of a copy from {source_place} to {target}: finish that, or remove it")]
    OtherCopy {
        /// The ledger's file.
        ledger: String,
        /// Where that copy reads.
        source_place: String,
        /// Where it writes.
        target: String,
    },
    /// The target does not give back what it took.
    #[error("the target has not given back {missing} of {carried} messages")]
    Missing {
        /// How many.
        missing: usize,
        /// Of how many.
        carried: usize,
    },
    /// The target holds what the source does not.
    #[error("the target holds {count} messages that came from elsewhere: name an empty broker")]
    OtherMessages {
        /// At least so many.
        count: usize,
    },
    /// A broker failed.
    #[error(transparent)]
    Broker(#[from] Error),
    /// The ledger failed.
    #[error("the ledger failed")]
    Ledger(#[from] database::Error),
}

/// A topic on both sides. The hash covers each message whole, and its place within its key.
#[derive(Debug, PartialEq, Eq)]
pub struct Carried {
    /// The topic.
    pub topic: String,
    /// What was read from the source, in this run and earlier ones.
    pub source: Tally,
    /// What the target gives to who reads it from the start.
    pub target: Tally,
}

/// Remembers what a copy has carried.
#[derive(Debug)]
pub struct Ledger {
    db: Database,
    group: String,
}

impl Ledger {
    /// Opens a copy's ledger, or begins one. `source` and `target` are for operators to read.
    ///
    /// # Errors
    /// The file belongs to another copy, or cannot be used.
    pub async fn open(
        file: &Path,
        (source, target): (&str, &str),
        env: &Env,
    ) -> Result<Self, CopyError> {
        let location = Location::File(file.to_owned());
        let db = Database::open(&location, &[MIGRATIONS], Options { readers: 1, writers: 1 })?;
        let fresh = format!("comanda-copy-{}", env.uuid().simple());
        let places = (source.to_owned(), target.to_owned());
        let (group, of_source, of_target): (String, String, String) = db
            .write(move |tx| {
                tx.execute(
                    sql!(
                        "INSERT INTO copy (id, consumer_group, source, target)
                         VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING"
                    ),
                    &[&fresh, &places.0, &places.1],
                )?;
                tx.one(sql!("SELECT consumer_group, source, target FROM copy"), &[])
            })
            .await
            .map_err(|error: database::Error| error)?;
        if (of_source.as_str(), of_target.as_str()) != (source, target) {
            return Err(CopyError::OtherCopy {
                ledger: file.display().to_string(),
                source_place: of_source,
                target: of_target,
            });
        }
        Ok(Self { db, group })
    }

    /// Records messages that are new to it, which are in the target. Tells nothing of others.
    async fn record(&self, messages: Vec<Message>) -> Result<(), database::Error> {
        self.db
            .write(move |tx| {
                for message in &messages {
                    tx.execute(
                        sql!(
                            "INSERT INTO carried (id, topic, key, digest) VALUES ($1, $2, $3, $4)
                             ON CONFLICT DO NOTHING"
                        ),
                        &[&message.id, &message.topic, &message.key, &digest(message)],
                    )?;
                }
                Ok(())
            })
            .await
    }

    async fn without_known(&self, batch: Vec<Message>) -> Result<Vec<Message>, database::Error> {
        let known = move |tx: &mut Tx<'_>| {
            let mut new: Vec<Message> = Vec::new();
            for message in &batch {
                let found: Option<(i64,)> =
                    tx.optional(sql!("SELECT number FROM carried WHERE id = $1"), &[&message.id])?;
                if found.is_none() && new.iter().all(|other| other.id != message.id) {
                    new.push(message.clone());
                }
            }
            Ok(new)
        };
        self.db.read(known).await
    }

    async fn all(&self) -> Result<Vec<(Uuid, String, String, Vec<u8>)>, database::Error> {
        let all = sql!("SELECT id, topic, key, digest FROM carried ORDER BY number");
        self.db.read(move |tx| tx.all(all, &[])).await
    }
}

/// Carries everything that the source keeps of these topics and the target has not got yet, and
/// compares. Nobody consumes from the target or publishes to it meanwhile. When the town runs, it
/// is complete up to some moment: stop the town and do it again. The first run begins at `start`;
/// nobody may wait for what was published before. `tell` hears how many messages have been carried
/// in this run.
///
/// # Errors
/// See [`CopyError`]; the same call goes on where it was.
pub async fn copy(
    (from, to): (&dyn Broker, &dyn Broker),
    ledger: &Ledger,
    (topics, start): (&[String], Start),
    mut tell: impl FnMut(u64),
) -> Result<Vec<Carried>, CopyError> {
    // Before anything is sent: a broker may keep nothing for who comes later.
    let mut reader = to
        .subscribe(Subscription {
            group: Group::Broadcast,
            topics: topics.to_vec(),
            start: Start::Earliest,
            ack_wait: ACK_WAIT,
        })
        .await?;
    let mut consumer = from
        .subscribe(Subscription {
            group: Group::Shared(ledger.group.clone()),
            topics: topics.to_vec(),
            start,
            ack_wait: ACK_WAIT,
        })
        .await?;
    let mut carried = 0;
    while from.lag(&ledger.group).await? > 0 {
        let Ok(batch) = timeout(LOOK, consumer.next(BATCH)).await else { continue };
        carried += carry(to, consumer.as_mut(), ledger, batch?).await?;
        tell(carried);
    }
    consumer.close().await?;
    compare(reader.as_mut(), ledger, topics).await
}

/// Publish, record, acknowledge: who is killed in between carries some messages twice.
async fn carry(
    to: &dyn Broker,
    consumer: &mut dyn Consumer,
    ledger: &Ledger,
    batch: Vec<Delivery>,
) -> Result<u64, CopyError> {
    let settled = batch.iter().map(|d| (d.receipt.clone(), Settlement::Ack)).collect();
    let messages = batch.into_iter().map(|delivery| delivery.message).collect();
    let new = ledger.without_known(messages).await?;
    let count = new.len() as u64;
    to.publish(&new).await?;
    ledger.record(new).await?;
    consumer.settle(settled).await?;
    Ok(count)
}

async fn compare(
    reader: &mut dyn Consumer,
    ledger: &Ledger,
    topics: &[String],
) -> Result<Vec<Carried>, CopyError> {
    let (mut source, mut target) = (Side::default(), Side::default());
    let mut missing = HashSet::new();
    for (id, topic, key, digest) in ledger.all().await? {
        source.add(&topic, &key, digest);
        missing.insert(id);
    }
    let (total, mut seen, mut others) = (missing.len(), HashSet::new(), 0);
    while !missing.is_empty() {
        let Ok(batch) = timeout(PATIENCE, reader.next(BATCH)).await else {
            return Err(CopyError::Missing { missing: missing.len(), carried: total });
        };
        for Delivery { message, .. } in batch? {
            if missing.remove(&message.id) {
                target.add(&message.topic, &message.key, digest(&message));
                seen.insert(message.id);
            } else if !seen.contains(&message.id) {
                others += 1;
            }
        }
    }
    if others > 0 {
        return Err(CopyError::OtherMessages { count: others });
    }
    let both = topics.iter().map(|topic| Carried {
        topic: topic.clone(),
        source: source.of(topic),
        target: target.of(topic),
    });
    Ok(both.collect())
}

/// What one side holds, by topic.
#[derive(Default)]
struct Side {
    tallies: BTreeMap<String, Tally>,
    /// How many each key has had.
    places: HashMap<(String, String), i64>,
}

impl Side {
    fn add(&mut self, topic: &str, key: &str, digest: Vec<u8>) {
        let place = self.places.entry((topic.to_owned(), key.to_owned())).or_default();
        *place += 1;
        let row = [Value::Text(key.to_owned()), Value::Int(*place), Value::Bytes(digest)];
        self.tallies.entry(topic.to_owned()).or_default().add(&row);
    }

    fn of(&self, topic: &str) -> Tally {
        self.tallies.get(topic).copied().unwrap_or_default()
    }
}

fn digest(message: &Message) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [message.id.as_bytes(), message.kind.as_bytes(), message.payload.packed()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}
