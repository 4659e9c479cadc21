//! An order becomes a ticket, once, however often the event arrives.

use super::{Actor, Refusal, tell};
use crate::{
    domain::ticket::{Kind, Progress},
    store::{
        boards,
        tickets::{self, Step, Ticket},
    },
};
use contracts::{
    orderhub::v1::{Fulfilment, OrderPlaced},
    prepstation::v1::TicketCreated,
};
use database::Tx;
use kernel::{Env, ids::EventId};

/// Writes the ticket, beside the event's id in the inbox. `None`: it was there already.
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
    if !outbox::first_time(tx, consumer, event, env.now)?
        || tickets::of_order_locked(tx, order.order_id)?.is_some()
    {
        return Ok(None);
    }
    let progress = Progress::begin(env.now, order.expires_at);
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
    };
    tickets::insert(tx, &ticket)?;
    let (version, state) = (progress.version, progress.state);
    let step =
        Step { version, at: env.now, from: state, to: state, by: None, reason: String::new() };
    tickets::insert_step(tx, ticket.id, &step)?;
    // The screens of other replicas hear of it this way.
    tell(tx, env, &ticket, Actor::System, |ticket| TicketCreated { ticket })?;
    Ok(Some(ticket))
}
