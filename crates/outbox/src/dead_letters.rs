//! Events that could not be handled: kept with the reason, shown to an operator, replayed through
//! the same handler when the reason is gone.

use crate::store::message;
use broker::Message;
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{EventId, Id};

/// More dead letters than this are an outage, and an operator's to look at.
const MOST_OPENED: u32 = 10_000;

/// One event that was not handled.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Whose handler refused it.
    pub consumer: String,
    /// The event as it arrived.
    pub message: Message,
    /// What the handler said last.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub buried_at: Timestamp,
    /// Set while a replay is asked for and has not been done.
    pub replay_requested_at: Option<Timestamp>,
}

impl std::fmt::Display for DeadLetter {
    /// One line for an operator; never the event's data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { message, reason, attempts, buried_at, .. } = self;
        write!(
            f,
            "{}  {}  {buried_at}  after {attempts} attempts: {reason}",
            message.id, message.kind
        )
    }
}

impl FromRow for DeadLetter {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            message: message(row, 0)?,
            consumer: row.get(5)?,
            reason: row.get(6)?,
            attempts: row.get(7)?,
            buried_at: row.get(8)?,
            replay_requested_at: row.get(9)?,
        })
    }
}

/// The oldest dead letters of a service's database, at most `limit`.
///
/// # Errors
/// The database refused.
pub fn list(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<DeadLetter>, Error> {
    tx.all(
        sql!(
            "SELECT event_id, topic, partition_key, kind, payload, consumer, reason, attempts,
                    buried_at, replay_requested_at
             FROM dead_letters ORDER BY buried_at, event_id LIMIT $1"
        ),
        &[&i64::from(limit)],
    )
}

/// Asks for a dead letter to be handled again: the running consumer does it within a second and
/// removes it when that succeeds. `false`: there is no such dead letter.
///
/// # Errors
/// The database refused.
pub fn replay(tx: &mut Tx<'_>, event: EventId, now: Timestamp) -> Result<bool, Error> {
    let asked = tx.execute(
        sql!("UPDATE dead_letters SET replay_requested_at = $2 WHERE event_id = $1"),
        &[&event, &now],
    )?;
    tx.announce();
    Ok(asked > 0)
}

/// As [`replay`], for all of them. Tells how many.
///
/// # Errors
/// The database refused.
pub fn replay_all(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    let asked = tx.execute(sql!("UPDATE dead_letters SET replay_requested_at = $1"), &[&now])?;
    tx.announce();
    Ok(asked)
}

/// Keeps an event that was given up.
pub(crate) fn bury(
    tx: &mut Tx<'_>,
    consumer: &str,
    message: &Message,
    reason: &str,
    attempts: u32,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO dead_letters (consumer, event_id, topic, partition_key, kind, payload,
                                       reason, attempts, buried_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (consumer, event_id) DO UPDATE
             SET reason = $7, attempts = dead_letters.attempts + $8, buried_at = $9,
                 replay_requested_at = NULL"
        ),
        &[
            &consumer,
            &EventId::from_uuid(message.id),
            &message.topic,
            &message.key,
            &message.kind,
            &message.payload.packed(),
            &reason,
            &attempts,
            &now,
        ],
    )?;
    Ok(())
}

/// Those whose replay a consumer is asked for.
pub(crate) fn to_replay(tx: &mut Tx<'_>, consumer: &str) -> Result<Vec<DeadLetter>, Error> {
    tx.all(
        sql!(
            "SELECT event_id, topic, partition_key, kind, payload, consumer, reason, attempts,
                    buried_at, replay_requested_at
             FROM dead_letters WHERE consumer = $1 AND replay_requested_at IS NOT NULL
             ORDER BY event_id LIMIT 100"
        ),
        &[&consumer],
    )
}

/// Forgets one that has been handled after all.
pub(crate) fn remove(tx: &mut Tx<'_>, consumer: &str, event: EventId) -> Result<(), Error> {
    tx.execute(
        sql!("DELETE FROM dead_letters WHERE consumer = $1 AND event_id = $2"),
        &[&consumer, &event],
    )?;
    Ok(())
}

/// Forgets the dead letters that are about an entity. There are few of them, so each is opened.
///
/// # Errors
/// The database refused.
pub fn forget(tx: &mut Tx<'_>, subject: &str) -> Result<(), Error> {
    let about = |letter: &DeadLetter| {
        let event: Option<serde_json::Value> = letter.message.json().ok();
        event.is_some_and(|event| event["subject"] == subject)
    };
    for letter in list(tx, MOST_OPENED)?.into_iter().filter(about) {
        remove(tx, &letter.consumer, EventId::from_uuid(letter.message.id))?;
    }
    Ok(())
}

/// How many a consumer has.
pub(crate) fn count(tx: &mut Tx<'_>, consumer: &str) -> Result<i64, Error> {
    let (count,): (i64,) =
        tx.one(sql!("SELECT COUNT(*) FROM dead_letters WHERE consumer = $1"), &[&consumer])?;
    Ok(count)
}
