//! Accounts through its outer door: a real listener, beside a sibling service that knows people only
//! by their token.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod addresses;
mod api;
mod counterparts;
mod device;
mod export;
mod federation;
mod help;
mod late_bodies;
mod mails;
mod notices;
mod openid;
mod pages;
mod passkeys;
mod passwords;
mod proofs;
mod replicas;
mod revocation;
mod rotation;
mod second_step;
mod siblings;
mod throttling;
mod timing;

use axum::{Router, routing::any};
use runtime::Service;
use std::ops::Deref;
use testkit::{Answer, Browser, MailServer};
use web::{SignedIn, Visitor};

const SIBLINGS: [web::Service; 3] =
    [web::Service::Landing, web::Service::Orderhub, web::Service::Prepstation];

/// Says whom it was asked about.
fn what_a_sibling_knows(
    _: &mut database::Tx<'_>,
    about: &session::AboutPerson,
) -> Result<session::Known, database::Error> {
    let entry = serde_json::json!([{"id": about.person_id, "email": about.email}]);
    Ok(session::Known::from_iter([("asked".to_owned(), entry)]))
}

/// Accounts and its siblings, with a mail server.
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
        Self::open_set(&[]).await
    }

    /// With attempts from this machine throttled like any others.
    async fn open_throttled() -> Self {
        Self::open_set(&[("accounts.throttle_loopback", "true")]).await
    }

    /// With settings of its own.
    async fn open_set(own: &[(&str, &str)]) -> Self {
        Self::open_beside(own, &SIBLINGS).await
    }

    /// Where only these siblings are.
    async fn open_beside(own: &[(&str, &str)], siblings: &[web::Service]) -> Self {
        let mail = MailServer::open().await;
        let url = mail.url();
        Self::open_at(own, siblings, &url, mail).await
    }

    /// With mails going to `url`, where the server of `mail` may not be yet.
    async fn open_at(
        own: &[(&str, &str)],
        siblings: &[web::Service],
        url: &str,
        mail: MailServer,
    ) -> Self {
        let own = [&[("mail.url", url)], own].concat();
        let mut place = testkit::Place::open(&own).await;
        let accounts = place.context(accounts::SERVICE);
        let routes = accounts::start(accounts.clone()).await.unwrap();
        assert!(accounts::load_demo(&accounts).await.unwrap());
        let mut services = vec![(accounts, routes)];
        for name in siblings {
            let sibling = place.context(Service { name: *name, migrations: &[] });
            let door = runtime::export_door(&sibling, what_a_sibling_knows);
            services.push((sibling, sibling_routes().merge(door)));
        }
        place.serve(services);
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
