//! How a group's consumer takes messages: first lanes that are due, then news from the log.

use super::log::Entry;
use crate::{Delivery, Receipt};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use std::collections::HashSet;

/// What a consumer asks for.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) group: String,
    /// The first of them is served first.
    pub(super) topics: Vec<String>,
    pub(super) max: usize,
    pub(super) now: Timestamp,
    /// Until when what is taken is the consumer's.
    pub(super) until: Timestamp,
}

/// What it gets.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) deliveries: Vec<Delivery>,
    /// The end of the log that was looked at.
    pub(super) end: i64,
    /// When there is nothing: the instant at which a lane falls due.
    pub(super) due: Option<Timestamp>,
}

/// One look at the log passes over at most so many chunks of messages for busy lanes.
const CHUNKS: usize = 8;
const CHUNK: i64 = 256;

pub(super) fn claim(tx: &mut Tx<'_>, claim: &Claim) -> Result<Taken, Error> {
    let mut deliveries = Vec::new();
    for topic in &claim.topics {
        take_due(tx, claim, topic, &mut deliveries)?;
    }
    let mut passed_over = false;
    for topic in &claim.topics {
        passed_over |= advance(tx, claim, topic, &mut deliveries)?;
    }
    let end = super::log::end(tx)?;
    let due = match (deliveries.is_empty(), passed_over) {
        (false, _) => None,
        (true, true) => Some(claim.now),
        (true, false) => next_due(tx, claim)?,
    };
    Ok(Taken { deliveries, end, due })
}

/// Lanes whose retry is due, whose consumer did not settle in time, or that have been let go with
/// messages left.
fn take_due(
    tx: &mut Tx<'_>,
    claim: &Claim,
    topic: &str,
    deliveries: &mut Vec<Delivery>,
) -> Result<(), Error> {
    let room = claim.max.saturating_sub(deliveries.len()) as i64;
    let lanes: Vec<(String,)> = tx.all(
        sql!(
            "SELECT key FROM lanes WHERE consumer_group = $1 AND topic = $2 AND due <= $3
             ORDER BY due LIMIT $4"
        ),
        &[&claim.group, &topic, &claim.now, &room],
    )?;
    for (key,) in lanes {
        let room = claim.max.saturating_sub(deliveries.len()) as i64;
        if room == 0 {
            break;
        }
        take_lane(tx, claim, (topic, &key), room, deliveries)?;
    }
    Ok(())
}

fn take_lane(
    tx: &mut Tx<'_>,
    claim: &Claim,
    (topic, key): (&str, &str),
    room: i64,
    deliveries: &mut Vec<Delivery>,
) -> Result<(), Error> {
    let (token,): (i64,) = tx.one(
        sql!(
            "UPDATE lanes SET due = $4, token = token + 1
             WHERE consumer_group = $1 AND topic = $2 AND key = $3 RETURNING token"
        ),
        &[&claim.group, &topic, &key, &claim.until],
    )?;
    tx.execute(
        sql!(
            "UPDATE pending SET token = $4, attempts = attempts + 1
             WHERE consumer_group = $1 AND topic = $2 AND key = $3 AND position IN (
               SELECT position FROM pending WHERE consumer_group = $1 AND topic = $2 AND key = $3
               ORDER BY position LIMIT $5)"
        ),
        &[&claim.group, &topic, &key, &token, &room],
    )?;
    let taken: Vec<Attempted> = tx.all(
        sql!(
            "SELECT l.position, l.id, l.topic, l.key, l.kind, l.payload, l.at, p.attempts
             FROM pending p JOIN log l ON l.position = p.position
             WHERE p.consumer_group = $1 AND p.topic = $2 AND p.key = $3 AND p.token = $4
             ORDER BY p.position LIMIT $5"
        ),
        &[&claim.group, &topic, &key, &token, &room],
    )?;
    deliveries.extend(taken.into_iter().map(|Attempted(n, entry)| delivery(entry, n, token)));
    Ok(())
}

/// Moves the cursor over what is new. Tells whether it passed over messages, found none to deliver
/// and may find more behind them.
fn advance(
    tx: &mut Tx<'_>,
    claim: &Claim,
    topic: &str,
    deliveries: &mut Vec<Delivery>,
) -> Result<bool, Error> {
    let mut mine = HashSet::new();
    for _ in 0..CHUNKS {
        let room = claim.max.saturating_sub(deliveries.len()) as i64;
        if room == 0 {
            return Ok(false);
        }
        let news = news(tx, claim, topic, room.min(CHUNK))?;
        let Some(last) = news.last().map(|entry| entry.position) else { return Ok(false) };
        tx.execute(
            sql!("UPDATE cursors SET position = $3 WHERE consumer_group = $1 AND topic = $2"),
            &[&claim.group, &topic, &last],
        )?;
        for entry in news {
            if let Some(delivery) = enter(tx, claim, entry, &mut mine)? {
                deliveries.push(delivery);
            }
        }
    }
    Ok(deliveries.is_empty())
}

fn news(tx: &mut Tx<'_>, claim: &Claim, topic: &str, limit: i64) -> Result<Vec<Entry>, Error> {
    tx.all(
        sql!(
            "SELECT l.position, l.id, l.topic, l.key, l.kind, l.payload, l.at
             FROM log l JOIN cursors c ON c.topic = l.topic AND l.position > c.position
             WHERE c.consumer_group = $1 AND c.topic = $2 ORDER BY l.position LIMIT $3"
        ),
        &[&claim.group, &topic, &limit],
    )
}

/// Puts a new message into its lane; delivers it when the lane is this claim's.
fn enter(
    tx: &mut Tx<'_>,
    claim: &Claim,
    entry: Entry,
    mine: &mut HashSet<String>,
) -> Result<Option<Delivery>, Error> {
    const FIRST: i64 = 1;
    let Entry { position, message, .. } = &entry;
    if !mine.contains(&message.key) {
        let opened = tx.execute(
            sql!(
                "INSERT INTO lanes (consumer_group, topic, key, due, token)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
            ),
            &[&claim.group, &message.topic, &message.key, &claim.until, &FIRST],
        )?;
        if opened == 1 {
            mine.insert(message.key.clone());
        }
    }
    let taken = i64::from(mine.contains(&message.key));
    tx.execute(
        sql!(
            "INSERT INTO pending (consumer_group, topic, key, position, attempts, token)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        &[&claim.group, &message.topic, &message.key, position, &taken, &(taken * FIRST)],
    )?;
    Ok((taken == 1).then(|| delivery(entry, 1, FIRST)))
}

fn next_due(tx: &mut Tx<'_>, claim: &Claim) -> Result<Option<Timestamp>, Error> {
    let mut next = None;
    for topic in &claim.topics {
        let (due,): (Option<Timestamp>,) = tx.one(
            sql!("SELECT MIN(due) FROM lanes WHERE consumer_group = $1 AND topic = $2"),
            &[&claim.group, &topic],
        )?;
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next)
}

fn delivery(entry: Entry, attempt: u32, token: i64) -> Delivery {
    Delivery {
        receipt: Receipt::new(format!("{}.{token}", entry.position)),
        message: entry.message,
        published_at: entry.at,
        attempt,
    }
}

struct Attempted(u32, Entry);

impl FromRow for Attempted {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self(row.get(7)?, Entry::from_row(row)?))
    }
}
