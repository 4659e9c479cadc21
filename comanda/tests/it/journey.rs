//! The three journeys by HTTP alone.

use crate::town::{Comanda, order_of};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_travels_to_the_kitchen_and_its_answers_travel_back() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let owner = guest.signed_in("owner@demo.test").await;
    let (restaurant, item) = guest.lupo().await;
    let body = order_of(&restaurant, &item);

    let (status, quote) = guest.post("orderhub", "/quotes", body_of_quote(&body)).await;
    assert_eq!((status, &quote["refusals"]), (StatusCode::OK, &json!([])), "{quote}");
    let order = guest.place("journey-1", &body).await.unwrap();
    assert_eq!(order["total"], quote["total"], "the order costs what the quote said");
    assert_eq!(
        guest.place("journey-1", &body).await.unwrap()["id"],
        order["id"],
        "repeated: the same answer"
    );

    let ticket = owner.ticket_of(&restaurant, &order).await;
    assert_eq!((&ticket["state"], &ticket["code"]), (&json!("new"), &order["code"]));
    for (verb, body, state) in [
        ("acknowledge", json!({}), "acknowledged"),
        ("accept", json!({"ready_in_minutes": 15}), "accepted"),
        ("start", json!({}), "preparing"),
        ("ready", json!({}), "ready"),
        ("hand-over", json!({}), "handed_over"),
    ] {
        let now = owner.ticket_of(&restaurant, &order).await;
        let path = format!("/tickets/{}/{verb}", now["id"].as_str().unwrap());
        let mut body = body;
        body["version"] = now["version"].clone();
        let (status, after) = owner.post("prepstation", &path, body.clone()).await;
        assert_eq!((status, &after["state"]), (StatusCode::OK, &json!(state)), "{verb}: {after}");
        let (stale, _) = owner.post("prepstation", &path, body).await;
        assert_eq!(stale, StatusCode::CONFLICT, "{verb} twice with the same version");
    }
    let done = eventually("the order to be completed", async || {
        let order = guest.tracked(&order).await;
        (order["state"] == "completed").then_some(order)
    })
    .await;
    let versions: Vec<u64> = done["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|step| step["version"].as_u64())
        .collect();
    assert!(versions.windows(2).all(|pair| pair[1] == pair[0] + 1), "gap-free: {versions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_menu_and_an_86_show_to_customers() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let owner = guest.signed_in("owner@demo.test").await;
    let (restaurant, item) = guest.lupo().await;
    let id = item["id"].as_str().unwrap();

    let (status, mut draft) =
        owner.get("prepstation", &format!("/restaurants/{restaurant}/menu")).await;
    assert_eq!(status, StatusCode::OK);
    *price_of(&mut draft, id) = json!({"amount": 4321, "currency": "EUR"});
    let (status, answer) = owner
        .send(Method::PUT, "prepstation", &format!("/restaurants/{restaurant}/menu"), draft)
        .await;
    assert!(
        status.is_success() || status == StatusCode::PRECONDITION_REQUIRED,
        "{status} {answer}"
    );
    if status == StatusCode::PRECONDITION_REQUIRED {
        panic!("a draft must be accepted without If-Match, or say how to send one: {answer}");
    }
    let (status, published) = owner
        .post("prepstation", &format!("/restaurants/{restaurant}/menu/publish"), json!({}))
        .await;
    assert_eq!(status, StatusCode::OK, "{published}");
    eventually("the new price at orderhub", async || {
        let (_, mut menu) = guest.get("orderhub", &format!("/restaurants/{restaurant}/menu")).await;
        (price_of(&mut menu, id)["amount"] == 4321).then_some(())
    })
    .await;

    let path = format!("/restaurants/{restaurant}/items/{id}/availability");
    let (status, answer) = owner
        .send(Method::PUT, "prepstation", &path, json!({"available": false, "until": null}))
        .await;
    assert!(status.is_success(), "{status} {answer}");
    eventually("the item off sale", async || {
        let (_, quote) =
            guest.post("orderhub", "/quotes", body_of_quote(&order_of(&restaurant, &item))).await;
        (!quote["refusals"].as_array()?.is_empty()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_another_restaurants_tickets() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let (restaurant, item) = guest.lupo().await;
    let rival = guest.signed_in("rival@demo.test").await;
    let owner = guest.signed_in("owner@demo.test").await;
    let order = guest.place("tenant-1", &order_of(&restaurant, &item)).await.unwrap();
    let ticket = owner.ticket_of(&restaurant, &order).await;

    assert_eq!(
        rival.get("prepstation", &format!("/restaurants/{restaurant}/tickets")).await.0,
        StatusCode::NOT_FOUND
    );
    let path = format!("/tickets/{}/accept", ticket["id"].as_str().unwrap());
    let body = json!({"version": ticket["version"], "ready_in_minutes": 15});
    assert_eq!(rival.post("prepstation", &path, body).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        guest.get("prepstation", &format!("/restaurants/{restaurant}/tickets")).await.0,
        StatusCode::UNAUTHORIZED
    );
    let ana = guest.signed_in("ana@demo.test").await;
    assert_eq!(
        ana.get("orderhub", &format!("/orders/{}", order["id"].as_str().unwrap())).await.0,
        StatusCode::NOT_FOUND
    );
}

fn price_of<'m>(menu: &'m mut Value, item: &str) -> &'m mut Value {
    let sections = menu["sections"].as_array_mut().unwrap().iter_mut();
    let mut items = sections.flat_map(|section| section["items"].as_array_mut().unwrap());
    &mut items.find(|candidate| candidate["id"] == item).unwrap()["price"]
}

fn body_of_quote(order: &Value) -> Value {
    let mut quote = order.clone();
    quote.as_object_mut().unwrap().retain(|key, _| key != "contact" && key != "payment");
    quote
}
