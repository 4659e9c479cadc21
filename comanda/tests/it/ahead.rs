//! An order for later through all services: known to the kitchen at once, asked of it in time.

use crate::town::{Comanda, order_of};
use database::{Database, Location, Options, sql};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, SystemClock, ids::OrderId};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use testkit::within;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_kitchen_knows_of_an_order_for_later_and_accepts_it_when_it_is_released() {
    let data = tempfile::tempdir().unwrap();
    let town = Comanda::up(data.path());
    let guest = town.client();
    let (restaurant, item) = guest.lupo().await;
    let owner = guest.signed_in("owner@demo.test").await;
    let due = SystemClock.now() + SignedDuration::from_hours(30);
    let mut body = order_of(&restaurant, &item);
    body["when"] = json!(due);
    let order = guest.place("ahead-1", &body).await.unwrap();
    assert_eq!(order["state"], "scheduled");
    let ticket = owner.ticket_of(&restaurant, &order).await;
    assert_eq!((&ticket["state"], &ticket["due_at"]), (&json!("scheduled"), &json!(due)));

    let_its_time_come(data.path(), &order).await;
    let rings = within(PATIENCE, "the ticket to ring", async || {
        let ticket = owner.ticket_of(&restaurant, &order).await;
        (ticket["state"] == "new").then_some(ticket)
    })
    .await;
    let path = format!("/tickets/{}/accept", rings["id"].as_str().unwrap());
    let accept = json!({"version": rings["version"], "ready_in_minutes": 30});
    let (status, answer) = owner.post("prepstation", &path, accept).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    within(PATIENCE, "the order to be accepted", async || {
        (guest.tracked(&order).await["state"] == "accepted").then_some(())
    })
    .await;
}

/// Rather than wait for a day, the instant itself is moved.
async fn let_its_time_come(data: &Path, order: &Value) {
    let location = Location::File(data.join("orderhub.db"));
    let orderhub = Database::open(&location, &[], Options::default()).unwrap();
    let id: OrderId = order["id"].as_str().unwrap().parse().unwrap();
    let release = sql!("UPDATE orders SET release_at = $2 WHERE id = $1");
    let moved =
        move |tx: &mut database::Tx<'_>| tx.execute(release, &[&id, &Timestamp::UNIX_EPOCH]);
    assert_eq!(orderhub.write::<_, database::Error, _>(moved).await.unwrap(), 1);
}
