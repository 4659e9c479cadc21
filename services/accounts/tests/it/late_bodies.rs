//! A request whose headers come while its session lives, and whose body comes when it has ended.

use crate::{Place, federation::Town, help::find, second_step::set_up};
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
    async fn begin(person: &Browser, place: &Place, to: &str, kind: &str, body: &str) -> Self {
        let mut connection = TcpStream::connect(place.address).await.unwrap();
        let origin = person.origin("accounts");
        let host = origin.trim_start_matches("http://");
        let (token, length) = (&person.cookies["comanda"], body.len());
        // The answer to `Expect` is written when somebody reads the body: the session is looked at by then.
        let head = format!(
            "{to} HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\ncookie: comanda={token}\r\naccept: text/html\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
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

const JSON: &str = "application/json";

const FORMS: [(&str, &str, &str); 6] = [
    ("POST /account", FORM, "name=Thief"),
    ("POST /account/password", FORM, "current=comanda-demo&password=another%20long%20one%20551"),
    ("POST /account/email", FORM, "current=comanda-demo&email=thief@example.org"),
    ("POST /account/email/confirm", FORM, "secret=made-up"),
    ("POST /passkeys/add", JSON, r#"{"secret":"made-up","answer":{}}"#),
    ("DELETE /api/v1/me", JSON, r#"{"password":"comanda-demo"}"#),
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

/// What an operator sends of somebody and of an app, and signs out before it is there.
async fn late_forms_of_an_operator(place: &Place, person: &str, app: &str) -> Vec<(String, u16)> {
    let mut operator = place.operator().await;
    let new = "name=Late&kind=public&redirect_uris=https%3A%2F%2Flate.example.com%2F";
    let rs256 = "id_token_signed_response_alg=RS256";
    let mut held = Vec::new();
    for (path, body) in [
        ("people/end-sessions", format!("person={person}")),
        ("people/reset-second-step", format!("person={person}&passkeys=yes")),
        ("clients", format!("{new}&{rs256}")),
        ("clients/algorithm", format!("client={app}&{rs256}")),
        ("clients/secret", format!("client={app}")),
        ("clients/remove", format!("client={app}")),
    ] {
        let to = format!("POST /operator/{path}");
        held.push((Held::begin(&operator, place, &to, FORM, &body).await, to));
    }
    assert_eq!(operator.post("accounts", "/sign-out", &[]).await.status, 303);
    let mut answers = Vec::new();
    for (held, to) in held {
        answers.push((to, held.end().await[9..12].parse().unwrap()));
    }
    answers
}

#[tokio::test]
async fn an_operator_whose_session_ended_before_the_body_came_does_nothing_to_people_and_apps() {
    let place = Place::open().await;
    let (app, mut ana) = (place.app("confidential").await, place.ana().await);
    set_up(&place, &mut ana).await;
    let (_, person) = find(&mut place.operator().await, "ana@demo.test").await;
    for (to, status) in late_forms_of_an_operator(&place, &person, &app.id).await {
        assert_eq!(status, 401, "{to}");
    }
    let page = ana.get("accounts", "/account/security").await;
    assert!(page.status == 200 && page.body.contains("Remove the app"), "{page:?}");
    let apps = place.operator().await.get("accounts", "/operator/clients").await.body;
    assert!(apps.contains("ID tokens signed with EdDSA") && !apps.contains("Late"), "{apps}");
    let code = app.code(&mut ana).await;
    assert_eq!(app.redeem(&place, &code).await.status, 200, "its secret is the one of before");
    let keys = ana.get("accounts", "/.well-known/jwks.json").await.json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2, "no key was made for RS256");
}

#[tokio::test]
async fn no_link_is_sent_for_a_session_that_ended_before_the_body_came() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    assert_eq!(town.come(&mut zoe).await.location(), "/account");
    let held = Held::begin(&zoe, &town, "POST /confirm/link", FORM, "return_to=").await;
    assert_eq!(zoe.post("accounts", "/sign-out", &[]).await.status, 303);
    assert!(held.end().await.starts_with("http/1.1 401"));
    let email = "zoe@example.com";
    zoe.post("accounts", "/reset-password", &[("email", email)]).await;
    town.mail.take(email, "Set a new password").await;
    assert!(town.mail.mails().iter().all(|mail| mail.subject != "Confirm that it is you"));
}

#[tokio::test]
async fn nobody_is_signed_out_by_who_was_signed_out_before_the_body_came() {
    let place = Place::open().await;
    let (thief, mut ana) = (place.ana().await, place.ana().await);
    let list = ana.get("accounts", "/sessions").await.body;
    let own = list.split("This device").nth(1).unwrap();
    let body = format!("session={}", &own[own.find("ses_").unwrap()..][..36]);
    let held = Held::begin(&thief, &place, "POST /sessions/end", FORM, &body).await;
    assert_eq!(ana.post("accounts", "/sessions/end-others", &[]).await.status, 303);
    assert!(held.end().await.starts_with("http/1.1 401"));
    assert_eq!(ana.get("accounts", "/account").await.status, 200);
}
