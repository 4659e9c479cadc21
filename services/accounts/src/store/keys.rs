//! Signing keys. The secrets lie in accounts' own database, which no other service opens.

use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;

/// A key as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) kid: String,
    /// current, next or previous.
    pub(crate) standing: String,
    /// Empty once it signs no more.
    pub(crate) secret: Vec<u8>,
    /// Only once it signs no more.
    pub(crate) public: Option<Vec<u8>>,
}

impl FromRow for Key {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            kid: row.get(0)?,
            standing: row.get(1)?,
            secret: row.get(2)?,
            public: row.get(3)?,
        })
    }
}

/// Adds a key unless there is one of this standing.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    kid: &str,
    secret: &[u8; 32],
    standing: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("INSERT INTO signing_keys (kid, secret, standing, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
        &[&kid, &secret.as_slice(), &standing, &now],
    )?;
    Ok(())
}

/// All published keys: the current one first, then the next, then those that signed before.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Key>, Error> {
    tx.all(
        sql!(
            "SELECT kid, standing, secret, public FROM signing_keys ORDER BY standing, created_at"
        ),
        &[],
    )
}

/// Names and standings of these keys and of those for RS256, sorted: enough to see that something
/// changed.
pub(crate) fn standings(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Error> {
    let mut standings: Vec<(String, String)> = tx.all(
        sql!("SELECT kid, standing FROM signing_keys UNION ALL SELECT kid, standing FROM rsa_keys"),
        &[],
    )?;
    standings.sort_unstable();
    Ok(standings)
}

/// Since when the next key is published. Whoever changes keys at the same moment waits here.
pub(crate) fn lock_next(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Error> {
    let row: Option<(Timestamp,)> =
        tx.lock(sql!("SELECT created_at FROM signing_keys WHERE standing = 'next'"), &[])?;
    Ok(row.map(|(published_at,)| published_at))
}

/// The current key signs no more: its secret goes, its public half stays.
pub(crate) fn retire_current(
    tx: &mut Tx<'_>,
    public: &[u8; 32],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE signing_keys SET standing = 'previous', public = $1, secret = $2, retired_at = $3 WHERE standing = 'current'"),
        &[&public.as_slice(), &[].as_slice(), &now],
    )?;
    Ok(())
}

/// The next key signs from now on.
pub(crate) fn promote_next(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.execute(sql!("UPDATE signing_keys SET standing = 'current' WHERE standing = 'next'"), &[])?;
    Ok(())
}

/// Takes all keys away and tells their names.
pub(crate) fn withdraw_all(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = tx.all(sql!("DELETE FROM signing_keys RETURNING kid"), &[])?;
    Ok(rows.into_iter().map(|(kid,)| kid).collect())
}

/// Forgets keys that signed nothing since.
pub(crate) fn prune(tx: &mut Tx<'_>, retired_before: Timestamp) -> Result<u64, Error> {
    tx.execute(
        sql!("DELETE FROM signing_keys WHERE standing = 'previous' AND retired_at < $1"),
        &[&retired_before],
    )
}
