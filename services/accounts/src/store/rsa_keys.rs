//! Keys that sign the ID tokens of apps with RS256: the same life as [`super::keys`], in a table of
//! their own.

use crate::rsa_key::RsaKey;
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;

/// A key as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptRsaKey {
    pub(crate) kid: String,
    /// current, next or previous.
    pub(crate) standing: String,
    /// Empty once it signs no more.
    pub(crate) secret: Vec<u8>,
    pub(crate) modulus: Vec<u8>,
}

impl FromRow for KeptRsaKey {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            kid: row.get(0)?,
            standing: row.get(1)?,
            secret: row.get(2)?,
            modulus: row.get(3)?,
        })
    }
}

/// Adds a key unless there is one of this standing.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    key: &RsaKey,
    standing: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("INSERT INTO rsa_keys (kid, secret, modulus, standing, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"),
        &[&key.kid, &key.secret.as_slice(), &key.modulus.as_slice(), &standing, &now],
    )?;
    Ok(())
}

/// All published keys: the current one first, then the next, then those that signed before.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<KeptRsaKey>, Error> {
    tx.all(
        sql!("SELECT kid, standing, secret, modulus FROM rsa_keys ORDER BY standing, created_at"),
        &[],
    )
}

/// Since when the next key is published. Whoever changes keys at the same moment waits here.
pub(crate) fn lock_next(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Error> {
    let row: Option<(Timestamp,)> =
        tx.lock(sql!("SELECT created_at FROM rsa_keys WHERE standing = 'next'"), &[])?;
    Ok(row.map(|(published_at,)| published_at))
}

/// The current key signs no more: its secret goes, its public half stays.
pub(crate) fn retire_current(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE rsa_keys SET standing = 'previous', secret = $1, retired_at = $2 WHERE standing = 'current'"),
        &[&[].as_slice(), &now],
    )?;
    Ok(())
}

/// The next key signs from now on.
pub(crate) fn promote_next(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.execute(sql!("UPDATE rsa_keys SET standing = 'current' WHERE standing = 'next'"), &[])?;
    Ok(())
}

/// Takes all keys away and tells their names.
pub(crate) fn withdraw_all(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = tx.all(sql!("DELETE FROM rsa_keys RETURNING kid"), &[])?;
    Ok(rows.into_iter().map(|(kid,)| kid).collect())
}

/// Forgets keys that signed nothing since.
pub(crate) fn prune(tx: &mut Tx<'_>, retired_before: Timestamp) -> Result<u64, Error> {
    tx.execute(
        sql!("DELETE FROM rsa_keys WHERE standing = 'previous' AND retired_at < $1"),
        &[&retired_before],
    )
}
