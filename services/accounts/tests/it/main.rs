//! Accounts through its outer door: a real listener, beside a sibling service that knows people only
//! by their token.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod api;
mod device;
mod pages;
mod passkeys;
mod second_step;
mod siblings;
mod throttling;

use axum::{Router, routing::any};
use runtime::Service;
use std::ops::Deref;
use testkit::Browser;
use web::{SignedIn, Visitor};

/// Accounts and a sibling.
struct Place(testkit::Place);

impl Deref for Place {
    type Target = testkit::Place;
    fn deref(&self) -> &testkit::Place {
        &self.0
    }
}

impl Place {
    async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// With attempts from this machine throttled like any others.
    async fn open_throttled() -> Self {
        Self::open_with(&[("accounts.throttle_loopback", "true")]).await
    }

    /// With settings of its own.
    async fn open_with(own: &[(&str, &str)]) -> Self {
        let mut place = testkit::Place::open(own).await;
        let accounts = place.context(accounts::SERVICE);
        let routes = accounts::start(accounts.clone()).await.unwrap();
        assert!(accounts::load_demo(&accounts).await.unwrap());
        let sibling = Service { name: web::Service::Orderhub, migrations: &[] };
        let sibling = place.context(sibling);
        place.serve([(accounts, routes), (sibling, sibling_routes())]);
        Self(place)
    }

    /// Ana, signed in.
    async fn ana(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in("ana@demo.test", accounts::DEMO_PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
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
