//! Accounts through its outer door: a real listener, beside a sibling service that knows people only
//! by their token.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod api;
mod counterparts;
mod export;
mod federation;
mod openid;
mod pages;
mod replicas;
mod revocation;
mod rotation;
mod siblings;
mod throttling;

use axum::{Router, routing::any};
use runtime::Service;
use std::ops::Deref;
use testkit::Browser;
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

/// Accounts and its siblings.
struct Place(testkit::Place);

impl Deref for Place {
    type Target = testkit::Place;
    fn deref(&self) -> &testkit::Place {
        &self.0
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
        let mut place = testkit::Place::open(own).await;
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
