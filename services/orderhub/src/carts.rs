//! The cart of a browser: which one a request carries, what is in it, and its end. Checkout reads
//! it by [`from_request`] and [`load`], and empties it by [`clear`] in the transaction of the order.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use database::{Error, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Money,
    ids::{CartId, Id, RestaurantId},
};
use tokio_util::sync::CancellationToken;
use web::{
    Site,
    cookie::{Cookie, Reach},
};

use crate::{browse::Browse, domain::pricing::RequestedLine, store};

/// A cart that nobody touches for so long is gone; the cookie lives as long.
pub(crate) const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// What somebody is about to order. Never prices: those are the menu's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cart {
    /// As in the cookie: who knows it owns it.
    pub(crate) id: CartId,
    /// The one restaurant of all lines.
    pub(crate) restaurant_id: RestaurantId,
    /// In the order of adding.
    pub(crate) lines: Vec<CartLine>,
    /// Of what was added lately, so that a double tap adds once.
    pub(crate) seen_keys: Vec<String>,
}

/// A line of the slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CartLine {
    /// What is asked for.
    pub(crate) line: RequestedLine,
    /// What one cost when it was put here: another price now is said plainly, never charged silently.
    pub(crate) shown: Money,
}

impl Cart {
    /// How many dishes, over all lines.
    pub(crate) fn dishes(&self) -> u32 {
        self.lines.iter().fold(0, |sum, held| sum.saturating_add(held.line.quantity))
    }

    /// The lines, as a quote or an order asks for them.
    pub(crate) fn requested(&self) -> Vec<RequestedLine> {
        self.lines.iter().map(|held| held.line.clone()).collect()
    }
}

fn cookie(site: &Site) -> Cookie<'_> {
    Cookie { name: "cart", reach: Reach::Host, https: site.origins.https() }
}

/// The id that the request's cookie carries.
pub(crate) fn from_request(headers: &HeaderMap, site: &Site) -> Option<CartId> {
    cookie(site).read(headers)?.parse().ok()
}

/// A fresh id, of random bits alone: whoever knows it owns the cart.
pub(crate) fn fresh_id(env: &kernel::Env) -> CartId {
    CartId::from_uuid(uuid::Builder::from_random_bytes(env.random().bytes()).into_uuid())
}

/// The `Set-Cookie` value that keeps the cart with the browser.
pub(crate) fn set_cookie(site: &Site, id: CartId) -> Option<HeaderValue> {
    cookie(site).set(&id.to_string(), Some(LIFE.unsigned_abs()))
}

/// The cart, unless it is empty or has expired.
pub(crate) fn load(tx: &mut Tx<'_>, id: CartId, now: Timestamp) -> Result<Option<Cart>, Error> {
    Ok(store::carts::find(tx, id, now)?.filter(|cart| !cart.lines.is_empty()))
}

/// Empties the cart, once its order is placed.
pub(crate) fn clear(tx: &mut Tx<'_>, id: CartId) -> Result<(), Error> {
    store::carts::remove(tx, id)
}

/// The cart of a request.
pub(crate) async fn current_cart(
    browse: &Browse,
    headers: &HeaderMap,
) -> Result<Option<Cart>, Error> {
    let Some(id) = from_request(headers, &browse.site) else { return Ok(None) };
    let now = browse.clock.now();
    browse.database.read(move |tx| load(tx, id, now)).await
}

/// Removes expired carts until it is stopped.
pub(crate) async fn sweep(browse: Browse, stop: CancellationToken) {
    loop {
        let now = browse.clock.now();
        let swept: Result<u64, Error> =
            browse.database.write(move |tx| store::carts::remove_expired(tx, now)).await;
        match swept {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "expired carts removed"),
            Err(error) => tracing::warn!(%error, "expired carts stay for now"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
