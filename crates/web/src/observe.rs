//! One step of a trace, one log line and two metrics per request, by matched route: never the address
//! itself, which may hold a person's data.

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    response::Response,
};
use metrics::{Counter, Histogram, counter, histogram};
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Instant,
};
use trace::{Kind, Span, TRACEPARENT, TRACERESPONSE, TraceParent, Tracer};

const ANSWER: HeaderName = HeaderName::from_static(TRACERESPONSE);
/// What probes and pages ask for all day: nobody looks at traces of it.
const QUIET: [&str; 4] = ["/livez", "/readyz", "/metrics", "/assets/{*path}"];

/// Watches the requests of a service.
pub(crate) struct Observer {
    service: &'static str,
    tracer: Tracer,
    unrecorded: Tracer,
    series: RwLock<HashMap<String, Series>>,
}

/// The metrics of a route, found once and kept.
struct Series {
    seconds: Histogram,
    answers: Vec<(u16, Counter)>,
}

/// A request under way.
pub(crate) struct Visit<'a> {
    observer: &'a Observer,
    started: Instant,
    method: Method,
    matched: Option<MatchedPath>,
    span: Span,
}

impl Observer {
    pub(crate) fn new(service: &'static str, tracer: &Tracer) -> Self {
        let (tracer, unrecorded) = (tracer.of(service), tracer.of(service).unrecorded());
        Self { service, tracer, unrecorded, series: RwLock::default() }
    }

    pub(crate) fn begin(&self, request: &Request) -> Visit<'_> {
        let method = request.method().clone();
        let matched: Option<MatchedPath> = request.extensions().get().cloned();
        let route = route(matched.as_ref());
        let quiet = QUIET.contains(&route) || matched.is_none();
        let tracer = if quiet { &self.unrecorded } else { &self.tracer };
        let span = tracer.span(Kind::Server, asked(request), || format!("{method} {route}"));
        Visit { observer: self, started: Instant::now(), method, matched, span }
    }

    fn count(&self, route: &str, status: u16, seconds: f64) {
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(route).and_then(|series| Some((series, series.answers(status)?)));
        if let Some((series, answers)) = found {
            answers.increment(1);
            series.seconds.record(seconds);
            return;
        }
        drop(known);
        self.meet(route, status);
        self.count(route, status, seconds);
    }

    /// The first answer of a route with this status.
    fn meet(&self, route: &str, status: u16) {
        let labels = [("service", self.service.to_owned()), ("route", route.to_owned())];
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let series = known.entry(route.to_owned()).or_insert_with(|| Series {
            seconds: histogram!("http_request_duration_seconds", &labels),
            answers: Vec::new(),
        });
        if series.answers(status).is_none() {
            let [service, route] = labels;
            let labels = [service, route, ("status", status.to_string())];
            series.answers.push((status, counter!("http_requests_total", &labels)));
        }
    }
}

/// The trace that the client is at, if it says so, once and in the right form.
fn asked(request: &Request) -> Option<TraceParent> {
    let mut values = request.headers().get_all(TRACEPARENT).iter();
    let first = values.next().filter(|_| values.next().is_none())?;
    TraceParent::parse(first.to_str().ok()?)
}

fn route(matched: Option<&MatchedPath>) -> &str {
    matched.map_or("unmatched", MatchedPath::as_str)
}

impl Series {
    fn answers(&self, status: u16) -> Option<&Counter> {
        self.answers.iter().find_map(|(known, answers)| (*known == status).then_some(answers))
    }
}

impl Visit<'_> {
    /// The step that all work for this request comes after.
    pub(crate) fn step(&self) -> TraceParent {
        self.span.id()
    }

    /// Names the trace in the answer, and counts and logs it.
    pub(crate) fn end(self, answer: &mut Response) {
        let Self { observer, started, method, matched, mut span } = self;
        let elapsed = started.elapsed();
        let status = answer.status().as_u16();
        let route = route(matched.as_ref());
        trace::within_sync(span.id(), || {
            tracing::info!(
                target: "access",
                service = observer.service,
                %method,
                route,
                status,
                micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
                "request"
            );
        });
        if let Ok(value) = HeaderValue::try_from(span.id().to_string()) {
            answer.headers_mut().insert(ANSWER, value);
        }
        observer.count(route, status, elapsed.as_secs_f64());
        span.set("http.request.method", || method.as_str());
        span.set("http.route", || route);
        span.set("http.response.status_code", || status);
        if status >= 500 {
            span.fail();
        }
    }
}
