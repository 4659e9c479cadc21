//! What the kitchen did with its tickets, in orderhub's words, and the loop that hears it.

use broker::{Message, PayloadError};
use contracts::{
    CloudEvent, Fact,
    prepstation::v1::{
        self, TicketAccepted, TicketAcknowledged, TicketCancelled, TicketDelayed, TicketHandedOver,
        TicketReady, TicketRecalled, TicketReceived, TicketRef, TicketRejected, TicketStarted,
    },
};
use database::Tx;
use kernel::Env;
use outbox::HandlerError;

use crate::{
    domain::order::{Command, RejectReason},
    orders::Orders,
    usecases::orders::{
        MoveRefusal, TicketEvent, apply_ticket_event, apply_ticket_event::CONSUMER,
    },
};

/// Hears prepstation until the process stops.
pub(crate) async fn consume(orders: Orders) {
    let context = orders.context.clone();
    let handler = move |message: Message| take_in(orders.clone(), read(&message));
    context.consume(CONSUMER, web::Service::Prepstation, handler).await;
}

/// Takes what was read from a message in. Messages of other kinds are none of an order's business.
///
/// # Errors
/// Poison when it could not be read or names an order that is not ours; retry when the database
/// does not answer or an earlier fact is missing.
async fn take_in(
    orders: Orders,
    event: Result<Option<TicketEvent>, PayloadError>,
) -> Result<(), HandlerError> {
    let Some(event) = event? else { return Ok(()) };
    let id = event.order;
    let apply = move |tx: &mut Tx<'_>, env: &Env| apply_ticket_event(tx, env, &event);
    match orders.context.run("apply_ticket_event", apply).await {
        Ok(_) => {
            orders.live.poke(&id);
            Ok(())
        }
        Err(MoveRefusal::Unknown) => Err(HandlerError::poison(MoveRefusal::Unknown)),
        Err(error) => Err(HandlerError::retry(error)),
    }
}

/// The ticket event in a message; nothing when the message is of another kind.
///
/// # Errors
/// It is of a ticket's kind but not of its shape.
pub fn read(message: &Message) -> Result<Option<TicketEvent>, PayloadError> {
    macro_rules! facts {
        ($($fact:ident($found:ident) => $command:expr,)+) => {
            match message.kind.as_str() {
                $($fact::TYPE => {
                    let event: CloudEvent<$fact> = message.json()?;
                    let $found = &event.data;
                    let command = $command;
                    (event.head.id, event.version(), event.data.ticket, command)
                })+
                TicketRejected::TYPE => return read_rejected(message).map(Some),
                _ => return Ok(None),
            }
        };
    }
    let (event, ticket_version, ticket, command): (_, _, TicketRef, _) = facts! {
        TicketReceived(_fact) => Command::Receive,
        TicketAcknowledged(_fact) => Command::Acknowledge,
        TicketAccepted(fact) => Command::Accept(fact.ready_at),
        TicketStarted(_fact) => Command::Start,
        TicketDelayed(fact) => Command::Delay(fact.ready_at),
        TicketReady(_fact) => Command::Finish,
        TicketRecalled(_fact) => Command::Recall,
        TicketHandedOver(_fact) => Command::HandOver,
        TicketCancelled(fact) => Command::Withdraw(fact.reason.clone()),
    };
    let (order, out_of_stock) = (ticket.order_id, Vec::new());
    Ok(Some(TicketEvent { event, order, ticket_version, command, out_of_stock }))
}

fn read_rejected(message: &Message) -> Result<TicketEvent, PayloadError> {
    let event: CloudEvent<TicketRejected> = message.json()?;
    let reason = match event.data.reason {
        v1::RejectReason::OutOfStock => RejectReason::OutOfStock,
        v1::RejectReason::TooBusy => RejectReason::TooBusy,
        v1::RejectReason::ClosingEarly => RejectReason::ClosingEarly,
        v1::RejectReason::CannotFulfilNote => RejectReason::CannotFulfilNote,
        v1::RejectReason::Other => RejectReason::Other,
    };
    Ok(TicketEvent {
        event: event.head.id,
        order: event.data.ticket.order_id,
        ticket_version: event.version(),
        command: Command::Reject(reason),
        out_of_stock: event.data.out_of_stock,
    })
}
