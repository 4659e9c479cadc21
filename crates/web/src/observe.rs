//! One log line and two metrics per request, by matched route: never the address itself, which may
//! hold a person's data.

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

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Makes a new request id; given by the service, because randomness is an argument.
type NewId = Box<dyn Fn() -> String + Send + Sync>;

/// Watches the requests of a service.
pub(crate) struct Observer {
    service: &'static str,
    new_id: NewId,
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
}

impl Observer {
    pub(crate) fn new(
        service: &'static str,
        new_id: impl Fn() -> String + Send + Sync + 'static,
    ) -> Self {
        Self { service, new_id: Box::new(new_id), series: RwLock::default() }
    }

    pub(crate) fn begin(&self, request: &Request) -> Visit<'_> {
        Visit {
            observer: self,
            started: Instant::now(),
            method: request.method().clone(),
            matched: request.extensions().get().cloned(),
        }
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

impl Series {
    fn answers(&self, status: u16) -> Option<&Counter> {
        self.answers.iter().find_map(|(known, answers)| (*known == status).then_some(answers))
    }
}

impl Visit<'_> {
    /// Names the request in its answer, and counts and logs it.
    pub(crate) fn end(self, answer: &mut Response) {
        let Self { observer, started, method, matched } = self;
        let elapsed = started.elapsed();
        let id = (observer.new_id)();
        let status = answer.status().as_u16();
        let route = matched.as_ref().map_or("unmatched", MatchedPath::as_str);
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
        if let Ok(value) = HeaderValue::try_from(id) {
            answer.headers_mut().insert(HEADER, value);
        }
        observer.count(route, status, elapsed.as_secs_f64());
    }
}
