//! A request whose headers come while its session lives, and whose body comes when it has ended.

use crate::Place;
use std::time::Duration;
use testkit::{Browser, within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A form that is on its way: its headers have been sent.
struct Held {
    connection: TcpStream,
    body: String,
}

impl Held {
    async fn begin(person: &Browser, place: &Place, path: &str, kind: &str, body: &str) -> Self {
        let mut connection = TcpStream::connect(place.address).await.unwrap();
        let origin = person.origin("accounts");
        let host = origin.trim_start_matches("http://");
        let (token, length) = (&person.cookies["comanda"], body.len());
        // The answer to `Expect` is written when somebody reads the body: the session is looked at by then.
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\ncookie: comanda={token}\r\naccept: text/html\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 25];
        connection.read_exact(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&answer));
        Self { connection, body: body.to_owned() }
    }

    async fn end(mut self) -> String {
        self.connection.write_all(self.body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        self.connection.read_to_string(&mut answer).await.unwrap();
        answer.to_ascii_lowercase()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

const FORMS: [(&str, &str, &str); 5] = [
    ("/account", FORM, "name=Thief"),
    ("/account/password", FORM, "current=comanda-demo&password=another%20long%20one%20551"),
    ("/account/email", FORM, "current=comanda-demo&email=thief@example.org"),
    ("/account/email/confirm", FORM, "secret=made-up"),
    ("/passkeys/add", "application/json", r#"{"secret":"made-up","answer":{}}"#),
];

async fn nothing_comes_of_what_is_late(rotate: bool) {
    let place = Place::open().await;
    let ana = place.ana().await;
    let mut held = Vec::new();
    for (path, kind, body) in FORMS {
        held.push((path, Held::begin(&ana, &place, path, kind, body).await));
    }
    if rotate {
        place.rotate(true).await.unwrap();
    } else {
        assert_eq!(ana.clone().post("accounts", "/sign-out", &[]).await.status, 303);
    }
    for (path, held) in held {
        let answer = held.end().await;
        let signed = answer.lines().any(|line| {
            line.starts_with("set-cookie: comanda=") && !line.starts_with("set-cookie: comanda=;")
        });
        assert!(!signed, "{path}: {answer}");
        let status: u16 = answer[9..12].parse().unwrap();
        assert!(matches!(status, 303 | 401 | 410), "{path}: {answer}");
        assert!(!answer.contains("changed="), "{path}: {answer}");
    }
    within(Duration::from_secs(5), "the owner is back as they were", async || {
        let page = place.ana().await.get("accounts", "/account").await;
        page.body.contains("Hello, Ana").then_some(())
    })
    .await;
}

#[tokio::test]
async fn nothing_is_signed_and_nothing_changed_for_a_session_that_ended_before_the_body_came() {
    nothing_comes_of_what_is_late(false).await;
}

#[tokio::test]
async fn nor_after_all_keys_were_withdrawn() {
    nothing_comes_of_what_is_late(true).await;
}
