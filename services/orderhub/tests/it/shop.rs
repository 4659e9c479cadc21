//! Browsing of the demo town over a database of its own, and a browser with cookies.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use database::Database;
use http_body_util::BodyExt;
use jiff::Timestamp;
use kernel::{ManualClock, Random};
use orderhub::browse::{Browse, routes};
use tower::ServiceExt;
use web::{Origins, Service, Site, signed_in, stack};

pub(crate) const MIGRATIONS: [database::Migrations; 2] = [outbox::MIGRATIONS, orderhub::MIGRATIONS];
pub(crate) const ORIGIN: &str = "http://orderhub.comanda.localhost:8080";

/// A Friday evening in Salzburg, 18:30.
pub(crate) fn friday_evening() -> Timestamp {
    "2026-11-20T17:30:00Z".parse().unwrap()
}

pub(crate) struct Shop {
    pub(crate) browse: Browse,
    pub(crate) clock: ManualClock,
    app: Router,
    cookie: Mutex<Option<String>>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Shop {
    /// An empty catalogue.
    pub(crate) fn empty(database: Database) -> Self {
        let site =
            Site::new(Service::Orderhub, Origins::new(false, "comanda.localhost", Some(8080)));
        let clock = ManualClock::at(friday_evening());
        let shared: Arc<dyn kernel::Clock> = Arc::new(clock.clone());
        let random = Random::seeded(1);
        let tracer = trace::Tracer::silent(random.clone());
        let browse = Browse::new(site.clone(), database, shared.clone(), random, tracer.clone());
        let accounts = site.url(Service::Accounts, "");
        let sessions = session::Sessions::remote(
            reqwest::Client::builder().build().unwrap(),
            "http://127.0.0.1:9",
            &accounts,
            shared,
        );
        let app = routes(browse.clone()).layer(signed_in::layer(sessions, site.clone()));
        let app = stack::finish(app, &site, &tracer);
        Self { browse, clock, app, cookie: Mutex::new(None) }
    }

    /// The whole town, every kitchen as in its file.
    pub(crate) fn town(database: Database) -> Self {
        let shop = Self::empty(database);
        shop.browse.catalogue.put_all(crate::demo_town::restaurants());
        shop
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::ACCEPT, "text/html"), Body::empty()).await
    }

    pub(crate) async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        self.send(Request::get(path).header(name, value), Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(header::ORIGIN, ORIGIN)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(serde_urlencoded::to_string(pairs).unwrap())).await
    }

    async fn send(&self, mut request: axum::http::request::Builder, body: Body) -> Answer {
        if let Some(cookie) = self.cookie.lock().unwrap().clone() {
            request = request.header(header::COOKIE, cookie);
        }
        request = request.header(header::HOST, "orderhub.comanda.localhost:8080");
        let answer = self.app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        if let Some(set) = headers.get(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = Some(pair);
        }
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Answer { status, headers, bytes }
    }
}

/// Runs a test on an empty SQLite database.
pub(crate) fn on_sqlite(test: impl AsyncFnOnce(Database)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let target = testkit::TestDatabase::sqlite();
    let database = target.open(&MIGRATIONS);
    runtime.block_on(test(database));
}
