//! Where an order stands, in words for the customer: short and concrete, and with a way on when
//! something went wrong.

use jiff::Timestamp;
use kernel::hours::Zone;

use super::words;
use crate::{
    domain::{
        order::{Actor, Change, RejectReason, State},
        pricing::Fulfilment,
    },
    store::orders::Order,
};

/// The wall clock at the restaurant.
pub(super) fn clock(zone: &Zone, at: Timestamp) -> String {
    at.to_zoned(zone.rules().clone()).strftime("%H:%M").to_string()
}

/// The same with the day, for lists.
pub(super) fn day_and_clock(zone: &Zone, at: Timestamp) -> String {
    at.to_zoned(zone.rules().clone()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// What has happened, in one sentence.
pub(super) fn sentence(order: &Order, history: &[Change], now: Timestamp) -> String {
    let name = &order.seller.name;
    let progress = &order.progress;
    match progress.state {
        State::Scheduled => {
            let due = due(order, now).unwrap_or_default();
            format!("Order scheduled for {due}. {name} knows of it and is asked in time.")
        }
        State::Placed if progress.acknowledged_at.is_some() => {
            format!("Order placed. {name} has seen it and will answer in a moment.")
        }
        State::Placed if progress.received_at.is_some() => {
            format!("Order placed. It is on the screen at {name}, waiting for their answer.")
        }
        State::Placed => format!("Order placed. We are waiting for {name} to answer."),
        State::Accepted => format!("{name} has accepted your order."),
        State::Preparing => format!("{name} is cooking your order."),
        State::Ready if order.kind == Fulfilment::Delivery => {
            "Your order is ready to leave.".to_owned()
        }
        State::Ready => format!("Ready at the counter. Ask for {}.", order.code),
        State::Completed => "Order completed. Enjoy your meal!".to_owned(),
        State::Rejected => {
            format!("Sorry, {name} rejected the order: {}", rejection(order, history))
        }
        State::Expired => {
            format!(
                "{name} did not answer in time, so your order has expired and nobody is cooking it."
            )
        }
        State::Cancelled => cancellation(order, history),
    }
}

fn rejection(order: &Order, history: &[Change]) -> String {
    let reason = history.last().and_then(|change| RejectReason::from_key(&change.reason));
    match reason {
        Some(RejectReason::OutOfStock) => {
            let mut names: Vec<&str> = (order.document.lines.iter())
                .filter(|line| order.out_of_stock.contains(&line.item_id))
                .map(|line| line.name.as_str())
                .collect();
            names.dedup();
            match names.as_slice() {
                [] => "something on it has sold out.".to_owned(),
                [name] => format!("{name} has sold out."),
                names => format!("{} have sold out.", names.join(" and ")),
            }
        }
        Some(RejectReason::TooBusy) => "the kitchen is too busy just now.".to_owned(),
        Some(RejectReason::ClosingEarly) => "the kitchen is closing early today.".to_owned(),
        Some(RejectReason::CannotFulfilNote) => "they cannot do what the note asks for.".to_owned(),
        Some(RejectReason::Other) | None => {
            format!("they did not say why. You can call them on {}.", order.seller.phone)
        }
    }
}

fn cancellation(order: &Order, history: &[Change]) -> String {
    let last = history.last();
    if let Some(change) = last.filter(|change| change.actor == Actor::System) {
        return format!("Sorry, we had to cancel your order: {}", change.reason);
    }
    match last.filter(|change| change.actor == Actor::Restaurant) {
        Some(change) if change.reason.is_empty() => {
            format!("Sorry, {} had to cancel: your order is cancelled.", order.seller.name)
        }
        Some(change) => {
            format!("Sorry, {} had to cancel your order: “{}”", order.seller.name, change.reason)
        }
        None => "You cancelled this order before the kitchen began.".to_owned(),
    }
}

/// The large words above the slip: a time while there is one to tell.
pub(super) fn headline(order: &Order, now: Timestamp) -> String {
    let zone = &order.seller.zone;
    let progress = &order.progress;
    match (progress.state, progress.ready_at) {
        (State::Scheduled, _) => words::capital(&due(order, now).unwrap_or_default()),
        (State::Accepted | State::Preparing, Some(ready_at)) => range(zone, ready_at, now),
        (State::Placed, _) => "With the kitchen".to_owned(),
        (State::Accepted | State::Preparing, None) => "Soon".to_owned(),
        (State::Ready, _) => "It’s ready".to_owned(),
        (State::Completed, _) => "Enjoy!".to_owned(),
        (State::Rejected | State::Expired, _) => "Not this time".to_owned(),
        (State::Cancelled, _) => "Cancelled".to_owned(),
    }
}

/// A promise as a range: an honest five minutes.
fn range(zone: &Zone, from: Timestamp, now: Timestamp) -> String {
    let to = from.checked_add(jiff::SignedDuration::from_mins(5)).unwrap_or(from);
    format!("{}–{}", words::clock(zone, from, now), clock(zone, to))
}

/// The time that it was ordered for, with the day when that is not today.
pub(super) fn due(order: &Order, now: Timestamp) -> Option<String> {
    order.progress.due_at.map(|due| words::clock(&order.seller.zone, due, now))
}

/// What to expect next.
pub(super) fn outlook(order: &Order, now: Timestamp) -> String {
    let place = &order.seller.address;
    match (order.progress.state, order.kind) {
        (State::Scheduled, Fulfilment::Pickup) => format!("Then it is ready for pickup at {place}"),
        (State::Scheduled, Fulfilment::Delivery) => {
            format!("Then it leaves for {}", order.address.as_deref().unwrap_or("you"))
        }
        (State::Placed, _) if order.progress.due_at.is_some() => {
            let due =
                order.progress.due_at.map(|due| words::at_clock(&order.seller.zone, due, now));
            let due = due.unwrap_or_default();
            format!("If they say yes, it is ready {due}.")
        }
        (State::Placed, _) => {
            let ready = order.document.ready;
            let zone = &order.seller.zone;
            let (from, to) = (clock(zone, ready.earliest), clock(zone, ready.latest));
            format!("If they say yes now, it is ready between {from} and {to}.")
        }
        (State::Accepted | State::Preparing, Fulfilment::Pickup) => {
            format!("Ready for pickup at {place}")
        }
        (State::Accepted | State::Preparing, Fulfilment::Delivery) => {
            format!("Then it leaves for {}", order.address.as_deref().unwrap_or("you"))
        }
        (State::Ready, Fulfilment::Pickup) => format!("At {place}. You pay at the counter."),
        (State::Ready, Fulfilment::Delivery) => "You pay at the door.".to_owned(),
        (State::Completed, _) => format!("{} was glad to cook for you.", order.seller.name),
        (State::Rejected | State::Expired | State::Cancelled, _) => {
            "You have paid nothing, and nothing is owed.".to_owned()
        }
    }
}

/// The state in a word or two, for lists.
pub(super) fn short(state: State) -> &'static str {
    match state {
        State::Scheduled => "Scheduled",
        State::Placed => "Waiting for the kitchen",
        State::Accepted => "Accepted",
        State::Preparing => "Cooking",
        State::Ready => "Ready",
        State::Completed => "Picked up",
        State::Rejected => "Rejected",
        State::Expired => "Not answered",
        State::Cancelled => "Cancelled",
    }
}
