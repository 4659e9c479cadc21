//! Changes how many of a line there are, takes a line off, or empties the slip.

use database::{Error, Tx};
use kernel::{
    Env,
    ids::{CartId, ItemId},
};

use super::expires_at;
use crate::{domain::pricing::MOST_OF_ONE_LINE, store::carts};

/// A change. A line is named by its position and its dish: if another stands there meanwhile, two
/// pages were open, and nothing is changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CartChange {
    /// So many of a line; 0 takes it off.
    Quantity(usize, ItemId, u32),
    /// Everything.
    Empty,
}

/// Makes the change.
pub(crate) fn change_cart(
    tx: &mut Tx<'_>,
    env: &Env,
    id: CartId,
    change: CartChange,
) -> Result<(), Error> {
    let Some(mut cart) = carts::lock(tx, id, env.now)? else { return Ok(()) };
    let CartChange::Quantity(index, item, quantity) = change else { return carts::remove(tx, id) };
    let Some(held) = cart.lines.get_mut(index).filter(|held| held.line.item_id == item) else {
        return Ok(());
    };
    if quantity == 0 {
        cart.lines.remove(index);
    } else {
        held.line.quantity = quantity.min(MOST_OF_ONE_LINE);
    }
    carts::put(tx, &cart, env.now, expires_at(env.now))
}
