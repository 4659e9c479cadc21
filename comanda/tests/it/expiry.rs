//! Nobody answers because the kitchen's service is down: orderhub's own timer ends the order, and the
//! kitchen learns of it when it is back.

use crate::{
    four_processes::FourProcesses,
    town::{Client, order_of},
};
use database::{Database, Location, Options, sql};
use jiff::Timestamp;
use kernel::ids::OrderId;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use testkit::within;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn an_order_expires_while_the_kitchens_process_is_down_and_nobody_can_accept_it_afterwards() {
    let data = tempfile::tempdir().unwrap();
    let mut town = FourProcesses::start(data.path(), Vec::new());
    let guest = town.client("orderhub");
    let (restaurant, item) = guest.lupo().await;
    let body = order_of(&restaurant, &item);
    let owner = town.owner().await;
    // One that the kitchen has seen, and one that it has never heard of.
    let seen = guest.place("expiry-1", &body).await.unwrap();
    owner.ticket_of(&restaurant, &seen).await;
    town.kill("prepstation");
    let unseen = guest.place("expiry-2", &body).await.unwrap();

    let_the_time_pass(data.path(), &[&seen, &unseen]).await;
    for order in [&seen, &unseen] {
        until_expired(&guest, order).await;
    }
    town.raise("prepstation");
    for order in [&seen, &unseen] {
        let ticket = within(PATIENCE, "the ticket to be expired", async || {
            let ticket = owner.ticket_of(&restaurant, order).await;
            (ticket["state"] == "expired").then_some(ticket)
        })
        .await;
        let path = format!("/tickets/{}/accept", ticket["id"].as_str().unwrap());
        for version in [json!(1), ticket["version"].clone()] {
            let body = json!({"version": version, "ready_in_minutes": 15});
            let (status, truth) = owner.post("prepstation", &path, body).await;
            assert_eq!(status, StatusCode::CONFLICT, "{truth}");
            assert_eq!(truth["ticket"]["state"], "expired");
        }
        assert_eq!(guest.tracked(order).await["state"], "expired");
    }
}

/// The shortest time to answer is three minutes: rather than wait, the instant itself is moved.
async fn let_the_time_pass(data: &Path, orders: &[&Value]) {
    let location = Location::File(data.join("orderhub.db"));
    let orderhub = Database::open(&location, &[], Options::default()).unwrap();
    for order in orders {
        let id: OrderId = order["id"].as_str().unwrap().parse().unwrap();
        let expire = sql!("UPDATE orders SET expires_at = $2 WHERE id = $1");
        let moved =
            move |tx: &mut database::Tx<'_>| tx.execute(expire, &[&id, &Timestamp::UNIX_EPOCH]);
        assert_eq!(orderhub.write::<_, database::Error, _>(moved).await.unwrap(), 1);
    }
}

async fn until_expired(guest: &Client, order: &Value) {
    within(PATIENCE, "orderhub to expire the order", async || {
        (guest.tracked(order).await["state"] == "expired").then_some(())
    })
    .await;
}
