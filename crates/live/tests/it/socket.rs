//! The WebSocket as a browser meets it.

use crate::Book;
use axum::{
    Router,
    extract::{Query, WebSocketUpgrade, ws::Utf8Bytes},
    routing::get,
};
use futures_util::{FutureExt, StreamExt};
use live::{Feed, Options, socket};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::mpsc;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, protocol::frame::coding::CloseCode},
};
use tokio_util::sync::CancellationToken;

struct Server {
    feed: Feed<&'static str, String>,
    stop: CancellationToken,
    address: std::net::SocketAddr,
    arrivals: mpsc::UnboundedReceiver<u64>,
}

async fn serve(book: &Book) -> Server {
    let (feed, stop) = (book.feed(Options::default()), CancellationToken::new());
    let (arrival, arrivals) = mpsc::unbounded_channel();
    let state = Arc::new((feed.clone(), stop.clone(), arrival));
    let upgrade = async move |up: WebSocketUpgrade, Query(query): Query<HashMap<String, u64>>| {
        let (feed, stop, arrival) = (*state).clone();
        up.on_upgrade(async move |connection| {
            let subscription = feed.subscribe("k", query.get("after").copied()).await.unwrap();
            let wire = socket::Wire {
                text: |frame| Utf8Bytes::from(format!("{} {}", frame.seq, frame.content)),
                heartbeat: Box::new(|| Utf8Bytes::from_static("beat")),
                wants_receipt: |_| true,
                arrived: Box::new(move |seq| {
                    let _ = arrival.send(seq);
                    async {}.boxed()
                }),
                is_allowed: Box::new(|| async { true }.boxed()),
            };
            socket::serve(connection, subscription, wire, stop).await;
        })
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().route("/", get(upgrade));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Server { feed, stop, address, arrivals }
}

#[tokio::test]
async fn a_client_resumes_is_told_what_happens_and_its_pong_is_the_receipt() {
    let book = Book::default();
    book.write("one");
    book.write("two");
    let mut server = serve(&book).await;
    let url = format!("ws://{}/?after=1", server.address);
    let (mut client, _) = connect_async(url).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::text("2 two"));
    book.write("three");
    server.feed.poke(&"k");
    let mut texts = Vec::new();
    while texts.is_empty() {
        if let Message::Text(text) = client.next().await.unwrap().unwrap() {
            texts.push(text.to_string());
        }
    }
    assert_eq!(texts, ["3 three"]);
    assert_eq!(server.arrivals.recv().await, Some(2));
}

#[tokio::test]
async fn a_stopping_server_tells_its_sockets_to_come_back() {
    let book = Book::default();
    let server = serve(&book).await;
    let (mut client, _) = connect_async(format!("ws://{}/", server.address)).await.unwrap();
    testkit::eventually("a watcher", async || (server.feed.watched() == 1).then_some(())).await;
    server.stop.cancel();
    let Message::Close(Some(close)) = client.next().await.unwrap().unwrap() else {
        panic!("expected a close frame")
    };
    assert_eq!(close.code, CloseCode::Restart);
    testkit::eventually("nobody", async || (server.feed.watched() == 0).then_some(())).await;
}
