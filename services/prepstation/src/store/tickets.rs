//! Rows of tickets.

use super::ticket_history;
use crate::domain::ticket::{Kind, Progress, State};
use contracts::orderhub::v1::PlacedLine;
use database::{Error, FromRow, Json, Row, Tx, sql};
use jiff::Timestamp;
use kernel::{
    Money, TraceParent,
    ids::{OrderId, RestaurantId, TicketId},
};

/// A ticket as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The order behind it.
    pub order_id: OrderId,
    /// The kitchen.
    pub restaurant_id: RestaurantId,
    /// Called across the counter.
    pub code: String,
    /// Pickup or delivery.
    pub kind: Kind,
    /// When the customer ordered.
    pub placed_at: Timestamp,
    /// When the customer wants it; as soon as possible without it.
    pub due_at: Option<Timestamp>,
    /// The name to call out.
    pub customer_name: String,
    /// For questions about the order.
    pub customer_phone: String,
    /// Deliveries only.
    pub address: Option<String>,
    /// What to cook, as it was sold.
    pub lines: Vec<PlacedLine>,
    /// What the customer pays.
    pub total: Money,
    /// Where the machine is.
    pub progress: Progress,
    /// When it reached a screen.
    pub received_at: Option<Timestamp>,
    /// Why it was rejected or cancelled; may be empty.
    pub reason: String,
    /// The place of its last change on the board.
    pub board_seq: i64,
    /// The step of a trace that made that change.
    pub cause: Option<TraceParent>,
}

impl FromRow for Ticket {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let progress = Progress {
            state: state(row, 13)?,
            version: row.get(14)?,
            since: row.get(15)?,
            expires_at: row.get(16)?,
            accepted_at: row.get(17)?,
            ready_at: row.get(18)?,
        };
        let kind: String = row.get(4)?;
        Ok(Self {
            id: row.get(0)?,
            order_id: row.get(1)?,
            restaurant_id: row.get(2)?,
            code: row.get(3)?,
            kind: Kind::from_key(&kind)
                .ok_or(Error::Conversion { column: 4, expected: "a kind" })?,
            placed_at: row.get(5)?,
            due_at: row.get(6)?,
            customer_name: row.get(7)?,
            customer_phone: row.get(8)?,
            address: row.get(9)?,
            lines: row.get::<Json<_>>(10)?.0,
            total: Money::new(row.get(11)?, row.get(12)?),
            progress,
            received_at: row.get(19)?,
            reason: row.get(20)?,
            board_seq: row.get(21)?,
            cause: row.get::<Option<String>>(22)?.and_then(|step| TraceParent::parse(&step)),
        })
    }
}

pub(super) fn state(row: &Row, column: usize) -> Result<State, Error> {
    let key: String = row.get(column)?;
    State::from_key(&key).ok_or(Error::Conversion { column, expected: "a state" })
}

macro_rules! select {
    ($rest:literal) => {
        sql!(concat!(
            "SELECT id, order_id, restaurant_id, code, kind, placed_at, due_at, customer_name, ",
            "customer_phone, address, lines, total, currency, state, version, since, expires_at, ",
            "accepted_at, ready_at, received_at, reason, board_seq, traceparent FROM tickets ",
            $rest
        ))
    };
}

/// A ticket.
///
/// # Errors
/// The database failed.
pub fn by_id(tx: &mut Tx<'_>, id: TicketId) -> Result<Option<Ticket>, Error> {
    tx.optional(select!("WHERE id = $1"), &[&id])
}

/// A ticket, locked until the transaction ends: of two decisions the first wins.
///
/// # Errors
/// The database failed.
pub fn locked(tx: &mut Tx<'_>, id: TicketId) -> Result<Option<Ticket>, Error> {
    tx.lock(select!("WHERE id = $1"), &[&id])
}

/// The ticket of an order, locked until the transaction ends.
///
/// # Errors
/// The database failed.
pub fn of_order_locked(tx: &mut Tx<'_>, order: OrderId) -> Result<Option<Ticket>, Error> {
    tx.lock(select!("WHERE order_id = $1"), &[&order])
}

