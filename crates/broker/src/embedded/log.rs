//! The log itself: append, read, where it ends, what a group has still to do, trim.

use crate::{Message, Payload, Start};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use uuid::Uuid;

/// A message in its place.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) position: i64,
    pub(super) at: Timestamp,
    pub(super) message: Message,
}

impl FromRow for Entry {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let payload = Payload::from_packed(row.get(5)?)
            .map_err(|_| Error::Conversion { column: 5, expected: "a payload" })?;
        Ok(Self {
            position: row.get(0)?,
            message: Message {
                id: row.get(1)?,
                topic: row.get(2)?,
                key: row.get(3)?,
                kind: row.get(4)?,
                payload,
            },
            at: row.get(6)?,
        })
    }
}

pub(super) fn append(tx: &mut Tx<'_>, batch: &[Message], now: Timestamp) -> Result<(), Error> {
    for message in batch {
        tx.execute(
            sql!(
                "INSERT INTO log (id, topic, key, kind, payload, at) VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            &[
                &message.id,
                &message.topic,
                &message.key,
                &message.kind,
                &message.payload.packed(),
                &now,
            ],
        )?;
    }
    tx.announce();
    Ok(())
}

/// The last position ever given.
pub(super) fn end(tx: &mut Tx<'_>) -> Result<i64, Error> {
    let end: Option<(i64,)> =
        tx.optional(sql!("SELECT seq FROM sqlite_sequence WHERE name = 'log'"), &[])?;
    Ok(end.map_or(0, |(end,)| end))
}

/// The position after which a start begins.
pub(super) fn before(tx: &mut Tx<'_>, start: Start) -> Result<i64, Error> {
    match start {
        Start::Earliest => Ok(0),
        Start::Now => end(tx),
        Start::At(instant) => {
            let (first,): (Option<i64>,) =
                tx.one(sql!("SELECT MIN(position) FROM log WHERE at >= $1"), &[&instant])?;
            first.map_or_else(|| end(tx), |first| Ok(first - 1))
        }
    }
}

/// What follows a position in these topics, in order.
pub(super) fn after(
    tx: &mut Tx<'_>,
    topics: &[String],
    position: i64,
    limit: usize,
) -> Result<Vec<Entry>, Error> {
    let mut entries: Vec<Entry> = Vec::new();
    for topic in topics {
        entries.extend(tx.all::<Entry>(
            sql!(
                "SELECT position, id, topic, key, kind, payload, at FROM log
                 WHERE topic = $1 AND position > $2 ORDER BY position LIMIT $3"
            ),
            &[topic, &position, &i64::try_from(limit).unwrap_or(i64::MAX)],
        )?);
    }
    entries.sort_unstable_by_key(|entry| entry.position);
    entries.truncate(limit);
    Ok(entries)
}

/// What a group has not acknowledged.
pub(super) fn lag(tx: &mut Tx<'_>, group: &str) -> Result<u64, Error> {
    let (waiting, pending): (i64, i64) = tx.one(
        sql!(
            "SELECT (SELECT COUNT(*) FROM cursors c JOIN log l
                       ON l.topic = c.topic AND l.position > c.position
                     WHERE c.consumer_group = $1),
                    (SELECT COUNT(*) FROM pending WHERE consumer_group = $1)"
        ),
        &[&group],
    )?;
    Ok(u64::try_from(waiting + pending).unwrap_or(0))
}

pub(super) fn trim(tx: &mut Tx<'_>, older_than: Timestamp) -> Result<u64, Error> {
    tx.execute(
        sql!(
            "DELETE FROM log WHERE at < $1
             AND NOT EXISTS (SELECT 1 FROM cursors c
                             WHERE c.topic = log.topic AND c.position < log.position)
             AND position NOT IN (SELECT position FROM pending)"
        ),
        &[&older_than],
    )
}

/// Takes messages out by their ids, each once every group has had it; which are there still.
pub(super) fn forget(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let mut kept = Vec::new();
    for id in ids {
        tx.execute(
            sql!(
                "DELETE FROM log WHERE id = $1
                 AND NOT EXISTS (SELECT 1 FROM cursors c
                                 WHERE c.topic = log.topic AND c.position < log.position)
                 AND position NOT IN (SELECT position FROM pending)"
            ),
            &[id],
        )?;
        let left: Option<(i64,)> =
            tx.optional(sql!("SELECT position FROM log WHERE id = $1 LIMIT 1"), &[id])?;
        kept.extend(left.map(|_| *id));
    }
    Ok(kept)
}
