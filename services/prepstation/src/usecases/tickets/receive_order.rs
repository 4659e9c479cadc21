//! An order becomes a ticket, once, however often the event arrives. One that is scheduled waits as
//! such until orderhub says that its time has come.

use super::{Actor, Refusal, change, tell};
use crate::{
    domain::ticket::{Command, Kind, Progress, State},
    store::{
        boards,
        ticket_history::{self, Step},
        tickets::{self, Ticket},
    },
};
use contracts::{
    orderhub::v1::{Fulfilment, OrderPlaced},
    prepstation::v1::{TicketCreated, TicketReleased},
};
use database::Tx;
use kernel::{Env, ids::EventId};

/// Writes the ticket of an order that is to be answered, or rings for the scheduled one, beside the
/// event's id in the inbox. `None`: nothing was to be done.
///
/// # Errors
/// The database failed.
pub fn receive_order(
    tx: &mut Tx<'_>,
    env: &Env,
    consumer: &str,
    event: EventId,
    order: &OrderPlaced,
) -> Result<Option<Ticket>, Refusal> {
    if !outbox::first_time(tx, consumer, event, env.now)? {
        return Ok(None);
    }
    let Some(ticket) = tickets::of_order_locked(tx, order.order_id)? else {
        return begin(tx, env, State::New, order).map(Some);
    };
    let released = Command::OrderPlaced { expires_at: order.expires_at };
    match change(tx, env, ticket, None, released, "") {
        Ok((ticket, _)) => {
            tell(tx, env, &ticket, Actor::System, |ticket| TicketReleased { ticket })?;
            Ok(Some(ticket))
        }
        // It rings already, or the kitchen has said no meanwhile.
        Err(Refusal::NotNow { .. }) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Writes the ticket of an order for later, beside the event's id in the inbox. `None`: it was there
/// already.
///
/// # Errors
/// The database failed.
pub fn receive_scheduled(
    tx: &mut Tx<'_>,
    env: &Env,
    consumer: &str,
    event: EventId,
    order: &OrderPlaced,
) -> Result<Option<Ticket>, Refusal> {
    if !outbox::first_time(tx, consumer, event, env.now)?
        || tickets::of_order_locked(tx, order.order_id)?.is_some()
    {
        return Ok(None);
    }
    begin(tx, env, State::Scheduled, order).map(Some)
}

fn begin(tx: &mut Tx<'_>, env: &Env, state: State, order: &OrderPlaced) -> Result<Ticket, Refusal> {
    let progress = Progress::begin(state, env.now, order.expires_at);
    let ticket = Ticket {
        id: env.id(),
        order_id: order.order_id,
        restaurant_id: order.restaurant_id,
        code: order.code.clone(),
        kind: match order.kind {
            Fulfilment::Pickup => Kind::Pickup,
            Fulfilment::Delivery => Kind::Delivery,
        },
        placed_at: order.placed_at,
        due_at: order.due_at,
        customer_name: order.customer_name.clone(),
        customer_phone: order.customer_phone.clone(),
        address: order.address.clone(),
        lines: order.lines.clone(),
        total: order.total,
        progress,
        received_at: None,
        reason: String::new(),
        board_seq: boards::next_seq(tx, order.restaurant_id)?,
        cause: env.trace,
    };
    tickets::insert(tx, &ticket)?;
    let version = progress.version;
    let step =
        Step { version, at: env.now, from: state, to: state, by: None, reason: String::new() };
    ticket_history::insert(tx, ticket.id, &step)?;
    // The screens of other replicas hear of it this way.
    tell(tx, env, &ticket, Actor::System, |ticket| TicketCreated { ticket })?;
    Ok(ticket)
}
