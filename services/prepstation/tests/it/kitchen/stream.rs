//! The board's socket: frames in order, resuming after a cut, receipts, and who may look on.

use super::{House, facts, order, restaurant_id};
use crate::MIGRATIONS;
use futures_util::{FutureExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(house: &House, name: &str, query: &str) -> Result<Socket, Error> {
    let path = format!("/api/v1/restaurants/{}/tickets/stream{query}", restaurant_id("lupo"));
    let mut request = house.url(&path).replace("http:", "ws:").into_client_request()?;
    let bearer = format!("Bearer {}", house.token(name)).parse().unwrap();
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
            (facts(house.database()).await.len() == 2).then_some(())
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
