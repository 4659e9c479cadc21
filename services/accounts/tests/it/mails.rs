//! Signing up and signing in by what is sent to an address.

use crate::{Links, Place, SIBLINGS};
use std::{
    io::Write,
    sync::{Arc, Mutex},
};
use testkit::{Answer, Browser, MailServer, eventually};

const EMAIL: &str = "zoe@example.com";
const PASSWORD: &str = "four warm words here";

async fn sign_up(browser: &mut Browser, email: &str) -> Answer {
    let fields = [("name", "Zoë"), ("email", email), ("password", PASSWORD)];
    browser.post("accounts", "/sign-up", &fields).await
}

/// What is to be equal of two answers.
fn seen(answer: &Answer) -> (u16, String, String) {
    (answer.status, answer.location().to_owned(), answer.body.clone())
}

#[tokio::test]
async fn a_scanner_that_opens_the_link_makes_no_account_and_uses_nothing_up() {
    let place = Place::open().await;
    let mut zoe = place.browser();
    sign_up(&mut zoe, EMAIL).await;
    let link = place.mail.take(EMAIL, "Confirm your address").await.link("/sign-up/confirm");
    for _ in 0..3 {
        let scanner = place.browser().get("accounts", &link).await;
        assert_eq!((scanner.status, scanner.header("cache-control")), (200, "no-store"));
        assert_eq!(scanner.header("set-cookie"), "");
    }
    assert_eq!(place.browser().sign_in(EMAIL, PASSWORD).await.status, 422, "no account yet");
    assert_eq!(zoe.press(&link, &[]).await.location(), "/account");
    let me = zoe.get("accounts", "/api/v1/me").await.json();
    assert_eq!((me["email"].as_str(), me["email_verified"].as_bool()), (Some(EMAIL), Some(true)));
    assert_eq!(zoe.press(&link, &[]).await.status, 410, "it opens once");
}

#[tokio::test]
async fn nobody_confirms_the_password_of_a_stranger_for_their_own_address() {
    let place = Place::open().await;
    sign_up(&mut place.browser(), EMAIL).await;
    let link = place.mail.take(EMAIL, "Confirm your address").await.link("/sign-up/confirm");
    let mut other = place.browser();
    let page = other.get("accounts", &link).await.body;
    assert!(page.contains("in another browser") && page.contains("name=\"password\""));
    for wrong in [&[][..], &[("password", "a guess of mine")]] {
        let answer = other.press(&link, wrong).await;
        assert!(answer.status == 422 && answer.body.contains("not the password"), "{answer:?}");
    }
    assert_eq!(other.press(&link, &[("password", PASSWORD)]).await.location(), "/account");
}

#[tokio::test]
async fn an_address_that_is_taken_gets_the_same_answer_and_a_mail_that_says_so() {
    let place = Place::open().await;
    let fresh = sign_up(&mut place.browser(), EMAIL).await;
    let taken = sign_up(&mut place.browser(), "ANA@demo.test").await;
    assert_eq!(seen(&fresh), seen(&taken));
    let cookie = |answer: &Answer| answer.header("set-cookie").len();
    assert_eq!(cookie(&fresh), cookie(&taken));
    let mail = place.mail.take("ana@demo.test", "You have an account already").await;
    assert!(mail.text.contains("/sign-in") && mail.text.contains("/reset-password"));
    assert!(!mail.text.contains("secret="), "{}", mail.text);
    assert_eq!(place.ana().await.get("accounts", "/account").await.status, 200);
}

#[tokio::test]
async fn of_two_who_sign_up_with_one_address_the_first_to_confirm_has_it() {
    let place = Place::open().await;
    let (mut one, mut other) = (place.browser(), place.browser());
    sign_up(&mut one, EMAIL).await;
    let first = place.mail.take(EMAIL, "Confirm your address").await.link("/sign-up/confirm");
    sign_up(&mut other, EMAIL).await;
    let second = place.mail.take(EMAIL, "Confirm your address").await.link("/sign-up/confirm");
    assert_eq!(other.press(&second, &[]).await.location(), "/account");
    assert_eq!(one.press(&first, &[]).await.status, 410);
}

