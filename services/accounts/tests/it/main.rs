//! Accounts through its outer door: a real listener, beside a sibling service that knows people only
//! by their token.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod addresses;
mod api;
mod mails;
mod pages;
mod passwords;
mod siblings;
mod throttling;
mod timing;

use axum::{Router, routing::any};
use runtime::Service;
use std::ops::Deref;
use testkit::{Answer, Browser, MailServer};
use web::{SignedIn, Visitor};

/// Accounts and a sibling, with a mail server.
struct Place {
    place: testkit::Place,
    mail: MailServer,
}

impl Deref for Place {
    type Target = testkit::Place;
    fn deref(&self) -> &testkit::Place {
        &self.place
    }
}

impl Place {
    async fn open() -> Self {
        Self::open_with("false").await
    }

    /// With attempts from this machine throttled like any others.
    async fn open_throttled() -> Self {
        Self::open_with("true").await
    }

    async fn open_with(throttle_loopback: &str) -> Self {
        let mail = MailServer::open().await;
        Self::open_at(throttle_loopback, &mail.url(), mail).await
    }

    /// With mails going to `url`, where the server of `mail` may not be yet.
    async fn open_at(throttle_loopback: &str, url: &str, mail: MailServer) -> Self {
        let own = [("accounts.throttle_loopback", throttle_loopback), ("mail.url", url)];
        let mut place = testkit::Place::open(&own).await;
        let accounts = place.context(accounts::SERVICE);
        let routes = accounts::start(accounts.clone()).await.unwrap();
        assert!(accounts::load_demo(&accounts).await.unwrap());
        let sibling = Service { name: web::Service::Orderhub, migrations: &[] };
        let sibling = place.context(sibling);
        place.serve([(accounts, routes), (sibling, sibling_routes())]);
        Self { place, mail }
    }

    /// Somebody with an account of their own, signed in by the link of their sign-up.
    async fn sign_up(&self, email: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        let fields = [("name", "Zoë"), ("email", email), ("password", password)];
        let answer = browser.post("accounts", "/sign-up", &fields).await;
        assert_eq!(answer.location(), "/check-your-mail?for=account", "{}", answer.body);
        let link = self.mail.take(email, "Confirm your address").await.link("/sign-up/confirm");
        assert_eq!(browser.press(&link, &[]).await.location(), "/account");
        browser
    }

    /// Ana, signed in.
    async fn ana(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in("ana@demo.test", accounts::DEMO_PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }
}

/// What people do with the links that they get.
trait Links {
    /// Opens a page with a secret in its address and presses its button.
    async fn press(&mut self, link: &str, fields: &[(&str, &str)]) -> Answer;
}

impl Links for Browser {
    async fn press(&mut self, link: &str, fields: &[(&str, &str)]) -> Answer {
        let (path, secret) = link.split_once("?secret=").unwrap();
        let fields = [&[("secret", secret)], fields].concat();
        self.post("accounts", path, &fields).await
    }
}

fn sibling_routes() -> Router {
    Router::new()
        .route("/me", any(async |SignedIn(who): SignedIn| who.name))
        .route("/api/v1/me", any(async |SignedIn(who): SignedIn| who.name))
        .route(
            "/",
            any(async |Visitor(who): Visitor| who.map_or("nobody".to_owned(), |who| who.name)),
        )
}
