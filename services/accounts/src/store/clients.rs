//! Apps that people sign in to, as the operators have added them.

use crate::domain::signing::SigningAlgorithm;
use database::{Error, FromRow, Json, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::ClientId;
use sha2::{Digest, Sha256};

/// One app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) id: ClientId,
    pub(crate) name: String,
    /// Nothing: it cannot keep a secret.
    pub(crate) secret_hash: Option<Vec<u8>>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_uris: Vec<String>,
    pub(crate) created_at: Timestamp,
    /// Of its ID tokens.
    pub(crate) algorithm: SigningAlgorithm,
}

impl Client {
    /// Whether it can keep a secret.
    pub(crate) fn is_confidential(&self) -> bool {
        self.secret_hash.is_some()
    }

    /// Whether `secret` is its own. Hashes of random secrets tell nothing by the time it takes.
    pub(crate) fn knows(&self, secret: &str) -> bool {
        self.secret_hash.as_deref() == Some(hash(secret).as_slice())
    }
}

impl FromRow for Client {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let Json(redirect_uris) = row.get(3)?;
        let Json(post_logout_uris) = row.get(4)?;
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            secret_hash: row.get(2)?,
            redirect_uris,
            post_logout_uris,
            created_at: row.get(5)?,
            algorithm: SigningAlgorithm::named(&row.get::<String>(6)?)
                .ok_or(Error::Conversion { column: 6, expected: "RS256 or EdDSA" })?,
        })
    }
}

/// How secrets and tokens of 256 random bits are kept.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

pub(crate) fn insert(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO oauth_clients (id, name, secret_hash, redirect_uris, post_logout_uris, created_at, id_token_signed_response_alg)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            &client.id,
            &client.name,
            &client.secret_hash,
            &Json(&client.redirect_uris),
            &Json(&client.post_logout_uris),
            &client.created_at,
            &client.algorithm.name(),
        ],
    )?;
    Ok(())
}

pub(crate) fn by_id(tx: &mut Tx<'_>, id: ClientId) -> Result<Option<Client>, Error> {
    tx.optional(
        sql!("SELECT id, name, secret_hash, redirect_uris, post_logout_uris, created_at, id_token_signed_response_alg FROM oauth_clients WHERE id = $1"),
        &[&id],
    )
}

/// All of them, by name.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Client>, Error> {
    tx.all(
        sql!("SELECT id, name, secret_hash, redirect_uris, post_logout_uris, created_at, id_token_signed_response_alg FROM oauth_clients ORDER BY name, id"),
        &[],
    )
}

/// A new secret for an app that has one. `false`: there is no such app.
pub(crate) fn set_secret(tx: &mut Tx<'_>, id: ClientId, hash: &[u8; 32]) -> Result<bool, Error> {
    let changed = tx.execute(
        sql!("UPDATE oauth_clients SET secret_hash = $2 WHERE id = $1 AND secret_hash IS NOT NULL"),
        &[&id, &hash.as_slice()],
    )?;
    Ok(changed == 1)
}

/// Another algorithm for its ID tokens. `false`: there is no such app.
pub(crate) fn set_algorithm(
    tx: &mut Tx<'_>,
    id: ClientId,
    algorithm: SigningAlgorithm,
) -> Result<bool, Error> {
    let changed = tx.execute(
        sql!("UPDATE oauth_clients SET id_token_signed_response_alg = $2 WHERE id = $1"),
        &[&id, &algorithm.name()],
    )?;
    Ok(changed == 1)
}

/// Removes an app with all that hangs on it. `false`: there is no such app.
pub(crate) fn delete(tx: &mut Tx<'_>, id: ClientId) -> Result<bool, Error> {
    super::grants::delete_of_client(tx, id)?;
    super::consents::delete_of_client(tx, id)?;
    Ok(tx.execute(sql!("DELETE FROM oauth_clients WHERE id = $1"), &[&id])? == 1)
}
