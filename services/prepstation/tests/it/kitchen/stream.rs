//! The board's socket: frames in order, resuming after a cut, receipts, and who may look on.

use super::{House, STEP, at, facts, order, person, receive, restaurant_id};
use crate::MIGRATIONS;
use futures_util::{FutureExt, SinkExt, StreamExt};
use kernel::{
    TraceParent,
    ids::{Id, RestaurantId, SessionId},
};
use prepstation::{
    live::follow_replicas,
    store::{api_keys, staff},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(house: &House, name: &str, query: &str) -> Result<Socket, Error> {
    connect_by(house, &house.token(name), query).await
}

async fn connect_by(house: &House, bearer: &str, query: &str) -> Result<Socket, Error> {
    let path = format!("/api/v1/restaurants/{}/tickets/stream{query}", restaurant_id("lupo"));
    let mut request = house.url(&path).replace("http:", "ws:").into_client_request()?;
    let bearer = format!("Bearer {bearer}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    connect_async(request).await.map(|(socket, _)| socket)
}

/// The next frame that is no heartbeat. Reading answers pings.
async fn frame(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["type"] != "heartbeat" {
                return frame;
            }
        }
    }
}

#[test]
fn a_screen_sees_tickets_as_they_come_resumes_after_a_cut_and_its_pong_is_the_receipt() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        house.receive(order("K7Q", 0)).await;
        let mut screen = connect(&house, "cook", "").await.unwrap();
        let whole = frame(&mut screen).await;
        assert_eq!((&whole["type"], &whole["seq"]), (&json!("snapshot"), &json!(1)));
        assert_eq!(whole["tickets"][0]["code"], "K7Q");
        let ticket = house.receive(order("M4D", 1)).await;
        let change = frame(&mut screen).await;
        assert_eq!((&change["seq"], &change["ticket"]["code"]), (&json!(2), &json!("M4D")));
        testkit::eventually("two receipts", async || {
            // Reading on lets the client answer pings.
            let _ = screen.next().now_or_never();
            let told = facts(house.database()).await;
            let receipts = told.iter().filter(|(kind, ..)| kind == "ticket.received");
            (receipts.count() == 2).then_some(())
        })
        .await;
        drop(screen);
        let accept = format!("/api/v1/tickets/{}/accept", ticket.id);
        let body = json!({"version": 1, "ready_in_minutes": 15});
        assert_eq!(house.post("cook", &accept, body).await.0, 200);
        let mut screen = connect(&house, "cook", "?after=2").await.unwrap();
        let missed = frame(&mut screen).await;
        assert_eq!((&missed["seq"], &missed["ticket"]["state"]), (&json!(3), &json!("accepted")));
        let mut lost = connect(&house, "cook", "?after=999").await.unwrap();
        assert_eq!(frame(&mut lost).await["type"], "snapshot");
    });
}

#[test]
fn strangers_and_foreign_pages_get_no_stream() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let Err(Error::Http(answer)) = connect(&house, "rival", "").await else {
            panic!("a rival must not look on")
        };
        assert_eq!(answer.status(), 404);
        let path = format!("/api/v1/restaurants/{}/tickets/stream", restaurant_id("lupo"));
        let mut request = house.url(&path).replace("http:", "ws:").into_client_request().unwrap();
        let cookie = format!("comanda={}", house.token("cook")).parse().unwrap();
        request.headers_mut().insert("cookie", cookie);
        request.headers_mut().insert("origin", "http://evil.test".parse().unwrap());
        let Err(Error::Http(answer)) = connect_async(request).await else {
            panic!("another origin must not look on")
        };
        assert_eq!(answer.status(), 403);
    });
}

/// On one thread, so that the runtime's clock can be stopped.
fn with_a_clock_that_stops(test: impl AsyncFn(House)) {
    let targets = [Some(testkit::TestDatabase::sqlite()), testkit::TestDatabase::postgres()];
    for target in targets.into_iter().flatten() {
        let database = target.open(MIGRATIONS);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { test(House::open(database).await).await });
    }
}

