//! The outbox table: append within a use-case; read, mark, publish again and prune for the relay.

use broker::{Message, Payload, TooLarge};
use database::{FromRow, Row, ToValue, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{EventId, Id};
use std::time::Duration;
use uuid::Uuid;

/// An event on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The CloudEvents `id`; consumers drop repeats by it.
    pub id: EventId,
    /// The stream, such as `orderhub`.
    pub topic: String,
    /// Events of one topic and key arrive in order. Whoever appends two events that must keep their
    /// order holds a lock (a row that both use-cases change) before the first of them.
    pub key: String,
    /// The CloudEvents `type`.
    pub kind: String,
    /// The CloudEvent as JSON. It is stored, carried and received as it stands, `traceparent`
    /// included; above 64 KiB it is compressed here, and expanded when it is read.
    pub payload: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// The entity that it is about, where it tells something of a person: [`forget`] finds it by this.
    pub personal: Option<String>,
}

/// An event could not be appended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No broker would carry it.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] database::Error),
}

/// Writes an event beside the change that it tells of. It is published when, and only when, the
/// transaction commits.
///
/// # Errors
/// The event has more than 256 KiB even when compressed, or the database refused.
pub fn append(tx: &mut Tx<'_>, event: &Outgoing) -> Result<(), Error> {
    let payload = Payload::pack(event.payload.as_bytes())?;
    tx.execute(
        sql!(
            "INSERT INTO outbox (event_id, topic, partition_key, kind, payload, occurred_at, subject)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            &event.id,
            &event.topic,
            &event.key,
            &event.kind,
            &payload.packed(),
            &event.occurred_at,
            &event.personal,
        ],
    )?;
    tx.announce();
    Ok(())
}

/// Has the personal events of an entity forgotten: the relay takes them out of the broker, once every
/// group has had them, and then out of the outbox. One that waits to be published is published first,
/// so that what comes after it finds what it expects.
///
/// # Errors
/// The database refused.
pub fn forget(tx: &mut Tx<'_>, subject: &str) -> Result<(), database::Error> {
    tx.execute(sql!("UPDATE outbox SET forgotten = $2 WHERE subject = $1"), &[&subject, &true])?;
    crate::dead_letters::forget(tx, subject)?;
    tx.announce();
    Ok(())
}

/// Published events that are to be forgotten: their sequence, topic and id.
pub(crate) fn to_forget(
    tx: &mut Tx<'_>,
    limit: i64,
) -> Result<Vec<(i64, String, Uuid)>, database::Error> {
    tx.all(
        sql!(
            "SELECT sequence, topic, event_id FROM outbox
             WHERE forgotten AND published_at IS NOT NULL ORDER BY sequence LIMIT $1"
        ),
        &[&limit],
    )
}

/// Takes an event out of the outbox.
pub(crate) fn remove(tx: &mut Tx<'_>, sequence: i64) -> Result<(), database::Error> {
    tx.execute(sql!("DELETE FROM outbox WHERE sequence = $1"), &[&sequence])?;
    Ok(())
}

/// Has every event since an instant published again, in order: for a broker that lost its data, or
/// a consumer that starts anew. Tells how many. Consumers that had them drop them by their inbox.
///
/// # Errors
/// The database refused.
pub fn republish(tx: &mut Tx<'_>, since: Timestamp) -> Result<u64, database::Error> {
    let count = tx.execute(
        sql!("UPDATE outbox SET published_at = NULL WHERE occurred_at >= $1 AND published_at IS NOT NULL AND NOT forgotten"),
        &[&since],
    )?;
    tx.announce();
    Ok(count)
}

/// A row that the relay has still to publish.
#[derive(Debug, Clone)]
pub(crate) struct Unpublished {
    pub(crate) sequence: i64,
    pub(crate) message: Message,
}

impl FromRow for Unpublished {
    fn from_row(row: &Row) -> Result<Self, database::Error> {
        Ok(Self { sequence: row.get(0)?, message: message(row, 1)? })
    }
}

/// A message in the columns `event_id, topic, partition_key, kind, payload`.
pub(crate) fn message(row: &Row, first: usize) -> Result<Message, database::Error> {
    let column = first + 4;
    let payload = Payload::from_packed(row.get(column)?)
        .map_err(|_| database::Error::Conversion { column, expected: "a payload" })?;
    Ok(Message {
        id: row.get::<EventId>(first)?.uuid(),
        topic: row.get(first + 1)?,
        key: row.get(first + 2)?,
        kind: row.get(first + 3)?,
        payload,
    })
}

/// The oldest events that are not published.
pub(crate) fn unpublished(
    tx: &mut Tx<'_>,
    limit: i64,
) -> Result<Vec<Unpublished>, database::Error> {
    tx.all(
        sql!(
            "SELECT sequence, event_id, topic, partition_key, kind, payload FROM outbox
             WHERE published_at IS NULL ORDER BY sequence LIMIT $1"
        ),
        &[&limit],
    )
}

/// How many wait, and since when the oldest of them.
pub(crate) fn waiting(tx: &mut Tx<'_>) -> Result<(i64, Option<Timestamp>), database::Error> {
    tx.one(sql!("SELECT COUNT(*), MIN(occurred_at) FROM outbox WHERE published_at IS NULL"), &[])
}

/// Marks rows one by one: a smaller sequence may become visible later on PostgreSQL, so a range
/// would mark what nobody has published. Eight at once, because neither engine takes a list.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    sequences: &[i64],
    now: Timestamp,
) -> Result<(), database::Error> {
    for eight in sequences.chunks(8) {
        let at = |index: usize| eight.get(index).or(eight.last()).copied();
        let values: [Option<i64>; 8] = std::array::from_fn(at);
        let mut parameters: Vec<&dyn ToValue> = vec![&now];
        parameters.extend(values.iter().map(|value| value as &dyn ToValue));
        tx.execute(
            sql!(
                "UPDATE outbox SET published_at = $1
                 WHERE sequence IN ($2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            &parameters,
        )?;
    }
    Ok(())
}

/// Takes or keeps a lease by the database's clock. `false`: another holder has it.
pub(crate) fn take_lease(
    tx: &mut Tx<'_>,
    name: &str,
    holder: Uuid,
    length: Duration,
) -> Result<bool, database::Error> {
    let now = tx.now()?;
    let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
    let taken = tx.execute(
        sql!(
            "INSERT INTO outbox_lease (name, holder, held_until) VALUES ($1, $2, $4)
             ON CONFLICT (name) DO UPDATE SET holder = $2, held_until = $4
             WHERE outbox_lease.holder = $2 OR outbox_lease.held_until <= $3"
        ),
        &[&name, &holder, &now, &until],
    )?;
    Ok(taken == 1)
}

/// Lets another holder go on at once.
pub(crate) fn release_lease(
    tx: &mut Tx<'_>,
    name: &str,
    holder: Uuid,
) -> Result<(), database::Error> {
    let release = sql!("DELETE FROM outbox_lease WHERE name = $1 AND holder = $2");
    tx.execute(release, &[&name, &holder])?;
    Ok(())
}

/// Forgets what was published, and what was handled, before an instant.
pub(crate) fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, database::Error> {
    let published = tx.execute(sql!("DELETE FROM outbox WHERE published_at < $1"), &[&before])?;
    let handled = tx.execute(sql!("DELETE FROM inbox WHERE handled_at < $1"), &[&before])?;
    Ok(published + handled)
}
