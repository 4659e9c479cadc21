//! A browser's cart: one restaurant, its lines, and the keys of what was added lately.

use database::{Error, FromRow, Json, Row, Tx, sql};
use jiff::Timestamp;
use kernel::{Money, ids::CartId};
use serde::{Deserialize, Serialize};

use crate::{
    carts::{Cart, CartLine},
    json::{List, RequestedLineJson, json_of},
};

json_of! {
    /// A line of the slip.
    CartLineJson of CartLine {
        line: RequestedLineJson,
        shown: Money,
    }
}

impl FromRow for Cart {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            restaurant_id: row.get(1)?,
            lines: row.get::<Json<List<CartLineJson>>>(2)?.0.into(),
            seen_keys: row.get::<Json<Vec<String>>>(3)?.0,
        })
    }
}

/// The cart of this id, unless it has expired.
pub(crate) fn find(tx: &mut Tx<'_>, id: CartId, now: Timestamp) -> Result<Option<Cart>, Error> {
    let sql = sql!(
        "SELECT cart_id, restaurant_id, lines, seen_keys FROM carts WHERE cart_id = $1 AND expires_at > $2"
    );
    tx.optional(sql, &[&id, &now])
}

/// The same, locked until the transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, id: CartId, now: Timestamp) -> Result<Option<Cart>, Error> {
    let sql = sql!("SELECT cart_id FROM carts WHERE cart_id = $1");
    let locked: Option<(CartId,)> = tx.lock(sql, &[&id])?;
    if locked.is_some() { find(tx, id, now) } else { Ok(None) }
}

/// Writes a cart as it is now.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    cart: &Cart,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO carts (cart_id, restaurant_id, lines, seen_keys, changed_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (cart_id) DO UPDATE SET restaurant_id = excluded.restaurant_id, lines = excluded.lines, seen_keys = excluded.seen_keys, changed_at = excluded.changed_at, expires_at = excluded.expires_at"
    );
    let lines = List::<CartLineJson>::from(cart.lines.clone());
    let (lines, keys) = (Json(&lines), Json(&cart.seen_keys));
    tx.execute(sql, &[&cart.id, &cart.restaurant_id, &lines, &keys, &now, &expires_at]).map(|_| ())
}

/// Removes a cart.
pub(crate) fn remove(tx: &mut Tx<'_>, id: CartId) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM carts WHERE cart_id = $1"), &[&id]).map(|_| ())
}

/// Removes the carts that expired, and tells how many there were.
pub(crate) fn remove_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    tx.execute(sql!("DELETE FROM carts WHERE expires_at <= $1"), &[&now])
}
