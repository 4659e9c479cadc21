//! Answers that were given under an idempotency key.

use database::{Error, Tx, sql};
use jiff::{SignedDuration, Timestamp};
use kernel::ids::PersonId;

/// Answers are kept for so long; clients repeat within minutes.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The request and the answer under a key, if it was used before.
///
/// # Errors
/// The database failed.
pub fn find(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: &str,
) -> Result<Option<(String, String)>, Error> {
    tx.optional(
        sql!("SELECT request, answer FROM idempotency WHERE person_id = $1 AND key = $2"),
        &[&person, &key],
    )
}

/// Remembers an answer.
///
/// # Errors
/// [`Error::Unique`] when a request with the same key was first, or the database failed.
pub fn insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: &str,
    request: &str,
    answer: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO idempotency (person_id, key, request, answer, created_at) \
             VALUES ($1, $2, $3, $4, $5)"
        ),
        &[&person, &key, &request, &answer, &now],
    )?;
    Ok(())
}

/// Forgets answers given before an instant; tells how many.
///
/// # Errors
/// The database failed.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute(sql!("DELETE FROM idempotency WHERE created_at < $1"), &[&before])
}
