//! What prepstation knows of somebody who works in a kitchen, for their export. What it knows of
//! customers is in orderhub's part.

use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{RestaurantId, TicketId};
use serde_json::{Value, json};
use session::{AboutPerson, Known};

/// Who they are here, where they work, and what they did to tickets.
pub(crate) fn known(tx: &mut Tx<'_>, about: &AboutPerson) -> Result<Known, Error> {
    Ok(Known::from_iter([
        ("people".to_owned(), Value::Array(people(tx, about)?)),
        ("staff".to_owned(), Value::Array(staff(tx, about)?)),
        ("ticket_history".to_owned(), Value::Array(steps(tx, about)?)),
    ]))
}

fn people(tx: &mut Tx<'_>, about: &AboutPerson) -> Result<Vec<Value>, Error> {
    let rows: Vec<(String, bool, String)> = tx.all(
        sql!("SELECT email, email_verified, name FROM people WHERE person_id = $1"),
        &[&about.person_id],
    )?;
    let entry =
        |(email, verified, name)| json!({"email": email, "email_verified": verified, "name": name});
    Ok(rows.into_iter().map(entry).collect())
}

fn staff(tx: &mut Tx<'_>, about: &AboutPerson) -> Result<Vec<Value>, Error> {
    let rows: Vec<(RestaurantId, String, String, Timestamp)> = tx.all(
        sql!(
            "SELECT restaurant_id, email, role, created_at FROM staff WHERE person_id = $1 \
             ORDER BY created_at, id"
        ),
        &[&about.person_id],
    )?;
    let entry = |(restaurant, email, role, at)| json!({"restaurant_id": restaurant, "email": email, "role": role, "created_at": at});
    Ok(rows.into_iter().map(entry).collect())
}

fn steps(tx: &mut Tx<'_>, about: &AboutPerson) -> Result<Vec<Value>, Error> {
    let rows: Vec<(TicketId, Timestamp, String, String)> = tx.all(
        sql!(
            "SELECT ticket_id, at, to_state, reason FROM ticket_history WHERE person_id = $1 \
             ORDER BY at, ticket_id, version"
        ),
        &[&about.person_id],
    )?;
    let entry = |(ticket, at, state, reason)| json!({"ticket_id": ticket, "at": at, "to_state": state, "reason": reason});
    Ok(rows.into_iter().map(entry).collect())
}
