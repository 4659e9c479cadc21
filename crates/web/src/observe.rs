//! One log line and two metrics per request, by matched route: never the address itself, which may
//! hold a person's data.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use metrics::{counter, histogram};
use std::{sync::Arc, time::Instant};

use crate::stack::RequestId;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Makes a new request id; given by the service, because randomness is an argument.
pub(crate) type NewId = Arc<dyn Fn() -> String + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Observer {
    pub(crate) service: &'static str,
    pub(crate) new_id: NewId,
}

pub(crate) async fn observe(
    State(observer): State<Observer>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let id = (observer.new_id)();
    request.extensions_mut().insert(RequestId(id.as_str().into()));
    let mut answer = next.run(request).await;
    let elapsed = started.elapsed();
    let status = answer.status().as_u16();
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(HEADER, value);
    }
    tracing::info!(
        target: "access",
        service = observer.service,
        request_id = id,
        %method,
        route,
        status,
        micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    let labels = [
        ("service", observer.service.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    counter!("http_requests_total", &labels).increment(1);
    histogram!("http_request_duration_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    answer
}
