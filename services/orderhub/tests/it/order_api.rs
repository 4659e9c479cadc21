//! Quotes, orders and their streams through the outer door.

use crate::town::{Place, api_path, id_of, link, lupo, margherita, order_body};
use contracts::prepstation::v1;
use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::{
    Clock,
    ids::{Id, OrderId},
};
use orderhub::usecases::orders::{CancelOrder, cancel_order};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_costs_what_its_quote_said() {
    let place = Place::open().await;
    let (status, quote) = place.post("/api/v1/quotes", None, &order_body()).await;
    assert_eq!(status, 200, "{quote}");
    let order = place.place("one").await;
    assert_eq!(quote["total"], json!({"amount": 2560, "currency": "EUR"}));
    assert_eq!(order["total"], quote["total"]);
    assert_eq!((&order["state"], &order["version"]), (&json!("placed"), &json!(1)));
    let shown = place.tracked(&order).await;
    assert_eq!(shown["lines"], quote["lines"]);
    assert_eq!(
        shown["taxes"],
        json!([{"basis_points": 1000, "amount": {"amount": 233, "currency": "EUR"}}])
    );
    assert_eq!(shown["history"][0]["to"], "placed");
    assert_eq!(shown["history"][0]["from"], Value::Null);
    assert_eq!(shown["history"][0]["actor"], "customer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_repetitions_over_http_are_one_order() {
    let place = Place::open().await;
    let body = order_body();
    let sent = (0..100).map(|_| place.post("/api/v1/orders", Some("the-same"), &body));
    let answers = join_all(sent).await;
    let first = &answers[0];
    assert_eq!(first.0, 201);
    assert!(answers.iter().all(|answer| answer == first), "the same answer");
    let mut other = order_body();
    other["lines"][0]["quantity"] = json!(3);
    let (status, problem) = place.post("/api/v1/orders", Some("the-same"), &other).await;
    assert_eq!((status, &problem["code"]), (422, &json!("idempotency_key_reused")));
    let (status, problem) = place.post("/api/v1/orders", None, &order_body()).await;
    assert_eq!((status, &problem["code"]), (400, &json!("idempotency_key_missing")));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_bodies_are_told_where_they_are_wrong() {
    let place = Place::open().await;
    let wrong = |pointer: &str, value: Value| {
        let mut body = order_body();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let cases = [
        ("/lines/0/quantity", json!(0), "quantity_out_of_bounds", "/lines/0/quantity"),
        ("/lines/0/quantity", json!(-1), "invalid_body", "/lines/0/quantity"),
        ("/lines/0/item_id", json!("itm_1"), "invalid_body", "/lines/0/item_id"),
        (
            "/lines/0/options/0/option_id",
            json!(lupo()),
            "invalid_body",
            "/lines/0/options/0/option_id",
        ),
        ("/lines/0/note", json!("x".repeat(201)), "note_too_long", "/lines/0/note"),
        ("/lines", json!([]), "nothing_ordered", "/lines"),
        ("/when", json!("soon"), "invalid_body", "/when"),
        ("/when", json!("2026-11-20T18:05:00Z"), "when_too_soon", "/when"),
        ("/when", json!("0001-01-01T00:00:00Z"), "when_too_soon", "/when"),
        ("/when", json!("9999-12-30T00:00:00Z"), "when_too_far", "/when"),
        ("/kind", json!("delivery"), "delivery_unavailable", "/kind"),
        ("/contact/phone", json!("?"), "phone_invalid", "/contact/phone"),
        ("/payment/kind", json!("gold"), "invalid_body", "/payment/kind"),
        (
            "/restaurant_id",
            json!("rst_00000000000000000000000000000000"),
            "restaurant_unknown",
            "/restaurant_id",
        ),
    ];
    for (pointer, value, code, told) in cases {
        let (status, problem) =
            place.post("/api/v1/orders", Some("wrong"), &wrong(pointer, value.clone())).await;
        assert_eq!(status, 422, "{pointer} = {value}: {problem}");
        assert_eq!(problem["code"], code, "{pointer} = {value}: {problem}");
        assert_eq!(problem["errors"][0]["pointer"], told, "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_kitchen_and_a_sold_out_dish_take_no_orders() {
    let place = Place::open().await;
    let off = v1::OnSale::Item(margherita());
    let (restaurant_id, available, until) = (lupo(), false, None);
    place.tell(2, v1::ItemAvailabilityChanged { restaurant_id, what: off, available, until }).await;
    let paused_until = Some(place.clock.now() + SignedDuration::from_mins(30));
    let (pause_reason, busy_extra_minutes, busy_until) = ("rush".to_owned(), 0, None);
    place
        .tell(
            2,
            v1::RestaurantAvailabilityChanged {
                restaurant_id,
                paused_until,
                pause_reason,
                busy_extra_minutes,
                busy_until,
            },
        )
        .await;
    let codes = eventually("both are known", async || {
        let (_, quote) = place.post("/api/v1/quotes", None, &order_body()).await;
        let codes: Vec<_> =
            quote["refusals"].as_array().unwrap().iter().map(|r| r["code"].clone()).collect();
        (codes.len() == 2).then_some(codes)
    })
    .await;
    assert_eq!(codes, [json!("restaurant_paused"), json!("item_unavailable")]);
    let (status, problem) = place.post("/api/v1/orders", Some("one"), &order_body()).await;
    assert_eq!((status, &problem["code"]), (422, &json!("restaurant_paused")));
    // Nothing was stored under the key: it works once the kitchen is back.
    place.clock.advance(Duration::from_secs(31 * 60));
    let (status, problem) = place.post("/api/v1/orders", Some("one"), &order_body()).await;
    assert_eq!((status, &problem["code"]), (422, &json!("item_unavailable")));
    assert!(problem["detail"].as_str().unwrap().contains("Margherita"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_link_nobody_sees_or_cancels_an_order() {
    let place = Place::open().await;
    let order = place.place("one").await;
    let id = order["id"].as_str().unwrap();
    for path in [
        format!("/api/v1/orders/{id}"),
        format!("/api/v1/orders/{id}?t=AAAAAAAAAAAAAAAAAAAAAA"),
        format!("/api/v1/orders/{id}/stream"),
        format!("/orders/{id}"),
        format!("/orders/{id}/live"),
        format!("/api/v1/orders/ord_00000000000000000000000000000000?{}", link(&order)),
        "/api/v1/orders/nonsense".to_owned(),
    ] {
        assert_eq!(place.get(&path).await.0, 404, "{path}");
    }
    let (status, _) = place.post(&format!("/api/v1/orders/{id}/cancel"), None, &json!({})).await;
    assert_eq!(status, 404);
    assert_eq!(place.get("/api/v1/orders").await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_is_free_until_accepted_and_then_needs_the_restaurant() {
    let place = Place::open().await;
    let one = place.place("one").await;
    for _ in 0..2 {
        let (status, order) = place.post(&api_path(&one, "/cancel"), None, &json!({})).await;
        assert_eq!((status, &order["state"]), (200, &json!("cancelled")), "twice is once");
    }
    let two = place.place("two").await;
    let ready_at = place.clock.now() + SignedDuration::from_mins(20);
    place.tell(1, v1::TicketAccepted { ticket: place.ticket(id_of(&two)), ready_at }).await;
    place.until_state(&two, "accepted").await;
    let (status, problem) = place.post(&api_path(&two, "/cancel"), None, &json!({})).await;
    assert_eq!(status, 409);
    assert_eq!(problem["code"], "cancellation_needs_the_restaurant");
    assert_eq!(problem["order"]["state"], "accepted", "with the truth");
}

#[tokio::test(flavor = "multi_thread")]
async fn why_an_order_is_cancelled_may_be_said_and_stands_in_its_history() {
    let place = Place::open().await;
    let one = place.place("one").await;
    let path = api_path(&one, "/cancel");
    for (body, pointer) in [
        (json!({"reason": "x".repeat(301)}), "/reason"),
        (json!({"reason": "a\u{7}b"}), "/reason"),
        (json!({"reason": 7}), "/reason"),
    ] {
        let (status, problem) = place.post(&path, None, &body).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{problem}");
    }
    assert_eq!(place.tracked(&one).await["state"], "placed", "nothing was changed");
    let (status, order) = place.post(&path, None, &json!({"reason": " Wrong\nday "})).await;
    assert_eq!((status, &order["history"][1]["reason"]), (200, &json!("Wrong day")), "{order}");

    let two = place.place("two").await;
    let bare = place.bare_post(&api_path(&two, "/cancel")).await;
    assert_eq!(bare.0, 200, "no body, no reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_and_the_order_expires_by_our_own_clock() {
    let place = Place::open().await;
    let order = place.place("one").await;
    place.clock.advance(Duration::from_secs(10 * 60 - 1));
    assert_eq!(place.tracked(&order).await["state"], "placed");
    place.clock.advance(Duration::from_secs(1));
    let expired = place.until_state(&order, "expired").await;
    assert_eq!(expired["history"][1]["actor"], "system");
    let ready_at = place.clock.now();
    place.tell(1, v1::TicketAccepted { ticket: place.ticket(id_of(&order)), ready_at }).await;
    let next = place.place("two").await;
    place.tell(1, v1::TicketReceived { ticket: place.ticket(id_of(&next)) }).await;
    eventually("the later event is in", async || {
        (place.tracked(&next).await["received_at"] != Value::Null).then_some(())
    })
    .await;
    assert_eq!(place.tracked(&order).await["state"], "expired", "the late accept is ignored");
}

/// Reads server-sent events until `count` have come, as (id, data).
async fn events(answer: &mut reqwest::Response, count: usize) -> Vec<(u64, String)> {
    let mut text = String::new();
    let mut found = Vec::new();
    while found.len() < count {
        let chunk = tokio::time::timeout(Duration::from_secs(10), answer.chunk()).await.unwrap();
        text.push_str(std::str::from_utf8(&chunk.unwrap().expect("the stream goes on")).unwrap());
        while let Some((event, rest)) = text.split_once("\n\n") {
            let field = |name: &str| {
                let lines = event.lines().filter_map(|line| line.strip_prefix(name));
                lines.collect::<Vec<_>>().join("\n")
            };
            let (id, data) = (field("id: "), field("data: "));
            found.extend(id.parse().ok().map(|id| (id, data)));
            text = rest.to_owned();
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_tells_each_change_and_resumes_where_it_broke_off() {
    let place = Place::open().await;
    let order = place.place("one").await;
    let ticket = place.ticket(id_of(&order));
    let stream = api_path(&order, "/stream");
    let mut first = place.get_request(&stream).send().await.unwrap();
    assert_eq!(first.headers()["content-type"], "text/event-stream");
    let began = events(&mut first, 1).await;
    assert_eq!(began[0].0, 1);
    let ready_at = place.clock.now() + SignedDuration::from_mins(15);
    place.tell(1, v1::TicketAccepted { ticket, ready_at }).await;
    let accepted = events(&mut first, 1).await;
    let accepted_data: Value = serde_json::from_str(&accepted[0].1).unwrap();
    assert_eq!((accepted[0].0, &accepted_data["state"]), (2, &json!("accepted")));
    drop(first);

    place.tell(2, v1::TicketStarted { ticket }).await;
    place.tell(3, v1::TicketReady { ticket }).await;
    place.until_state(&order, "ready").await;
    let request = place.get_request(&stream).header("last-event-id", "2");
    let mut again = request.send().await.unwrap();
    let missed: Vec<_> = events(&mut again, 2).await.iter().map(|event| event.0).collect();
    assert_eq!(missed, [3, 4]);
    place.tell(4, v1::TicketHandedOver { ticket }).await;
    assert_eq!(events(&mut again, 1).await[0].0, 5);
    place.tell(5, v1::TicketReady { ticket }).await;
    let (version, back) = events(&mut again, 1).await.remove(0);
    let back: Value = serde_json::from_str(&back).unwrap();
    assert_eq!((version, &back["state"]), (6, &json!("ready")), "the hand-over was taken back");
    let reason = "The oven went out".to_owned();
    place.tell(6, v1::TicketCancelled { ticket, reason }).await;
    assert_eq!(events(&mut again, 1).await[0].0, 7);
    assert!(again.chunk().await.unwrap().is_none(), "nothing follows the last state");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_another_replica_reaches_who_follows_the_order() {
    let place = Place::open().await;
    let order = place.place("one").await;
    let mut stream = place.get_request(&api_path(&order, "/stream")).send().await.unwrap();
    assert_eq!(events(&mut stream, 1).await[0].0, 1);
    // As another process does it: nobody here pokes the feed but the event that comes back.
    let (env, cancel) =
        (place.context.env(), CancelOrder { id: id_of(&order), reason: String::new() });
    let cancelling = place.context.database.write(move |tx| cancel_order(tx, &env, &cancel));
    cancelling.await.unwrap();
    assert_eq!(events(&mut stream, 1).await[0].0, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_completed_order_follows_while_the_kitchen_may_take_it_back() {
    let place = Place::open().await;
    let order = place.place("one").await;
    let ticket = place.ticket(id_of(&order));
    let ready_at = place.clock.now() + SignedDuration::from_mins(15);
    place.tell(1, v1::TicketAccepted { ticket, ready_at }).await;
    place.tell(2, v1::TicketHandedOver { ticket }).await;
    place.until_state(&order, "completed").await;
    let path = format!("/orders/{}?{}", order["id"].as_str().unwrap(), link(&order));
    let page = async || place.get(&path).await.1.as_str().unwrap().to_owned();
    assert!(page().await.contains("hx-sse:connect"));
    place.clock.advance(Duration::from_secs(16 * 60));
    assert!(!page().await.contains("hx-sse:connect"), "nobody takes it back any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_of_an_order_that_is_not_ours_is_kept_as_a_dead_letter_and_holds_up_nobody() {
    let place = Place::open().await;
    let order = place.place("one").await;
    let ready_at = place.clock.now() + SignedDuration::from_mins(15);
    let unknown = place.ticket(OrderId::from_natural_key("of another house"));
    place.tell(1, v1::TicketAccepted { ticket: unknown, ready_at }).await;
    place.tell(1, v1::TicketAccepted { ticket: place.ticket(id_of(&order)), ready_at }).await;
    place.until_state(&order, "accepted").await;
    let letters = place.context.database.read(|tx| outbox::dead_letters::list(tx, 10)).await;
    let letters = letters.map_err(|error: database::Error| error).unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].message.kind, "comanda.prepstation.ticket.accepted.v1");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tracking_page_says_the_state_in_words_and_follows_by_itself() {
    let place = Place::open().await;
    let order = place.place("one").await;
    let (id, link) = (order["id"].as_str().unwrap(), link(&order));
    let (status, page) = place.get(&format!("/orders/{id}?{link}")).await;
    let page = page.as_str().unwrap().to_owned();
    assert_eq!(status, 200);
    assert_eq!(page.matches("role=\"status\"").count(), 1);
    assert!(page.contains("Order placed."), "{page}");
    assert!(page.contains(order["code"].as_str().unwrap()));
    assert!(page.contains("Cancel this order"));
    let live = format!("/orders/{id}/live?{link}&after=1");
    assert!(page.contains(&live.replace('&', "&amp;")), "{page}");
    let mut stream = place.get_request(&live).send().await.unwrap();
    let ready_at = place.clock.now() + SignedDuration::from_mins(15);
    place.tell(1, v1::TicketAccepted { ticket: place.ticket(id_of(&order)), ready_at }).await;
    let (version, fragment) = events(&mut stream, 1).await.remove(0);
    assert_eq!(version, 2);
    assert!(fragment.starts_with("<div class=\"tracking\""), "{fragment}");
    assert!(fragment.contains("has accepted your order"));
    assert!(fragment.contains("18:15–18:20"));
    assert!(!fragment.contains("Cancel this order"));
}

#[test]
fn the_document_names_every_order_route() {
    let document = serde_json::to_value(orderhub::openapi()).unwrap();
    for path in [
        "/api/v1/quotes",
        "/api/v1/orders",
        "/api/v1/orders/{id}",
        "/api/v1/orders/{id}/cancel",
        "/api/v1/orders/{id}/stream",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}
