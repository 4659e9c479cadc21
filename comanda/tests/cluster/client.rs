//! Who speaks with the town: through NGINX as everybody outside does, or with one replica.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::client::IntoClientRequest};

use crate::{
    line::{Line, Stream, Way},
    town::DOMAIN,
};

/// Whoever waits longer than this tries again.
const ANSWER: Duration = Duration::from_secs(10);

/// What came back.
pub(crate) type Answer = (StatusCode, Value);

/// What all callers together heard.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    answers: AtomicU64,
    failures: Mutex<Vec<String>>,
}

impl Ledger {
    /// Answers until now, good and bad.
    pub(crate) fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// Requests that were not served, in words.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.failures.lock().unwrap().clone()
    }

    /// Begins anew.
    pub(crate) fn forget(&self) {
        self.failures.lock().unwrap().clear();
        self.answers.store(0, Ordering::Relaxed);
    }

    fn note(&self, what: &str, answer: &Result<Answer, String>) {
        self.answers.fetch_add(1, Ordering::Relaxed);
        let reason = match answer {
            Ok((status, body)) if status.is_server_error() || status.as_u16() == 429 => {
                format!("{what}: {status} {body}")
            }
            Ok(_) => return,
            Err(error) => format!("{what}: {error}"),
        };
        self.failures.lock().unwrap().push(reason);
    }
}

/// A WebSocket, over TLS or not.
pub(crate) type Socket = WebSocketStream<Box<dyn Stream>>;

/// One caller. Clones share the connection.
#[derive(Clone)]
pub(crate) struct Caller {
    line: Arc<Line>,
    /// The port in the town's addresses.
    public_port: u16,
    ledger: Arc<Ledger>,
    /// Its bearer token, when it has signed in.
    pub(crate) token: Option<String>,
}

impl Caller {
    pub(crate) fn new(way: Way, public_port: u16, ledger: Arc<Ledger>) -> Self {
        Self { line: Arc::new(Line::new(way)), public_port, ledger, token: None }
    }

    /// The same caller with somebody's token.
    pub(crate) fn with(self, token: Option<String>) -> Self {
        Self { token, ..self }
    }

    fn authority(&self, service: &str) -> String {
        format!("{service}.{DOMAIN}:{}", self.public_port)
    }

    /// Sends a request to a service: the status and the body.
    ///
    /// # Errors
    /// There was no answer in time.
    pub(crate) async fn ask(
        &self,
        method: &Method,
        service: &str,
        path: &str,
        (key, body): (&str, Option<&Value>),
    ) -> Result<(StatusCode, String), String> {
        let mut request = hyper::Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
            request = request.header("idempotency-key", key);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(body.into()).unwrap();
        let authority = self.authority(service);
        let answer = self.line.exchange(&authority, request);
        tokio::time::timeout(ANSWER, answer).await.map_err(|_| "no answer in time".to_owned())?
    }

    /// Whether the replica is.
    pub(crate) async fn is_ready(&self) -> bool {
        let asked = self.ask(&Method::GET, "landing", "/readyz", ("", None)).await;
        asked.is_ok_and(|(status, _)| status.is_success())
    }

    /// Sends to the JSON API, and notes how it went.
    ///
    /// # Errors
    /// There was no answer.
    pub(crate) async fn send(
        &self,
        method: Method,
        service: &str,
        path: &str,
        (key, body): (&str, Option<&Value>),
    ) -> Result<Answer, String> {
        let answer = self.ask(&method, service, &format!("/api/v1{path}"), (key, body)).await;
        let json = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
        let answer = answer.map(|(status, text)| (status, json(text)));
        self.ledger.note(&format!("{method} {service}{path}"), &answer);
        answer
    }

    /// Reads a page, and notes how it went.
    pub(crate) async fn page(&self, service: &str, path: &str) {
        let answer = self.ask(&Method::GET, service, path, ("", None)).await;
        let answer = answer.map(|(status, _)| (status, Value::Null));
        self.ledger.note(&format!("GET {service}{path}"), &answer);
    }

    /// Reads; tries until somebody answers.
    pub(crate) async fn read(&self, service: &str, path: &str) -> Answer {
        self.until_served(Method::GET, service, path, None).await
    }

    /// Posts under a fresh key, and tries with it until somebody answers.
    pub(crate) async fn post(&self, service: &str, path: &str, body: &Value) -> Answer {
        self.until_served(Method::POST, service, path, Some(body)).await
    }

    /// Asks again, as everybody does whom a fault keeps from an answer.
    pub(crate) async fn until_served(
        &self,
        method: Method,
        service: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let key = format!("cluster-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        loop {
            match self.send(method.clone(), service, path, (&key, body)).await {
                Ok((status, body)) if !status.is_server_error() && status.as_u16() != 429 => {
                    return (status, body);
                }
                _ => testkit::pause().await,
            }
        }
    }

    /// The same with the token of a demo person.
    pub(crate) async fn signed_in(&self, email: &str) -> Self {
        let body = serde_json::json!({"email": email, "password": "comanda-demo"});
        let (status, answer) = self.post("accounts", "/sessions", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        Self { token: Some(answer["token"].as_str().unwrap().to_owned()), ..self.clone() }
    }

    /// Opens a WebSocket.
    ///
    /// # Errors
    /// Nobody was there, or it was refused.
    pub(crate) async fn socket(&self, service: &str, path: &str) -> Result<Socket, String> {
        let url = format!("wss://{}/api/v1{path}", self.authority(service));
        let mut request = url.into_client_request().unwrap();
        if let Some(token) = &self.token {
            let bearer = format!("Bearer {token}").parse().unwrap();
            request.headers_mut().insert("authorization", bearer);
        }
        let stream = self.line.connect(&self.authority(service), b"http/1.1").await;
        let opened = client_async(request, stream.map_err(|e| e.to_string())?).await;
        opened.map(|(socket, _)| socket).map_err(|e| e.to_string())
    }
}
