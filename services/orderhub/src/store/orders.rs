//! Orders and their history. Lines, fees and taxes are one JSON document with every amount: it is
//! written once and never priced again.

use database::{Error, FromRow, Json, Row, Sql, Tx, sql};
use jiff::Timestamp;
use kernel::{
    Currency, Money,
    ids::{ItemId, OrderId, PersonId, RestaurantId},
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        contact::Contact,
        offer::Seller,
        order::{Actor, Change, Progress, State},
        pricing::{Fee, Fulfilment, PricedLine, Quote, Ready, TaxSum},
    },
    json::{
        ContactJson, FeeJson, List, PricedLineJson, ReadyJson, SellerJson, TaxSumJson, json_of,
    },
};

/// An order as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// Called across the counter.
    pub code: String,
    /// Who is signed in as its owner; nobody for a guest.
    pub person_id: Option<PersonId>,
    /// Pickup or delivery.
    pub kind: Fulfilment,
    /// Where it stands.
    pub progress: Progress,
    /// When the customer pressed the button.
    pub placed_at: Timestamp,
    /// The newest version of the kitchen's ticket that was taken in.
    pub ticket_version: u64,
    /// What the customer pays.
    pub total: Money,
    /// Who sold it.
    pub seller: Seller,
    /// Who it is for.
    pub contact: Contact,
    /// Where to bring it, in one line.
    pub address: Option<String>,
    /// What was sold.
    pub document: Document,
    /// What had run out when the kitchen rejected it.
    pub out_of_stock: Vec<ItemId>,
}

/// What was sold, with every amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The version of the menu that it was sold from.
    pub menu_version: u32,
    /// Line by line.
    pub lines: Vec<PricedLine>,
    /// The dishes alone.
    pub subtotal: Money,
    /// Besides the dishes.
    pub fees: Vec<Fee>,
    /// Contained in the total, by rate.
    pub taxes: Vec<TaxSum>,
    /// On top.
    pub tip: Money,
    /// What was said when the order was placed.
    pub ready: Ready,
}

json_of! {
    /// What was sold, as stored.
    DocumentJson of Document {
        menu_version: u32,
        lines: List<PricedLineJson>,
        subtotal: Money,
        fees: List<FeeJson>,
        taxes: List<TaxSumJson>,
        tip: Money,
        ready: ReadyJson,
    }
}

impl From<Quote> for Document {
    fn from(quote: Quote) -> Self {
        Self {
            menu_version: quote.menu_version,
            lines: quote.lines,
            subtotal: quote.subtotal,
            fees: quote.fees,
            taxes: quote.taxes,
            tip: quote.tip,
            ready: quote.ready,
        }
    }
}

impl FromRow for Order {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let state: String = row.get(4)?;
        let kind: String = row.get(3)?;
        let expected = |column, expected| Error::Conversion { column, expected };
        let version: i64 = row.get(5)?;
        let ticket_version: i64 = row.get(11)?;
        let currency: Currency = row.get(12)?;
        Ok(Self {
            id: row.get(0)?,
            code: row.get(1)?,
            person_id: row.get(2)?,
            kind: fulfilment(&kind).ok_or_else(|| expected(3, "pickup or delivery"))?,
            progress: Progress {
                state: State::from_key(&state).ok_or_else(|| expected(4, "a state"))?,
                version: u32::try_from(version).map_err(|_| expected(5, "a version"))?,
                expires_at: row.get(7)?,
                due_at: row.get(19)?,
                release_at: row.get(20)?,
                ready_at: row.get(8)?,
                received_at: row.get(9)?,
                acknowledged_at: row.get(10)?,
            },
            placed_at: row.get(6)?,
            ticket_version: u64::try_from(ticket_version).map_err(|_| expected(11, "a version"))?,
            total: Money::new(row.get(13)?, currency),
            seller: row.get::<Json<SellerJson>>(14)?.0.into(),
            contact: row.get::<Json<ContactJson>>(15)?.0.into(),
            address: row.get(16)?,
            document: row.get::<Json<DocumentJson>>(17)?.0.into(),
            out_of_stock: row.get::<Json<Vec<ItemId>>>(18)?.0,
        })
    }
}

fn fulfilment(key: &str) -> Option<Fulfilment> {
    [Fulfilment::Pickup, Fulfilment::Delivery].into_iter().find(|kind| kind_key(*kind) == key)
}

/// The name in JSON and in the database.
#[must_use]
pub(crate) fn kind_key(kind: Fulfilment) -> &'static str {
    match kind {
        Fulfilment::Pickup => "pickup",
        Fulfilment::Delivery => "delivery",
    }
}

macro_rules! select {
    ($rest:literal) => {
        sql!(concat!(
            "SELECT id, code, person_id, kind, state, version, placed_at, expires_at, ready_at, ",
            "received_at, acknowledged_at, ticket_version, currency, total, seller, contact, ",
            "address, document, out_of_stock, due_at, release_at FROM orders ",
            $rest
        ))
    };
}

fn by_id() -> Sql {
    select!("WHERE id = $1")
}

