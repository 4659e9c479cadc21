//! Puts a dish on the slip, or edits a line. A slip is of one restaurant: another's replaces it only
//! when that was asked for.

use database::Tx;
use kernel::{
    Env,
    ids::{CartId, RestaurantId},
};

use super::{CartRefusal, expires_at};
use crate::{
    carts::{Cart, CartLine},
    domain::pricing::{MOST_LINES, MOST_OF_ONE_LINE, RequestedLine},
    store::carts,
};

/// Keys remembered per cart: more than a person presses buttons while an answer is on its way.
const KEYS_KEPT: usize = 20;

/// A dish, checked against the menu already.
#[derive(Debug, Clone)]
pub(crate) struct AddToCart {
    /// Whose slip.
    pub(crate) cart_id: CartId,
    /// Of which restaurant.
    pub(crate) restaurant_id: RestaurantId,
    /// What.
    pub(crate) line: CartLine,
    /// Instead of the line at this position.
    pub(crate) instead_of: Option<usize>,
    /// Throw another restaurant's slip away.
    pub(crate) replace: bool,
    /// Of the form: the same key adds once.
    pub(crate) key: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Added {
    /// It stands on this slip now.
    Added(Cart),
    /// The slip is another restaurant's; ask first.
    OtherRestaurant(Cart),
}

pub(crate) fn add_to_cart(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &AddToCart,
) -> Result<Added, CartRefusal> {
    let found = carts::lock(tx, command.cart_id, env.now)?;
    let mut cart = match found {
        Some(cart) if cart.restaurant_id == command.restaurant_id => cart,
        Some(cart) if !cart.lines.is_empty() && !command.replace => {
            return Ok(Added::OtherRestaurant(cart));
        }
        _ => Cart {
            id: command.cart_id,
            restaurant_id: command.restaurant_id,
            lines: Vec::new(),
            seen_keys: Vec::new(),
        },
    };
    if cart.seen_keys.contains(&command.key) {
        return Ok(Added::Added(cart));
    }
    cart.seen_keys.push(command.key.clone());
    let surplus = cart.seen_keys.len().saturating_sub(KEYS_KEPT);
    cart.seen_keys.drain(..surplus);
    put_line(&mut cart.lines, command)?;
    carts::put(tx, &cart, env.now, expires_at(env.now))?;
    Ok(Added::Added(cart))
}

fn put_line(lines: &mut Vec<CartLine>, command: &AddToCart) -> Result<(), CartRefusal> {
    let CartLine { line: wanted, shown } = &command.line;
    if let Some(held) = command.instead_of.and_then(|index| lines.get_mut(index))
        && held.line.item_id == wanted.item_id
    {
        *held = command.line.clone();
        return Ok(());
    }
    let alike = |held: &&mut CartLine| {
        RequestedLine { quantity: wanted.quantity, ..held.line.clone() } == *wanted
    };
    if let Some(held) = lines.iter_mut().find(alike) {
        let quantity = held.line.quantity.saturating_add(wanted.quantity);
        held.line.quantity = quantity.min(MOST_OF_ONE_LINE);
        held.shown = *shown;
        return Ok(());
    }
    if lines.len() >= MOST_LINES {
        return Err(CartRefusal::Full(MOST_LINES));
    }
    lines.push(command.line.clone());
    Ok(())
}
