//! A town moves: its databases from SQLite to PostgreSQL, its events from one broker to another, the
//! commands killed again and again on the way; and then it goes on as if nothing had been.

use crate::{
    crowd::{Crowd, assert_one_ticket_each, open, orders},
    postgres_town::PostgresTown,
    town::{Client, Comanda, comanda, comanda_killed_at, free_port, order_of},
};
use database::Location;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::path::Path;
use testkit::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn a_town_moves_to_a_postgres_database_for_each_service_and_to_another_broker() {
    a_town_moves("separate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_town_moves_to_a_schema_for_each_service_and_to_another_broker() {
    a_town_moves("shared").await;
}

async fn a_town_moves(layout: &'static str) {
    let Some(place) = PostgresTown::new(layout) else { return };
    let data = tempfile::tempdir().unwrap();
    let town = Comanda::up_with_embedded_broker(data.path());
    let guest = town.client();
    let (restaurant, item) = guest.lupo().await;
    use_everything(&guest).await;
    let placed = Crowd::start(guest.clone(), "moving", orders_of_this_run()).await.done().await;
    let old = guest.place("before", &order_of(&restaurant, &item)).await.unwrap();
    let from = format!("sqlite:{}", data.path().display());
    let copy = ["database", "copy", "--from", &from, "--to", &place.url, "--to-layout", layout];
    let refused = comanda(&copy).await;
    assert!(!refused.succeeded && refused.said.contains("is in use"), "{}", refused.said);
    // Events are on their way: some in outboxes, some in the broker.
    town.kill();

    let said = again_and_again(&copy).await;
    assert!(said.contains("equal: every table"), "{said}");
    let broker = move_broker(data.path()).await;
    let mut settings = place.settings();
    settings.push(("COMANDA_BROKER_URL", broker));
    let town = Comanda::start(&["up"], data.path(), free_port(), &settings);
    let database = |service: &str| {
        open(&Location::of_service(&place.url, layout == "shared", service).unwrap())
    };
    let all = orders(&database("orderhub")).await;
    assert_eq!(all.len(), placed.len() + 2, "the crowd's, the guest's and Ana's");
    assert_one_ticket_each(&all, &database("prepstation")).await;
    journey_goes_on(&town.client(), &restaurant, &old).await;
    let guest = town.client();
    let new = guest.place("after", &order_of(&restaurant, &item)).await.unwrap();
    journey_goes_on(&guest, &restaurant, &new).await;
    town.stop();
    back_home(&place).await;
}

/// And back again: from PostgreSQL to SQLite.
async fn back_home(place: &PostgresTown) {
    let folder = tempfile::tempdir().unwrap();
    let to = format!("sqlite:{}", folder.path().display());
    let copy =
        ["database", "copy", "--from", &place.url, "--from-layout", place.layout, "--to", &to];
    let home = eventually("the databases to be let go", async || {
        let done = comanda(&copy).await;
        (!done.said.contains("is in use")).then_some(done)
    })
    .await;
    assert!(home.succeeded, "{}", home.said);
    let town = Comanda::start(&["up"], folder.path(), free_port(), &[]);
    let (status, _) = town.client().get("orderhub", "/restaurants/trattoria-lupo").await;
    assert_eq!(status, StatusCode::OK);
}

/// Rows in tables that the journey alone does not fill.
async fn use_everything(guest: &Client) {
    let ana = guest.signed_in("ana@demo.test").await;
    let (restaurant, item) = ana.lupo().await;
    ana.place("ana", &order_of(&restaurant, &item)).await.unwrap();
    let owner = guest.signed_in("owner@demo.test").await;
    let path =
        format!("/restaurants/{restaurant}/items/{}/availability", item["id"].as_str().unwrap());
    for available in [false, true] {
        let body = json!({"available": available, "until": null});
        let (status, answer) = owner.send(reqwest::Method::PUT, "prepstation", &path, body).await;
        assert!(status.is_success(), "{status} {answer}");
        eventually("orderhub to hear of it", async || {
            let (_, menu) = guest.get("orderhub", "/restaurants/trattoria-lupo/menu").await;
            let sections = menu["sections"].as_array()?.iter();
            let mut items = sections.flat_map(|section| section["items"].as_array().unwrap());
            let shown = items.find(|shown| shown["id"] == item["id"])?;
            (shown["available"] == available).then_some(())
        })
        .await;
    }
}

/// The command, killed after its first line, then after its second …, until it comes to its end.
async fn again_and_again(copy: &[&str]) -> String {
    for line in 1..500 {
        if let Some(done) = comanda_killed_at(copy, line).await {
            // Of the run before, PostgreSQL may not have noticed the end.
            if done.said.contains("is in use") {
                testkit::pause().await;
                continue;
            }
            assert!(done.succeeded, "{}", done.said);
            return done.said;
        }
    }
    panic!("the copy does not get on");
}

/// Where the new broker is.
async fn move_broker(data: &Path) -> String {
    let (from, to) = (
        format!("embedded:{}", data.join("broker.db").display()),
        format!("embedded:{}", data.join("new/broker.db").display()),
    );
    let ledger = data.join("ledger.db");
    let copy = ["broker", "copy", "--from", &from, "--to", &to, "--ledger"];
    let copy = [&copy[..], &[ledger.to_str().unwrap()]].concat();
    let said = again_and_again(&copy).await;
    assert!(said.contains("equal: every message"), "{said}");
    to
}

/// The guest still finds an order; the kitchen accepts it; the guest sees that.
async fn journey_goes_on(guest: &Client, restaurant: &str, order: &Value) {
    let owner = guest.signed_in("owner@demo.test").await;
    let ticket = eventually("the ticket", async || {
        let (_, list) =
            owner.get("prepstation", &format!("/restaurants/{restaurant}/tickets")).await;
        list["items"].as_array()?.iter().find(|ticket| ticket["order_id"] == order["id"]).cloned()
    })
    .await;
    let body = json!({"version": ticket["version"], "ready_in_minutes": 20});
    let path = format!("/tickets/{}/accept", ticket["id"].as_str().unwrap());
    let (status, answer) = owner.post("prepstation", &path, body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (_, query) = order["tracking_url"].as_str().unwrap().split_once('?').unwrap();
    eventually("the order to be accepted", async || {
        let path = format!("/orders/{}?{query}", order["id"].as_str().unwrap());
        let (status, order) = guest.get("orderhub", &path).await;
        assert_eq!(status, StatusCode::OK, "{order}");
        (order["state"] == "accepted").then_some(())
    })
    .await;
}

/// As many as `COMANDA_TEST_ORDERS` says: docs/moving.md has the figures of ten thousand.
fn orders_of_this_run() -> usize {
    let wanted = std::env::var_os("COMANDA_TEST_ORDERS");
    wanted.map_or(300, |orders| orders.into_string().unwrap().parse().unwrap())
}
