//! One counter per restaurant: every change of a ticket takes the next number, in the order of the
//! commits, so that a screen can ask for what came after the last one it saw.

use database::{Error, Tx, sql};
use kernel::ids::RestaurantId;

/// The next number. The row stays locked until the transaction ends, so numbers become visible in
/// their order.
///
/// # Errors
/// The database failed.
pub fn next_seq(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<i64, Error> {
    let (seq,) = tx.one(
        sql!(
            "INSERT INTO boards (restaurant_id, seq) VALUES ($1, 1) \
             ON CONFLICT (restaurant_id) DO UPDATE SET seq = boards.seq + 1 RETURNING seq"
        ),
        &[&restaurant],
    )?;
    Ok(seq)
}

/// The newest number; 0 before the first ticket.
///
/// # Errors
/// The database failed.
pub fn seq(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<i64, Error> {
    let found: Option<(i64,)> =
        tx.optional(sql!("SELECT seq FROM boards WHERE restaurant_id = $1"), &[&restaurant])?;
    Ok(found.map_or(0, |(seq,)| seq))
}