/// One order.
///
/// # Errors
/// The database refused.
pub(crate) fn find(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<Order>, Error> {
    tx.optional(by_id(), &[&id])
}

/// One order, held until the transaction ends: of two decisions the first wins.
///
/// # Errors
/// The database refused.
pub(crate) fn lock(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<Order>, Error> {
    tx.lock(by_id(), &[&id])
}

/// A person's orders, newest first; `before` is the last id of the page before.
///
/// # Errors
/// The database refused.
pub(crate) fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    before: Option<OrderId>,
    limit: u32,
) -> Result<Vec<Order>, Error> {
    match before {
        Some(before) => tx.all(
            select!("WHERE person_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
            &[&person, &before, &limit],
        ),
        None => {
            tx.all(select!("WHERE person_id = $1 ORDER BY id DESC LIMIT $2"), &[&person, &limit])
        }
    }
}

/// Whether an open order of the restaurant has this code.
///
/// # Errors
/// The database refused.
pub(crate) fn code_is_taken(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    code: &str,
) -> Result<bool, Error> {
    let found: Option<(String,)> = tx.optional(
        sql!(
            "SELECT code FROM orders WHERE restaurant_id = $1 AND code = $2
             AND state IN ('scheduled', 'placed', 'accepted', 'preparing', 'ready')"
        ),
        &[&restaurant, &code],
    )?;
    Ok(found.is_some())
}

/// Writes a new order with the first entry of its history.
///
/// # Errors
/// [`Error::Unique`] when an open order has its code, or the database refused.
pub(crate) fn insert(tx: &mut Tx<'_>, order: &Order, change: &Change) -> Result<(), Error> {
    let progress = &order.progress;
    tx.execute(
        sql!(
            "INSERT INTO orders (id, code, restaurant_id, person_id, kind, state, version,
             placed_at, expires_at, ready_at, received_at, acknowledged_at, ticket_version,
             currency, total, seller, contact, address, document, out_of_stock, due_at, release_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, NULL, 0, $10, $11, $12, $13,
             $14, $15, '[]', $16, $17)"
        ),
        &[
            &order.id,
            &order.code,
            &order.seller.id,
            &order.person_id,
            &kind_key(order.kind),
            &progress.state.key(),
            &progress.version,
            &order.placed_at,
            &progress.expires_at,
            &order.total.currency,
            &order.total.minor,
            &Json(&SellerJson::from(order.seller.clone())),
            &Json(&ContactJson::from(order.contact.clone())),
            &order.address,
            &Json(&DocumentJson::from(order.document.clone())),
            &progress.due_at,
            &progress.release_at,
        ],
    )?;
    remember(tx, order.id, change)
}

/// Writes where an order stands now, with the entry of its history that led there.
///
/// # Errors
/// The database refused.
pub(crate) fn save(tx: &mut Tx<'_>, order: &Order, change: &Change) -> Result<(), Error> {
    let progress = &order.progress;
    let ticket_version = i64::try_from(order.ticket_version).unwrap_or(i64::MAX);
    tx.execute(
        sql!(
            "UPDATE orders SET state = $2, version = $3, ready_at = $4, received_at = $5,
             acknowledged_at = $6, ticket_version = $7, out_of_stock = $8, expires_at = $9
             WHERE id = $1"
        ),
        &[
            &order.id,
            &progress.state.key(),
            &progress.version,
            &progress.ready_at,
            &progress.received_at,
            &progress.acknowledged_at,
            &ticket_version,
            &Json(&order.out_of_stock),
            &progress.expires_at,
        ],
    )?;
    remember(tx, order.id, change)
}

/// Notes that a version of the ticket was seen which changed nothing.
///
/// # Errors
/// The database refused.
pub(crate) fn pass_over_ticket(tx: &mut Tx<'_>, id: OrderId, version: u64) -> Result<(), Error> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    tx.execute(sql!("UPDATE orders SET ticket_version = $2 WHERE id = $1"), &[&id, &version])?;
    Ok(())
}

fn remember(tx: &mut Tx<'_>, id: OrderId, change: &Change) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO order_history (order_id, version, at, from_state, to_state, actor, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            &id,
            &change.version,
            &change.at,
            &change.from.map(State::key),
            &change.to.key(),
            &change.actor.key(),
            &change.reason,
        ],
    )?;
    Ok(())
}

/// An order's history above a version, oldest first.
///
/// # Errors
/// The database refused.
pub(crate) fn history(tx: &mut Tx<'_>, id: OrderId, after: u32) -> Result<Vec<Change>, Error> {
    tx.all(
        sql!(
            "SELECT version, at, from_state, to_state, actor, reason FROM order_history
             WHERE order_id = $1 AND version > $2 ORDER BY version"
        ),
        &[&id, &after],
    )
}

impl FromRow for Change {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let expected = |column, expected| Error::Conversion { column, expected };
        let state = |column, key: &str| State::from_key(key).ok_or(expected(column, "a state"));
        let from: Option<String> = row.get(2)?;
        Ok(Self {
            version: row.get(0)?,
            at: row.get(1)?,
            from: from.map(|key| state(2, &key)).transpose()?,
            to: state(3, &row.get::<String>(3)?)?,
            actor: Actor::from_key(&row.get::<String>(4)?).ok_or(expected(4, "an actor"))?,
            reason: row.get(5)?,
        })
    }
}

/// Placed orders that nobody has answered in time, the oldest first.
///
/// # Errors
/// The database refused.
pub(crate) fn overdue(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<OrderId>, Error> {
    let rows: Vec<(OrderId,)> = tx.all(
        sql!(
            "SELECT id FROM orders WHERE state = 'placed' AND expires_at <= $1
             ORDER BY expires_at LIMIT $2"
        ),
        &[&now, &limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Scheduled orders whose kitchen is to be asked now, with the restaurant and the time that they are
/// wanted at, the oldest first.
///
/// # Errors
/// The database refused.
pub(crate) fn to_release(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<OrderId>, Error> {
    let rows: Vec<(OrderId,)> = tx.all(
        sql!(
            "SELECT id FROM orders WHERE state = 'scheduled' AND release_at <= $1
             ORDER BY release_at LIMIT $2"
        ),
        &[&now, &limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
