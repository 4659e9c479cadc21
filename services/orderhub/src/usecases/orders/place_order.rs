//! Places an order: prices it again, writes it with its event and the answer to its idempotency key.

use std::sync::Arc;

use database::Tx;
use jiff::Timestamp;
use kernel::{
    Env, Money,
    ids::{CartId, OrderId, PersonId, RestaurantId},
};
use runtime::{PublishError, Refuses};
use serde::{Deserialize, Serialize};

use crate::{
    carts,
    domain::{
        contact::Contact,
        offer::Offer,
        order::{Progress, State},
        pricing::{self, Fulfilment, Quote, QuoteRequest, Refusal},
    },
    events::publish,
    store::{
        idempotency,
        orders::{self, Order},
    },
};

/// Tries for a code of three letters; then one more letter makes it unique.
const TRIES: usize = 12;

/// A customer's order.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    /// Whose keys these are: a person's, or the guests'.
    pub scope: String,
    /// One attempt of one checkout, however often it is sent.
    pub key: String,
    /// Of everything that was sent: the same key with another body is refused.
    pub body_hash: [u8; 32],
    /// Who is signed in.
    pub person: Option<PersonId>,
    /// What the restaurant offers; nothing when there is no such restaurant.
    pub offer: Option<Arc<Offer>>,
    /// What is ordered.
    pub request: QuoteRequest,
    /// Who it is for.
    pub contact: Contact,
    /// The total that the customer saw, when they saw one: another one has to be shown first.
    pub agreed_total: Option<Money>,
    /// The cart that the lines came from: empty once the order is placed.
    pub cart: Option<CartId>,
}

/// What the customer is told, now and at each repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The order.
    pub id: OrderId,
    /// Whose kitchen.
    pub restaurant_id: RestaurantId,
    /// Called across the counter.
    pub code: String,
    /// What the customer pays.
    pub total: Money,
    /// The version that it was placed with.
    pub version: u32,
    /// When orderhub gives up waiting for the kitchen.
    pub expires_at: Timestamp,
    /// It was placed at once or scheduled: the state's key.
    #[serde(default = "placed")]
    pub state: String,
}

/// What an answer says that was kept before orders could be scheduled.
fn placed() -> String {
    State::Placed.key().to_owned()
}

/// Why an order was not placed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceRefusal {
    /// The key was used for something else.
    #[error("this idempotency key was used for another order")]
    KeyReused,
    /// There is no such restaurant.
    #[error("there is no such restaurant")]
    NoRestaurant,
    /// Something stands in its way; all of it is named.
    #[error("the order cannot be placed as it stands")]
    Refused(Vec<Refusal>),
    /// It costs something else than the customer saw.
    #[error("the price has changed")]
    PriceChanged(Box<Quote>),
    /// The event could not be written.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The answer could not be written.
    #[error("the answer cannot be stored as JSON")]
    Answer(#[from] serde_json::Error),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl PlaceRefusal {
    /// Another transaction took the code or the key at this moment: the same call again will see it.
    #[must_use]
    pub fn is_race(&self) -> bool {
        matches!(self, Self::Database(database::Error::Unique { .. }))
    }
}

impl Refuses for PlaceRefusal {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::KeyReused => Some("key_reused"),
            Self::NoRestaurant => Some("not_found"),
            Self::Refused(_) => Some("not_orderable"),
            Self::PriceChanged(_) => Some("price_changed"),
            // It is tried again.
            _ if self.is_race() => Some("race"),
            Self::Publish(_) | Self::Answer(_) | Self::Database(_) => None,
        }
    }
}

/// Places an order, or repeats the answer of the first time.
///
/// # Errors
/// What stands in its way; the price that the customer has not seen; the key's other use.
pub fn place_order(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &PlaceOrder,
) -> Result<Placed, PlaceRefusal> {
    if let Some((hash, answer)) = idempotency::find(tx, &command.scope, &command.key)? {
        let same = hash == command.body_hash;
        return if same {
            Ok(serde_json::from_str(&answer)?)
        } else {
            Err(PlaceRefusal::KeyReused)
        };
    }
    let offer = command.offer.as_deref().ok_or(PlaceRefusal::NoRestaurant)?;
    let when = command.request.when;
    let quote = pricing::price(&offer.terms(when, env.now), &command.request, env.now);
    let refusals: Vec<_> =
        quote.refusals.iter().cloned().chain(command.contact.refusals()).collect();
    if !refusals.is_empty() {
        return Err(PlaceRefusal::Refused(refusals));
    }
    if command.agreed_total.is_some_and(|agreed| agreed != quote.total) {
        return Err(PlaceRefusal::PriceChanged(Box::new(quote)));
    }
    let pace = offer.pace(when.instant(env.now));
    let (progress, change) = Progress::place(env.now, pace, when.due());
    let code = free_code(tx, env, offer.seller.id)?;
    let delivers = command.request.kind == Fulfilment::Delivery;
    let address = command.request.address.as_ref().filter(|_| delivers);
    let order = Order {
        id: env.id(),
        code,
        person_id: command.person,
        kind: command.request.kind,
        progress,
        placed_at: env.now,
        ticket_version: 0,
        total: quote.total,
        seller: offer.seller.clone(),
        contact: command.contact.clone().trimmed(),
        address: address.map(pricing::Address::one_line),
        document: quote.into(),
        out_of_stock: Vec::new(),
    };
    orders::insert(tx, &order, &change)?;
    match order.progress.state {
        State::Scheduled => publish::order_scheduled(tx, env, &order)?,
        _ => publish::order_placed(tx, env, &order)?,
    }
    let placed = Placed {
        id: order.id,
        restaurant_id: order.seller.id,
        code: order.code,
        total: order.total,
        version: order.progress.version,
        expires_at: order.progress.expires_at,
        state: order.progress.state.key().to_owned(),
    };
    if let Some(cart) = command.cart {
        carts::clear(tx, cart)?;
    }
    let answer = serde_json::to_string(&placed)?;
    idempotency::store(tx, &command.scope, &command.key, &command.body_hash, &answer, env.now)?;
    Ok(placed)
}

/// A code that no open order of the restaurant has.
fn free_code(
    tx: &mut Tx<'_>,
    env: &Env,
    restaurant: RestaurantId,
) -> Result<String, database::Error> {
    for _ in 0..TRIES {
        let code = env.order_code();
        if !orders::code_is_taken(tx, restaurant, &code)? {
            return Ok(code);
        }
    }
    Ok(env.order_code() + &env.order_code())
}
