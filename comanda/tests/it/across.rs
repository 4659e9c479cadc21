//! What one service says shows at the others: pauses, dishes that come back, people who go.

use crate::town::{Client, Comanda, order_of};
use database::{Database, Location, Options, Sql, sql};
use kernel::Clock;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use testkit::within;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_shows_everywhere_and_ends_when_the_kitchen_resumes() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let owner = guest.signed_in("owner@demo.test").await;
    let (restaurant, item) = guest.lupo().await;
    let kitchen = |verb: &str| format!("/restaurants/{restaurant}/{verb}");
    let pause = json!({"minutes": 15, "reason": "The oven is out"});
    assert_eq!(owner.post("prepstation", &kitchen("pause"), pause).await.0, StatusCode::OK);
    let state = async || guest.get("orderhub", "/restaurants/trattoria-lupo").await.1;
    let paused = within(PATIENCE, "orderhub to hear of the pause", async || {
        Some(state().await).filter(|lupo| lupo["state"] == "paused")
    })
    .await;
    assert_eq!(paused["pause_reason"], "The oven is out");
    assert_eq!(paused["open_now"], false);

    let open_now = guest.get("orderhub", "/restaurants?open_now=true&limit=100").await.1;
    assert!(!open_now["items"].as_array().unwrap().iter().any(|one| one["id"] == *restaurant));
    assert!(page(&guest, "/").await.contains("Paused"), "discovery");
    let menu = page(&guest, "/r/trattoria-lupo").await;
    assert!(menu.contains("has paused new orders") && menu.contains("The oven is out"), "{menu}");
    let body = order_of(&restaurant, &item);
    let quote = guest.post("orderhub", "/quotes", without_contact(&body)).await.1;
    assert_eq!(quote["refusals"][0]["code"], "restaurant_paused");
    let (status, refused) = guest.post("orderhub", "/orders", body.clone()).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("restaurant_paused"))
    );

    assert_eq!(owner.post("prepstation", &kitchen("resume"), json!({})).await.0, StatusCode::OK);
    within(PATIENCE, "orders again", async || (state().await["state"] == "open").then_some(()))
        .await;
    guest.place("after-the-pause", &body).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dish_that_is_86d_until_an_instant_comes_back_by_itself() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let owner = guest.signed_in("owner@demo.test").await;
    let (restaurant, item) = guest.lupo().await;
    let id = item["id"].as_str().unwrap();
    let path = format!("/restaurants/{restaurant}/items/{id}/availability");
    let sellable = async || {
        let (_, menu) = guest.get("orderhub", "/restaurants/trattoria-lupo/menu").await;
        let sections = menu["sections"].as_array().unwrap().iter();
        let mut items = sections.flat_map(|section| section["items"].as_array().unwrap());
        items.find(|candidate| candidate["id"] == id).unwrap()["available"] == true
    };
    let until = (kernel::SystemClock.now() + jiff::SignedDuration::from_secs(8)).to_string();
    let off = json!({"available": false, "until": until});
    assert_eq!(owner.send(Method::PUT, "prepstation", &path, off).await.0, StatusCode::OK);
    within(PATIENCE, "the dish off sale", async || (!sellable().await).then_some(())).await;
    within(PATIENCE, "the dish on sale", async || sellable().await.then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_wants_to_be_forgotten_is_forgotten_in_every_service() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let owner = guest.signed_in("owner@demo.test").await;
    let ana = guest.signed_in("ana@demo.test").await;
    let (restaurant, item) = guest.lupo().await;
    let mut body = order_of(&restaurant, &item);
    body["contact"] = json!({"name": "Annabella", "phone": "+43 662 5550142"});
    body["lines"][0]["note"] = json!("for Annabella, please");
    let order = ana.place("forget-me", &body).await.unwrap();
    let ticket = owner.ticket_of(&restaurant, &order).await;
    assert_eq!(ticket["customer"]["name"], "Annabella");
    let path = format!("/tickets/{}/reject", ticket["id"].as_str().unwrap());
    let no = json!({"version": ticket["version"], "reason": "too_busy", "out_of_stock": []});
    assert_eq!(owner.post("prepstation", &path, no).await.0, StatusCode::OK);
    within(PATIENCE, "the order to be rejected", async || {
        (guest.tracked(&order).await["state"] == "rejected").then_some(())
    })
    .await;

    let proof = json!({"password": "comanda-demo"});
    let (status, answer) = ana.send(Method::DELETE, "accounts", "/me", proof).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    within(PATIENCE, "the kitchen to forget", async || {
        let ticket = owner.ticket_of(&restaurant, &order).await;
        let known = ticket.to_string().contains("Annabella");
        (!known && ticket["customer"]["phone"] == "").then_some(())
    })
    .await;
    assert!(!guest.tracked(&order).await.to_string().contains("Annabella"));
    let people = sql!("SELECT COUNT(*) FROM people WHERE email = 'ana@demo.test'");
    assert_eq!(count(data.path(), "prepstation", people).await, 0);
    let answers = sql!("SELECT COUNT(*) FROM idempotency WHERE answer LIKE '%Annabella%'");
    assert_eq!(count(data.path(), "orderhub", answers).await, 0);
}

async fn count(data: &Path, service: &str, rows: Sql) -> i64 {
    let location = Location::File(data.join(format!("{service}.db")));
    let database = Database::open(&location, &[], Options::default()).unwrap();
    let (count,): (i64,) =
        database.read::<_, database::Error, _>(move |tx| tx.one(rows, &[])).await.unwrap();
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_pages_through_their_orders() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let ana = comanda.client().signed_in("ana@demo.test").await;
    let (restaurant, item) = ana.lupo().await;
    let body = order_of(&restaurant, &item);
    let mut placed = Vec::new();
    for number in 0..23 {
        let order = ana.place(&format!("mine-{number}"), &body).await.unwrap();
        placed.push(order["id"].as_str().unwrap().to_owned());
    }
    placed.reverse();

    let (mut seen, mut query) = (Vec::new(), "limit=9".to_owned());
    loop {
        let (status, list) = ana.get("orderhub", &format!("/orders?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let ids = list["items"].as_array().unwrap().iter().map(|order| order["id"].as_str());
        seen.extend(ids.map(|id| id.unwrap().to_owned()));
        let Some(next) = list["next"].as_str() else { break };
        query = format!("limit=9&cursor={next}");
    }
    assert_eq!(seen, placed, "newest first, without a gap or a repeat");

    let first = page(&ana, "/orders").await;
    assert!(placed[..20].iter().all(|id| first.contains(id)) && !first.contains(&placed[20]));
    let older = first.split("href=\"").find(|rest| rest.starts_with("/orders?before=")).unwrap();
    let second = page(&ana, older.split('"').next().unwrap()).await;
    assert!(placed[20..].iter().all(|id| second.contains(id)) && !second.contains(&placed[19]));
    assert!(!second.contains("/orders?before="), "nothing is older");
}

async fn page(client: &Client, path: &str) -> String {
    let request = client.request(Method::GET, "orderhub", path).header("accept", "text/html");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

fn without_contact(order: &Value) -> Value {
    let mut quote = order.clone();
    quote.as_object_mut().unwrap().retain(|key, _| key != "contact" && key != "payment");
    quote
}
