//! Our own facts on their way out, written in the transaction that makes them true.

use contracts::{Fact, orderhub::v1};
use database::Tx;
use kernel::{
    Env,
    ids::{Id, LineId},
};
use runtime::PublishError;

use crate::{
    domain::pricing::{Fulfilment, IfUnavailable, PricedLine},
    store::orders::Order,
};

fn publish(tx: &mut Tx<'_>, env: &Env, version: u32, fact: impl Fact) -> Result<(), PublishError> {
    runtime::publish(tx, env, web::Service::Orderhub, version.into(), fact)
}

/// The kitchen is to answer.
pub(crate) fn order_placed(tx: &mut Tx<'_>, env: &Env, order: &Order) -> Result<(), PublishError> {
    publish(tx, env, order.progress.version, placed(order))
}

/// The kitchen will be asked later, and hears of it now.
pub(crate) fn order_scheduled(
    tx: &mut Tx<'_>,
    env: &Env,
    order: &Order,
) -> Result<(), PublishError> {
    let release_at = order.progress.release_at.unwrap_or(env.now);
    let fact = v1::OrderScheduled { order: placed(order), release_at };
    publish(tx, env, order.progress.version, fact)
}

fn placed(order: &Order) -> v1::OrderPlaced {
    v1::OrderPlaced {
        order_id: order.id,
        code: order.code.clone(),
        restaurant_id: order.seller.id,
        kind: match order.kind {
            Fulfilment::Pickup => v1::Fulfilment::Pickup,
            Fulfilment::Delivery => v1::Fulfilment::Delivery,
        },
        placed_at: order.placed_at,
        expires_at: order.progress.expires_at,
        due_at: order.progress.due_at,
        customer_name: order.contact.name.clone(),
        customer_phone: order.contact.phone.clone(),
        address: order.address.clone(),
        menu_version: order.document.menu_version,
        lines: order.document.lines.iter().map(|line| placed_line(order, line)).collect(),
        total: order.total,
    }
}

fn placed_line(order: &Order, line: &PricedLine) -> v1::PlacedLine {
    let options = line.options.iter().map(|option| v1::PlacedOption {
        option_id: option.option_id,
        name: option.name.clone(),
        quantity: option.quantity,
    });
    v1::PlacedLine {
        line_id: LineId::from_natural_key(&format!("{}:{}", order.id, line.index)),
        item_id: line.item_id,
        name: line.name.clone(),
        quantity: line.quantity,
        options: options.collect(),
        note: line.note.clone(),
        allergens: line.allergens.clone(),
        if_unavailable: match line.if_unavailable {
            IfUnavailable::Remove => v1::IfUnavailable::Remove,
            IfUnavailable::Replace => v1::IfUnavailable::Replace,
            IfUnavailable::Call => v1::IfUnavailable::Call,
            IfUnavailable::Cancel => v1::IfUnavailable::Cancel,
        },
    }
}

/// The kitchen need not answer any more.
pub(crate) fn order_cancelled(
    tx: &mut Tx<'_>,
    env: &Env,
    order: &Order,
    reason: &str,
) -> Result<(), PublishError> {
    let fact = v1::OrderCancelled {
        order_id: order.id,
        restaurant_id: order.seller.id,
        at: env.now,
        reason: reason.to_owned(),
    };
    publish(tx, env, order.progress.version, fact)
}

/// The customer is forgotten: the kitchen's ticket is to forget them too.
pub(crate) fn order_anonymised(
    tx: &mut Tx<'_>,
    env: &Env,
    order: &Order,
) -> Result<(), PublishError> {
    let (order_id, restaurant_id) = (order.id, order.seller.id);
    let fact = v1::OrderAnonymised { order_id, restaurant_id, at: env.now };
    publish(tx, env, order.progress.version, fact)
}

/// The kitchen did not answer.
pub(crate) fn order_expired(tx: &mut Tx<'_>, env: &Env, order: &Order) -> Result<(), PublishError> {
    let fact = v1::OrderExpired {
        order_id: order.id,
        restaurant_id: order.seller.id,
        at: env.now,
        reached_a_screen: order.progress.received_at.is_some(),
    };
    publish(tx, env, order.progress.version, fact)
}