#[tokio::test]
async fn a_link_by_mail_signs_in_once_within_ten_minutes() {
    let place = Place::open().await;
    let mut ana = place.browser();
    let page = ana.get("accounts", "/sign-in").await.body;
    assert!(page.contains("Send me a link") && page.contains("Forgot your password?"));
    let back = format!("{}/cart", ana.origin("orderhub"));
    let ask = async |browser: &mut Browser, email: &str| {
        let fields = [("email", email), ("return_to", back.as_str())];
        browser.post("accounts", "/sign-in/link", &fields).await
    };
    let known = ask(&mut ana, " Ana@Demo.test ").await;
    let unknown = ask(&mut place.browser(), "nobody@example.com").await;
    assert_eq!(seen(&known), seen(&unknown));
    let mail = place.mail.take("ana@demo.test", "Your link to sign in").await;
    let link = mail.link("/sign-in/link/open");
    assert!(ana.get("accounts", &link).await.body.contains("ana@demo.test"));
    assert_eq!(ana.get("accounts", "/account").await.status, 303, "a look signs nobody in");
    assert_eq!(ana.press(&link, &[]).await.location(), back);
    assert_eq!(ana.get("orderhub", "/me").await.body, "Ana");
    assert_eq!(place.browser().press(&link, &[]).await.status, 410, "it opens once");
    ask(&mut ana, "ana@demo.test").await;
    let late = place.mail.take("ana@demo.test", "Your link to sign in").await;
    place.wait(10 * 60);
    let late = late.link("/sign-in/link/open");
    assert_eq!(place.browser().get("accounts", &late).await.status, 410, "too late");
    assert_eq!(place.browser().press(&late, &[]).await.status, 410, "too late");
    assert!(place.mail.mails().iter().all(|mail| mail.to != "nobody@example.com"));
}

#[tokio::test]
async fn a_link_opens_nothing_but_what_it_was_sent_for() {
    let place = Place::open().await;
    let mut ana = place.browser();
    ana.post("accounts", "/reset-password", &[("email", "ana@demo.test")]).await;
    let reset = place.mail.take("ana@demo.test", "Set a new password").await;
    let secret = reset.link("/reset-password/new");
    let secret = secret.split_once('=').unwrap().1;
    for path in ["/sign-in/link/open", "/sign-up/confirm"] {
        for secret in [secret, "made-up", ""] {
            let link = format!("{path}?secret={secret}");
            assert_eq!(ana.get("accounts", &link).await.status, 410, "{link}");
            assert_eq!(ana.press(&link, &[]).await.status, 410, "{link}");
        }
    }
    assert_eq!(ana.get("accounts", "/account").await.status, 303);
}

#[tokio::test]
async fn a_mail_server_that_is_away_loses_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let nobody = MailServer::open().await;
    let place = Place::open_at(&[], &SIBLINGS, &format!("smtp://{address}"), nobody).await;
    let mut ana = place.browser();
    let answer = ana.post("accounts", "/sign-in/link", &[("email", "ana@demo.test")]).await;
    assert_eq!(answer.location(), "/check-your-mail?for=link");
    let server = MailServer::listen(tokio::net::TcpListener::bind(address).await.unwrap());
    // The link is made when it is sent: the hour without a server does not count.
    place.wait(60 * 60);
    let link = server.take("ana@demo.test", "Your link to sign in").await;
    assert_eq!(ana.press(&link.link("/sign-in/link/open"), &[]).await.location(), "/account");
}

#[tokio::test]
async fn what_is_no_address_is_said_beside_the_field() {
    let place = Place::open().await;
    for path in ["/sign-in/link", "/reset-password"] {
        let answer = place.browser().post("accounts", path, &[("email", "ana@")]).await;
        assert!(answer.status == 422 && answer.body.contains("such as ana@example.com"), "{path}");
        assert!(answer.body.contains("value=\"ana@\""), "{path}");
    }
}

#[tokio::test]
async fn a_mail_that_is_held_up_holds_up_no_other() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let place = Place::open_at(&[], &SIBLINGS, &url, MailServer::open().await).await;
    let ask = async |email: &str| {
        let mut browser = place.browser();
        browser.post("accounts", "/sign-in/link", &[("email", email)]).await;
    };
    ask("ana@demo.test").await;
    let _silent = listener.accept().await.unwrap();
    let server = MailServer::listen(listener);
    ask("rival@demo.test").await;
    // Ana's would fail after 20 seconds.
    let mail = server.take("rival@demo.test", "Your link to sign in");
    tokio::time::timeout(std::time::Duration::from_secs(15), mail).await.unwrap();
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_mail_that_nobody_can_get_is_given_up_at_once_and_no_address_is_in_the_log() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _heard = tracing::subscriber::set_default(log);
    for (answer, words) in [
        ("550 5.1.1 <ana@demo.test>: Recipient address rejected", "a mail is given up"),
        ("450 4.2.1 <ana@demo.test>: come back later", "a mail waits"),
    ] {
        let server = MailServer::refusing(answer).await;
        let url = server.url();
        let place = Place::open_at(&[], &SIBLINGS, &url, server).await;
        place.browser().post("accounts", "/sign-in/link", &[("email", "ana@demo.test")]).await;
        let said =
            eventually(words, async || Some(lines.text()).filter(|text| text.contains(words)));
        let said = said.await;
        assert!(said.contains(&answer[..9]) && said.contains(" id="), "{said}");
        assert!(!said.contains("ana@") && !said.contains("rejected"), "{said}");
    }
}
