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
    tx.execute(sql!("DELETE FROM idempotency WHERE scope = $1"), &[&person.to_string()])?;
    Ok(())
}

/// Drops the note that somebody is to be forgotten, where nothing of theirs is left and no event of
/// theirs can still be on its way.
///
/// # Errors
/// The database refused.
pub(crate) fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute(
        sql!(
            "DELETE FROM erased_people WHERE erased_at < $1 AND NOT EXISTS
             (SELECT 1 FROM orders WHERE orders.person_id = erased_people.person_id)"
        ),
        &[&before],
    )
}

/// Ended orders of guests, placed before an instant, that still know their guest, at most `limit`.
///
/// # Errors
/// The database refused.
pub(crate) fn orders_of_guests(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<OrderId>, Error> {
    let rows: Vec<(OrderId,)> = tx.all(
        sql!(
            r#"SELECT id FROM orders WHERE person_id IS NULL AND contact <> '{"name":"","phone":""}'
             AND placed_at < $1 AND state IN ('completed', 'rejected', 'expired', 'cancelled')
             ORDER BY placed_at LIMIT $2"#
        ),
        &[&before, &limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
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

/// Takes owner, name, telephone, e-mail, address and the customer's words off an order, and what told
/// of them out of the outbox and the broker. What was sold for how much stays, because the books need it.
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
    outbox::forget(tx, &order.id.to_string())
}