/// What is on the board, in the order in which it is wanted, where as soon as possible is when it was
/// ordered: a recalled ticket is where it was before.
///
/// # Errors
/// The database failed.
pub fn open(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<Vec<Ticket>, Error> {
    tx.all(
        select!(
            "WHERE restaurant_id = $1 AND state IN \
             ('scheduled', 'new', 'acknowledged', 'accepted', 'preparing', 'ready') \
             ORDER BY COALESCE(due_at, placed_at), id"
        ),
        &[&restaurant],
    )
}

/// What has changed after a place on the board, in order, at most `limit`.
///
/// # Errors
/// The database failed.
pub fn changed_after(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    seq: i64,
    limit: u32,
) -> Result<Vec<Ticket>, Error> {
    tx.all(
        select!("WHERE restaurant_id = $1 AND board_seq > $2 ORDER BY board_seq LIMIT $3"),
        &[&restaurant, &seq, &limit],
    )
}

/// Open tickets, and those that ended since `since`, newest first, below `before` (an instant and
/// an id), at most `limit`.
///
/// # Errors
/// The database failed.
pub fn newest(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    since: Timestamp,
    before: (Timestamp, TicketId),
    limit: u32,
) -> Result<Vec<Ticket>, Error> {
    let (at, id) = before;
    tx.all(
        select!(
            "WHERE restaurant_id = $1 AND (since >= $2 OR state IN \
             ('scheduled', 'new', 'acknowledged', 'accepted', 'preparing', 'ready')) \
             AND (placed_at < $3 OR (placed_at = $3 AND id < $4)) \
             ORDER BY placed_at DESC, id DESC LIMIT $5"
        ),
        &[&restaurant, &since, &at, &id, &limit],
    )
}

/// The same with one state only, however old.
///
/// # Errors
/// The database failed.
pub fn newest_in_state(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    state: State,
    before: (Timestamp, TicketId),
    limit: u32,
) -> Result<Vec<Ticket>, Error> {
    let (at, id) = before;
    tx.all(
        select!(
            "WHERE restaurant_id = $1 AND state = $2 \
             AND (placed_at < $3 OR (placed_at = $3 AND id < $4)) \
             ORDER BY placed_at DESC, id DESC LIMIT $5"
        ),
        &[&restaurant, &state.key(), &at, &id, &limit],
    )
}

/// Ended tickets, newest first, below `before`, at most `limit`.
///
/// # Errors
/// The database failed.
pub fn ended(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    before: (Timestamp, TicketId),
    limit: u32,
) -> Result<Vec<Ticket>, Error> {
    let (at, id) = before;
    tx.all(
        select!(
            "WHERE restaurant_id = $1 \
             AND state IN ('handed_over', 'rejected', 'cancelled', 'expired') \
             AND (placed_at < $2 OR (placed_at = $2 AND id < $3)) \
             ORDER BY placed_at DESC, id DESC LIMIT $4"
        ),
        &[&restaurant, &at, &id, &limit],
    )
}

/// Writes a new ticket.
///
/// # Errors
/// [`Error::Unique`] when the order has one already, or the database failed.
pub fn insert(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<(), Error> {
    let Ticket { id, order_id, restaurant_id, code, progress: p, .. } = ticket;
    tx.execute(
        sql!(
            "INSERT INTO tickets (id, order_id, restaurant_id, code, kind, placed_at, due_at, \
             customer_name, customer_phone, address, lines, total, currency, state, version, \
             since, expires_at, accepted_at, ready_at, received_at, reason, board_seq, \
             traceparent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
             $15, $16, $17, $18, $19, $20, $21, $22, $23)"
        ),
        &[
            id,
            order_id,
            restaurant_id,
            code,
            &ticket.kind.key(),
            &ticket.placed_at,
            &ticket.due_at,
            &ticket.customer_name,
            &ticket.customer_phone,
            &ticket.address,
            &Json(&ticket.lines),
            &ticket.total.minor,
            &ticket.total.currency,
            &p.state.key(),
            &p.version,
            &p.since,
            &p.expires_at,
            &p.accepted_at,
            &p.ready_at,
            &ticket.received_at,
            &ticket.reason,
            &ticket.board_seq,
            &ticket.cause.map(|step| step.to_string()),
        ],
    )?;
    Ok(())
}

/// Writes what may change.
///
/// # Errors
/// The database failed.
pub fn update(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<(), Error> {
    let Progress { state, version, since, expires_at, accepted_at, ready_at } = ticket.progress;
    tx.execute(
        sql!(
            "UPDATE tickets SET state = $2, version = $3, since = $4, expires_at = $5, \
             accepted_at = $6, ready_at = $7, received_at = $8, reason = $9, board_seq = $10, \
             traceparent = $11 WHERE id = $1"
        ),
        &[
            &ticket.id,
            &state.key(),
            &version,
            &since,
            &expires_at,
            &accepted_at,
            &ready_at,
            &ticket.received_at,
            &ticket.reason,
            &ticket.board_seq,
            &ticket.cause.map(|step| step.to_string()),
        ],
    )?;
    Ok(())
}

/// Takes name, telephone, address and the customer's words off a ticket. What was cooked stays.
///
/// # Errors
/// The database failed.
pub fn anonymise(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<(), Error> {
    let mut lines = ticket.lines.clone();
    lines.iter_mut().for_each(|line| line.note.clear());
    // A step of nobody's was orderhub's: its reason is the customer's.
    let ended_by = ticket_history::of(tx, ticket.id)?.pop().and_then(|step| step.by);
    let reason = if ended_by.is_some() { ticket.reason.as_str() } else { "" };
    tx.execute(
        sql!(
            "UPDATE tickets SET customer_name = '', customer_phone = '', address = NULL, \
             lines = $2, reason = $3 WHERE id = $1"
        ),
        &[&ticket.id, &Json(&lines), &reason],
    )?;
    tx.execute(
        sql!("UPDATE ticket_history SET reason = '' WHERE ticket_id = $1 AND person_id IS NULL"),
        &[&ticket.id],
    )?;
    Ok(())
}

/// Marks as received what nobody has seen yet and a screen has shown up to `seq`; tells which.
///
/// # Errors
/// The database failed.
pub fn mark_received(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    seq: i64,
    now: Timestamp,
) -> Result<Vec<(TicketId, OrderId, u32)>, Error> {
    tx.all(
        sql!(
            "UPDATE tickets SET received_at = $3 WHERE restaurant_id = $1 AND board_seq <= $2 \
             AND state = 'new' AND received_at IS NULL RETURNING id, order_id, version"
        ),
        &[&restaurant, &seq, &now],
    )
}
