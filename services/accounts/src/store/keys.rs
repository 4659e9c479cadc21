//! Signing keys. The secrets lie in accounts' own database, which no other service opens.

use database::{Error, Tx, sql};
use jiff::Timestamp;

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

/// Secret and standing of the live keys, the current one first.
pub(crate) fn live(tx: &mut Tx<'_>) -> Result<Vec<(Vec<u8>, String)>, Error> {
    tx.all(
        sql!("SELECT secret, standing FROM signing_keys WHERE standing IN ('current', 'next') ORDER BY standing"),
        &[],
    )
}
