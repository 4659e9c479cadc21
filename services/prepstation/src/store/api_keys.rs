//! Keys of programs, by hash.

use crate::domain::api_key::{self, Scope};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{PersonId, RestaurantId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A key as its restaurant sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub restaurant_id: RestaurantId,
    /// What it is for.
    pub name: String,
    /// How it begins.
    pub beginning: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

impl FromRow for ApiKey {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            restaurant_id: row.get(1)?,
            name: row.get(2)?,
            beginning: row.get(3)?,
            scopes: api_key::scopes(&row.get::<String>(4)?),
            created_at: row.get(5)?,
            used_at: row.get(6)?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        sql!(concat!(
            "SELECT id, restaurant_id, name, beginning, scopes, created_at, used_at FROM api_keys ",
            $rest
        ))
    };
}

/// The keys of a restaurant, the oldest first.
///
/// # Errors
/// The database failed.
pub fn of_restaurant(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<Vec<ApiKey>, Error> {
    tx.all(select!("WHERE restaurant_id = $1 ORDER BY created_at, id"), &[&restaurant])
}

/// A key of a restaurant.
///
/// # Errors
/// The database failed.
pub fn find(tx: &mut Tx<'_>, restaurant: RestaurantId, id: Uuid) -> Result<Option<ApiKey>, Error> {
    tx.optional(select!("WHERE restaurant_id = $1 AND id = $2"), &[&restaurant, &id])
}

/// The key that somebody sent.
///
/// # Errors
/// The database failed.
pub fn by_secret(tx: &mut Tx<'_>, secret: &str) -> Result<Option<ApiKey>, Error> {
    tx.optional(select!("WHERE hash = $1"), &[&hash(secret).as_slice()])
}

/// Adds a key.
///
/// # Errors
/// The database failed.
pub fn insert(
    tx: &mut Tx<'_>,
    key: &ApiKey,
    secret: &str,
    by: Option<PersonId>,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO api_keys (id, restaurant_id, name, hash, beginning, scopes, created_by, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &[
            &key.id,
            &key.restaurant_id,
            &key.name,
            &hash(secret).as_slice(),
            &key.beginning,
            &api_key::words(&key.scopes),
            &by,
            &key.created_at,
        ],
    )?;
    Ok(())
}

/// Notes that a key was used.
///
/// # Errors
/// The database failed.
pub fn touch(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<(), Error> {
    tx.execute(sql!("UPDATE api_keys SET used_at = $2 WHERE id = $1"), &[&id, &now])?;
    Ok(())
}

/// Removes a key; `false` when the restaurant has none of this id.
///
/// # Errors
/// The database failed.
pub fn delete(tx: &mut Tx<'_>, restaurant: RestaurantId, id: Uuid) -> Result<bool, Error> {
    let gone = tx.execute(
        sql!("DELETE FROM api_keys WHERE restaurant_id = $1 AND id = $2"),
        &[&restaurant, &id],
    )?;
    Ok(gone == 1)
}

/// 256 random bits need no slow hash: nobody can guess through them.
fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
