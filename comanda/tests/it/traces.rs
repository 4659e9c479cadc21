//! One trace from the customer's request to the kitchen's screen, as an OpenTelemetry receiver sees
//! it, and as log lines, answers and frames name it.

use crate::town::{Client, Comanda, free_port, order_of};
use axum::{Json, Router, extract::State, routing::post};
use futures_util::StreamExt;
use serde_json::Value;
use std::{
    process::Stdio,
    sync::{Arc, Mutex},
};
use testkit::eventually;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A receiver of OTLP over HTTP that keeps all that it gets.
#[derive(Clone, Default)]
pub(crate) struct Collector(Arc<Mutex<Vec<Value>>>);

/// A step, as it was received.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) service: String,
    pub(crate) trace: String,
    id: String,
    parent: String,
    pub(crate) name: String,
}

impl Collector {
    /// Listens; the setting that sends a town's steps here.
    pub(crate) async fn open() -> (Self, (&'static str, String)) {
        let collector = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let take = async |State(Self(kept)): State<Self>, Json(body): Json<Value>| {
            kept.lock().unwrap().push(body);
            Json(serde_json::json!({}))
        };
        let router = Router::new().route("/v1/traces", post(take)).with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, ("COMANDA_TELEMETRY_OTLP", format!("http://{address}")))
    }

    /// All that was received, as it came.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().iter().map(Value::to_string).collect()
    }

    /// The steps of one trace.
    pub(crate) fn steps(&self, trace: &str) -> Vec<Step> {
        let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
        let mut steps = Vec::new();
        for resource in self.0.lock().unwrap().iter().flat_map(|body| list(body, "resourceSpans")) {
            let service = &resource["resource"]["attributes"][0]["value"]["stringValue"];
            for span in list(&resource, "scopeSpans").iter().flat_map(|scope| list(scope, "spans"))
            {
                let text = |name: &str| span[name].as_str().unwrap().to_owned();
                steps.push(Step {
                    service: service.as_str().unwrap().to_owned(),
                    trace: text("traceId"),
                    id: text("spanId"),
                    parent: text("parentSpanId"),
                    name: text("name"),
                });
            }
        }
        steps.retain(|step| step.trace == trace);
        steps
    }
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const BROWSER: &str = "00f067aa0ba902b7";
const PLACED: &str = "comanda.orderhub.order.placed.v1";

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_one_trace_from_the_request_to_the_screen() {
    let data = tempfile::tempdir().unwrap();
    let (collector, otlp) = Collector::open().await;
    let log = data.path().join("log");
    let settings = [otlp, ("COMANDA_TELEMETRY_FILTER", "info".to_owned())];
    let to_file = Stdio::from(std::fs::File::create(&log).unwrap());
    let town =
        Comanda::start_logging(&["up", "--demo"], data.path(), free_port(), &settings, to_file);
    let guest = town.client();
    let owner = guest.signed_in("owner@demo.test").await;
    let (restaurant, item) = guest.lupo().await;
    let mut screen = open_screen(&town, &owner, &restaurant).await;

    let placing = guest
        .request(reqwest::Method::POST, "orderhub", "/api/v1/orders")
        .header("idempotency-key", "traced-1")
        .header("traceparent", format!("00-{TRACE}-{BROWSER}-01"))
        .json(&order_of(&restaurant, &item));
    let answer = placing.send().await.unwrap();
    assert_eq!(answer.status(), reqwest::StatusCode::CREATED);
    let named = answer.headers()["traceresponse"].to_str().unwrap().to_owned();
    assert!(named.contains(TRACE), "{named}");

    let frame = first_change(&mut screen).await;
    assert!(frame["traceparent"].as_str().unwrap().contains(TRACE), "{frame}");

    let names = [
        "POST /api/v1/orders",
        "place_order",
        &format!("publish {PLACED}"),
        &format!("consume {PLACED}"),
        "receive_order",
        "frame",
    ];
    let steps = eventually("all steps of the order", async || {
        let steps = collector.steps(TRACE);
        let found = names.iter().map(|name| steps.iter().find(|step| step.name == *name).cloned());
        found.collect::<Option<Vec<Step>>>()
    })
    .await;
    let [posted, placed, published, consumed, received, shown] = steps.try_into().unwrap();
    assert_eq!(posted.parent, BROWSER);
    assert_eq!(placed.parent, posted.id);
    assert_eq!(published.parent, placed.id, "the relay carries what the use-case wrote");
    assert_eq!(consumed.parent, placed.id, "and the kitchen handles it");
    assert_eq!(received.parent, consumed.id);
    assert_eq!(shown.parent, received.id, "the frame shows what the use-case wrote");
    let services = [&posted, &placed, &published, &consumed, &received, &shown];
    assert_eq!(
        services.map(|step| step.service.as_str()),
        ["orderhub", "orderhub", "orderhub", "prepstation", "prepstation", "prepstation"]
    );
    let lines = std::fs::read_to_string(log).unwrap();
    let mut lines = lines.lines().filter(|line| line.contains(TRACE));
    assert!(lines.any(|line| line.contains("access") && line.contains("/api/v1/orders")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_share_that_is_recorded_is_a_setting_and_ids_are_there_in_any_case() {
    let data = tempfile::tempdir().unwrap();
    let (collector, otlp) = Collector::open().await;
    let settings = [otlp, ("COMANDA_TELEMETRY_SAMPLING", "0".to_owned())];
    let town = Comanda::start(&["up"], data.path(), free_port(), &settings);
    let ask = |traceparent: Option<String>| {
        let request = town.client().request(reqwest::Method::GET, "landing", "/about");
        match traceparent {
            Some(value) => request.header("traceparent", value).send(),
            None => request.send(),
        }
    };
    let own = ask(None).await.unwrap();
    let own = own.headers()["traceresponse"].to_str().unwrap().to_owned();
    assert!(own.ends_with("-00"), "{own}");
    ask(Some(format!("00-{TRACE}-{BROWSER}-01"))).await.unwrap();
    eventually("the step that was asked for", async || {
        (!collector.steps(TRACE).is_empty()).then_some(())
    })
    .await;
    let own = own.split('-').nth(1).unwrap();
    assert_eq!(collector.steps(own), [], "nobody asked, and the share is 0");
}

type Screen = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Follows the board of a restaurant.
async fn open_screen(town: &Comanda, owner: &Client, restaurant: &str) -> Screen {
    let path = format!("/api/v1/restaurants/{restaurant}/tickets/stream");
    let mut request = format!("ws://127.0.0.1:{}{path}", town.port).into_client_request().unwrap();
    let host = format!("prepstation.comanda.localhost:{}", town.port);
    let bearer = format!("Bearer {}", owner.token.as_ref().unwrap());
    request.headers_mut().insert("host", host.parse().unwrap());
    request.headers_mut().insert("authorization", bearer.parse().unwrap());
    tokio_tungstenite::connect_async(request).await.unwrap().0
}

/// The first frame of a ticket.
async fn first_change(screen: &mut Screen) -> Value {
    loop {
        if let Message::Text(text) = screen.next().await.unwrap().unwrap() {
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["type"] == "ticket" {
                return frame;
            }
        }
    }
}
