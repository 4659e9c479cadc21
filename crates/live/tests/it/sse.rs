//! Server-sent events as a client meets them.

use crate::{Book, hold_the_clock};
use axum::{Router, response::sse::Event, routing::get};
use live::{Options, sse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

/// Reads until the text has come.
async fn until(client: &mut tokio::net::TcpStream, text: &str) -> String {
    let mut heard = String::new();
    let mut buffer = [0; 1024];
    while !heard.contains(text) {
        let count = client.read(&mut buffer).await.unwrap();
        assert!(count > 0, "it ended before {text:?}: {heard}");
        heard.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    heard
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_says_so_each_ten_seconds() {
    let _hold = hold_the_clock();
    let book = Book::default();
    book.write("one");
    let feed = book.feed(Options::default());
    let watched = feed.clone();
    let stream = async move || {
        let subscription = watched.subscribe("k", None).await.unwrap();
        let event = |frame: &live::Frame<String>| Event::default().data(&frame.content);
        sse::answer(subscription, CancellationToken::new(), event, |frame| frame.content == "end")
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(stream))).await });

    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: k\r\n\r\n").await.unwrap();
    assert!(until(&mut client, "data: one").await.contains("id: 1"));
    for _ in 0..3 {
        tokio::time::advance(live::HEARTBEAT).await;
        until(&mut client, ": heartbeat").await;
    }
    book.write("end");
    feed.poke(&"k");
    until(&mut client, "0\r\n\r\n").await;
}