/// The close code with which a screen ends within a minute and a heartbeat.
async fn end(screen: &mut Socket) -> u16 {
    tokio::time::pause();
    // While a blocking task runs, a stopped clock moves by `advance` alone.
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let held = tokio::task::spawn_blocking(move || held.recv());
    let mut code = None;
    for _ in 0..7 {
        // The clock did not stop on a whole second: a little more than a heartbeat.
        tokio::time::advance(live::HEARTBEAT + Duration::from_secs(1)).await;
        code = until_it_speaks(screen).await;
        if code.is_some() {
            break;
        }
    }
    tokio::time::resume();
    drop(hold);
    let _ = held.await;
    code.expect("the screen ends")
}

/// Reads to the next heartbeat and answers its ping, or to the end.
async fn until_it_speaks(screen: &mut Socket) -> Option<u16> {
    loop {
        match screen.next().await.unwrap().unwrap() {
            Message::Close(close) => return close.map(|close| close.code.into()),
            Message::Ping(_) => {
                screen.flush().await.unwrap();
                return None;
            }
            _ => {}
        }
    }
}

#[test]
fn who_was_let_go_or_signed_out_loses_the_screen_within_a_minute() {
    with_a_clock_that_stops(async |house| {
        let mut let_go = connect(&house, "viewer", "").await.unwrap();
        frame(&mut let_go).await;
        let person = person("viewer");
        house.database().write(move |tx| staff::forget(tx, person)).await.unwrap();
        assert_eq!(end(&mut let_go).await, live::socket::NOT_ALLOWED);

        let mut signed_out = connect(&house, "cook", "").await.unwrap();
        frame(&mut signed_out).await;
        let session = SessionId::from_natural_key("cook");
        house.kitchen.context.sessions.revoke(session, at(5));
        assert_eq!(end(&mut signed_out).await, live::socket::NOT_ALLOWED);
    });
}

#[test]
fn a_program_looks_on_by_its_key_until_the_key_is_revoked() {
    with_a_clock_that_stops(async |house| {
        let wrong = house.key(&["menu:read", "tickets:write"]).await;
        let Err(Error::Http(answer)) = connect_by(&house, &wrong, "").await else {
            panic!("the scope is missing")
        };
        assert_eq!(answer.status(), 403);
        let key = house.key(&["tickets:read"]).await;
        let mut program = connect_by(&house, &key, "").await.unwrap();
        assert_eq!(frame(&mut program).await["type"], "snapshot");
        let revoke = |tx: &mut database::Tx<'_>| {
            for key in api_keys::of_restaurant(tx, restaurant_id("lupo"))? {
                api_keys::delete(tx, key.restaurant_id, key.id)?;
            }
            Ok::<_, database::Error>(())
        };
        house.database().write(revoke).await.unwrap();
        assert_eq!(end(&mut program).await, live::socket::NOT_ALLOWED);
        let Err(Error::Http(answer)) = connect_by(&house, &key, "").await else {
            panic!("a revoked key opens nothing")
        };
        assert_eq!(answer.status(), 401);
    });
}

/// A fact about some ticket of a restaurant, as another replica's relay publishes it.
fn said_elsewhere(number: u128, restaurant: RestaurantId) -> broker::Message {
    broker::Message {
        id: uuid::Uuid::from_u128(number),
        topic: "prepstation".to_owned(),
        key: restaurant.to_string(),
        kind: "comanda.prepstation.ticket.accepted.v1".to_owned(),
        payload: broker::Payload::pack(b"{}").unwrap(),
    }
}

#[test]
fn a_change_by_another_replica_reaches_the_screens_of_this_one() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let context = house.kitchen.context.clone();
        let following = follow_replicas(context.clone(), house.kitchen.board.clone());
        let following = tokio::spawn(following);
        let mut screen = connect(&house, "cook", "").await.unwrap();
        frame(&mut screen).await;
        // Written by somebody else, so that nobody pokes this board.
        let ticket = receive(house.database(), order("K7Q", 0)).await;
        let message = |number: u128| said_elsewhere(number, ticket.restaurant_id);
        let mut number = 0;
        let change = testkit::eventually("the change on the screen", async || {
            // Again until somebody listens: what was said before is not heard.
            number += 1;
            context.broker.publish(&[message(number)]).await.unwrap();
            frame(&mut screen).now_or_never()
        })
        .await;
        assert_eq!(change["ticket"]["code"], "K7Q");
        let step = TraceParent::parse(change["traceparent"].as_str().unwrap()).unwrap();
        assert_eq!(step.trace_id, STEP.trace_id, "the trace of whoever changed it");
        following.abort();
    });
}
