//! What orderhub knows of a person with an account, for their export. Guests' orders are found by
//! their signed link alone.

use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{Id, RestaurantId};
use serde_json::{Value, json};
use session::{AboutPerson, Known};

use super::orders::{self, DocumentJson, Order};
use crate::json::ContactJson;

/// Orders with their histories, and favourites.
pub(crate) fn known(tx: &mut Tx<'_>, about: &AboutPerson) -> Result<Known, Error> {
    let person = about.person_id;
    let found = orders::of_person(tx, person, None, u32::MAX)?;
    let mut history = Vec::new();
    for order in &found {
        for change in orders::history(tx, order.id, 0)? {
            history.push(json!({
                "order_id": order.id, "version": change.version, "at": change.at,
                "to_state": change.to.key(), "actor": change.actor.key(), "reason": change.reason,
            }));
        }
    }
    let marked: Vec<(RestaurantId, Timestamp)> = tx.all(
        sql!(
            "SELECT restaurant_id, added_at FROM favourites WHERE owner_id = $1 ORDER BY added_at"
        ),
        &[&person.uuid()],
    )?;
    let marked = marked.into_iter();
    let favourite = |(restaurant, at)| json!({"restaurant_id": restaurant, "added_at": at});
    Ok(Known::from_iter([
        ("orders".to_owned(), found.into_iter().map(entry).collect()),
        ("order_history".to_owned(), Value::Array(history)),
        ("favourites".to_owned(), marked.map(favourite).collect()),
    ]))
}

fn entry(order: Order) -> Value {
    json!({
        "id": order.id,
        "code": order.code,
        "restaurant_id": order.seller.id,
        "restaurant": order.seller.name,
        "placed_at": order.placed_at,
        "due_at": order.progress.due_at,
        "state": order.progress.state.key(),
        "total": order.total,
        "contact": ContactJson::from(order.contact),
        "address": order.address,
        "document": DocumentJson::from(order.document),
    })
}
