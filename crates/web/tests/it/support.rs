//! A small service to send requests to.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
    routing::{get, post},
};
use http_body_util::BodyExt;
use kernel::Random;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt};
use tower::ServiceExt;
use trace::Tracer;
use web::{
    Form, IdempotencyKey, JsonBody, Origins, PathOf, Problem, QueryOf, Service, Site, stack,
};

pub(crate) const OWN: &str = "http://orderhub.comanda.localhost:8080";

pub(crate) fn origins() -> Origins {
    Origins::new(false, "comanda.localhost", Some(8080))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) lines: Vec<Line>,
    #[serde(default)]
    pub(crate) notes: BTreeMap<String, u8>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) quantity: u32,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    limit: u8,
}

#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("secret of the database")
    }
}

impl std::error::Error for Broken {}

pub(crate) fn app(https: bool) -> Router {
    let origins = if https { Origins::new(true, "example.org", None) } else { origins() };
    app_of(&Site::new(Service::Orderhub, origins))
}

pub(crate) fn app_of(site: &Site) -> Router {
    let routes = Router::new()
        .route("/", get(async || "hello"))
        .route("/change", post(async || "changed"))
        .route("/broken", get(async || Problem::internal(&Broken)))
        .route("/panics", get(panics))
        .route("/busy", get(async || Problem::too_many(30)))
        .route(
            "/gone",
            get(async || Problem::gone("restaurant_gone").way_on("Others nearby", "/near")),
        )
        .route("/form", post(async |form: Form| form.value("name").to_owned()))
        .route("/api/v1/panics", get(panics))
        .route("/api/v1/broken", get(async || Problem::internal(&Broken)))
        .route(
            "/api/v1/orders",
            post(async |key: IdempotencyKey, JsonBody(order): JsonBody<Order>| {
                let (lines, notes) = (order.lines, order.notes.len());
                format!(
                    "{} {} {notes}",
                    key.as_str(),
                    lines.iter().map(|l| l.quantity).sum::<u32>()
                )
            }),
        )
        .route(
            "/api/v1/list",
            get(async |QueryOf(wanted): QueryOf<Wanted>| wanted.limit.to_string()),
        )
        .route("/api/v1/items/{id}", get(async |PathOf(id): PathOf<u32>| id.to_string()));
    stack::finish(routes, site, &Tracer::silent(Random::seeded(1)))
}

async fn panics() {
    panic!("secret of the code");
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

pub(crate) async fn send(request: Request<Body>) -> Answer {
    send_to(app(false), request).await
}

pub(crate) async fn send_to(app: Router, request: Request<Body>) -> Answer {
    let answer = app.oneshot(request).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

pub(crate) async fn get_path(path: &str) -> Answer {
    send(Request::get(path).body(Body::empty()).unwrap()).await
}
