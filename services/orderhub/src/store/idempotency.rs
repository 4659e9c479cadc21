//! The answers that were given to requests with an idempotency key, kept in the transaction of what
//! they did, and the keys of signed links.

use database::{Error, Tx, sql};
use jiff::Timestamp;

/// Answers are kept for so long; clients repeat within minutes.
pub(crate) const KEPT: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 60 * 60);

/// The hash of the body and the answer that were stored under a key.
///
/// # Errors
/// The database refused.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    scope: &str,
    key: &str,
) -> Result<Option<(Vec<u8>, String)>, Error> {
    tx.optional(
        sql!("SELECT body_hash, answer FROM idempotency WHERE scope = $1 AND idempotency_key = $2"),
        &[&scope, &key],
    )
}

/// Stores the answer to a request.
///
/// # Errors
/// [`Error::Unique`] when the same request is answered at this moment: try again and find it.
pub(crate) fn store(
    tx: &mut Tx<'_>,
    scope: &str,
    key: &str,
    body_hash: &[u8],
    answer: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO idempotency (scope, idempotency_key, body_hash, answer, created_at)
             VALUES ($1, $2, $3, $4, $5)"
        ),
        &[&scope, &key, &body_hash, &answer, &now],
    )?;
    Ok(())
}

/// Forgets answers given before an instant.
///
/// # Errors
/// The database refused.
pub(crate) fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute(sql!("DELETE FROM idempotency WHERE created_at < $1"), &[&before])
}

/// The secret of this name: the one that is stored, or `fresh` from now on. Replicas agree on it.
///
/// # Errors
/// The database refused.
pub(crate) fn secret(tx: &mut Tx<'_>, name: &str, fresh: &[u8; 32]) -> Result<Vec<u8>, Error> {
    tx.execute(
        sql!("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"),
        &[&name, &fresh.as_slice()],
    )?;
    let (value,) = tx.one(sql!("SELECT value FROM secrets WHERE name = $1"), &[&name])?;
    Ok(value)
}
