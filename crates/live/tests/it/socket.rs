//! The WebSocket as a browser meets it.

use crate::{Book, hold_the_clock};
use axum::{
    Router,
    extract::{Query, WebSocketUpgrade, ws::Utf8Bytes},
    routing::get,
};
use futures_util::{FutureExt, SinkExt, StreamExt};
use live::{Feed, Options, socket};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, protocol::frame::coding::CloseCode},
};
use tokio_util::sync::CancellationToken;

struct Server {
    feed: Feed<&'static str, String>,
    stop: CancellationToken,
    address: std::net::SocketAddr,
    allowed: Arc<AtomicBool>,
    arrivals: mpsc::UnboundedReceiver<u64>,
}

async fn serve(book: &Book) -> Server {
    let (feed, stop) = (book.feed(Options::default()), CancellationToken::new());
    let (arrival, arrivals) = mpsc::unbounded_channel();
    let allowed = Arc::new(AtomicBool::new(true));
    let state = Arc::new((feed.clone(), stop.clone(), arrival, allowed.clone()));
    let upgrade = async move |up: WebSocketUpgrade, Query(query): Query<HashMap<String, u64>>| {
        let (feed, stop, arrival, allowed) = (*state).clone();
        socket::bounded(up).on_upgrade(async move |connection| {
            let subscription = feed.subscribe("k", query.get("after").copied()).await.unwrap();
            let wire = socket::Wire {
                text: |frame| Utf8Bytes::from(format!("{} {}", frame.seq, frame.content)),
                heartbeat: Box::new(|| Utf8Bytes::from_static("beat")),
                wants_receipt: |_| true,
                arrived: Box::new(move |seq| {
                    let _ = arrival.send(seq);
                    async {}.boxed()
                }),
                is_allowed: Box::new(move || {
                    let allowed = allowed.load(Ordering::SeqCst);
                    async move { allowed }.boxed()
                }),
            };
            socket::serve(connection, subscription, wire, stop).await;
        })
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().route("/", get(upgrade));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Server { feed, stop, address, allowed, arrivals }
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

#[tokio::test(start_paused = true)]
async fn a_quiet_socket_beats_each_ten_seconds_and_ends_within_a_minute_when_one_may_not_look() {
    let _hold = hold_the_clock();
    let server = serve(&Book::default()).await;
    let (mut client, _) = connect_async(format!("ws://{}/", server.address)).await.unwrap();
    while server.feed.watched() == 0 {
        tokio::task::yield_now().await;
    }
    for minute in 0..2 {
        for _ in 0..6 {
            tokio::time::advance(live::HEARTBEAT).await;
            assert_eq!(client.next().await.unwrap().unwrap(), Message::text("beat"), "{minute}");
            assert!(client.next().await.unwrap().unwrap().is_ping(), "{minute}");
            client.flush().await.unwrap();
        }
    }
    server.allowed.store(false, Ordering::SeqCst);
    // A pong is always on its way: even so the client reads why it ends.
    let code = loop {
        tokio::time::advance(live::HEARTBEAT).await;
        let ended = loop {
            match client.next().await.unwrap().unwrap() {
                Message::Close(close) => break close,
                message if message.is_ping() => break None,
                _ => {}
            }
        };
        if let Some(close) = ended {
            break close.code;
        }
        client.flush().await.unwrap();
    };
    assert_eq!(code, CloseCode::from(socket::NOT_ALLOWED));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_nothing_is_cut() {
    let server = serve(&Book::default()).await;
    // The handshake by hand, and then not a word.
    let mut client = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let hello = "GET / HTTP/1.1\r\nHost: k\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    client.write_all(hello.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = client.read(&mut buffer).await {
        heard.extend_from_slice(&buffer[..count]);
        let code = socket::TOO_SLOW.to_be_bytes();
        if heard.windows(4).any(|frame| frame[0] == 0x88 && frame[2..] == code) {
            break;
        }
    }
    let beats = heard.windows(4).filter(|text| text == b"beat").count();
    assert_eq!(beats, 3, "cut after thirty seconds of silence");
}
