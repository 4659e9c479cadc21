//! People who are to be forgotten, and what is left of their orders.

use database::{Error, Json, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{Id, OrderId, PersonId};

use super::orders::{Document, DocumentJson, Order};
use crate::domain::order::Actor;

/// Remembers whom to forget, and drops what only served them.
///
/// # Errors
/// The database refused.
pub(crate) fn remember(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO erased_people (person_id, erased_at) VALUES ($1, $2)
             ON CONFLICT (person_id) DO NOTHING"
        ),
        &[&person, &now],
    )?;
    tx.execute(sql!("DELETE FROM favourites WHERE owner_id = $1"), &[&person.uuid()])?;
    Ok(())
}

/// Orders for later of erased people of which the kitchen was not asked yet, at most `limit`.
///
/// # Errors
/// The database refused.
pub(crate) fn scheduled_orders(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<OrderId>, Error> {
    let rows: Vec<(OrderId,)> = tx.all(
        sql!(
            "SELECT id FROM orders WHERE person_id IN (SELECT person_id FROM erased_people)
             AND state = 'scheduled' ORDER BY id LIMIT $1"
        ),
        &[&limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ended orders that still know an erased person, at most `limit`.
///
/// # Errors
/// The database refused.
pub(crate) fn ended_orders(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<OrderId>, Error> {
    let rows: Vec<(OrderId,)> = tx.all(
        sql!(
            "SELECT id FROM orders WHERE person_id IN (SELECT person_id FROM erased_people)
             AND state IN ('completed', 'rejected', 'expired', 'cancelled') ORDER BY id LIMIT $1"
        ),
        &[&limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes owner, name, telephone, e-mail, address and the customer's words off an order. What was
/// sold for how much stays, because the books need it.
///
/// # Errors
/// The database refused.
pub(crate) fn anonymise(tx: &mut Tx<'_>, order: &Order) -> Result<(), Error> {
    let mut document: Document = order.document.clone();
    document.lines.iter_mut().for_each(|line| line.note.clear());
    tx.execute(
        sql!(
            r#"UPDATE orders SET person_id = NULL, address = NULL, document = $2,
             contact = '{"name":"","phone":""}' WHERE id = $1"#
        ),
        &[&order.id, &Json(&DocumentJson::from(document))],
    )?;
    tx.execute(
        sql!("UPDATE order_history SET reason = '' WHERE order_id = $1 AND actor = $2"),
        &[&order.id, &Actor::Customer.key()],
    )?;
    Ok(())
}
