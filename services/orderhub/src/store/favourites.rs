//! Which restaurants a browser or a person has marked.

use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::RestaurantId;
use uuid::Uuid;

/// Marks a restaurant; twice is once.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    owner: Uuid,
    restaurant: RestaurantId,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO favourites (owner_id, restaurant_id, added_at) VALUES ($1, $2, $3) ON CONFLICT (owner_id, restaurant_id) DO NOTHING"
    );
    tx.execute(sql, &[&owner, &restaurant, &now]).map(|_| ())
}

/// Takes the mark off.
pub(crate) fn remove(tx: &mut Tx<'_>, owner: Uuid, restaurant: RestaurantId) -> Result<(), Error> {
    let sql = sql!("DELETE FROM favourites WHERE owner_id = $1 AND restaurant_id = $2");
    tx.execute(sql, &[&owner, &restaurant]).map(|_| ())
}

/// The marked restaurants, the latest first.
pub(crate) fn of(tx: &mut Tx<'_>, owner: Uuid) -> Result<Vec<RestaurantId>, Error> {
    let sql = sql!(
        "SELECT restaurant_id FROM favourites WHERE owner_id = $1 ORDER BY added_at DESC, restaurant_id"
    );
    Ok(tx.all::<(RestaurantId,)>(sql, &[&owner])?.into_iter().map(|(id,)| id).collect())
}
