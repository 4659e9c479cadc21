//! What every service puts around its routes: unknown routes and methods, errors in the right form,
//! the forgery guard, security headers, limits, a caught panic, the log line and metrics.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use trace::Tracer;

use crate::{
    error_page, extract,
    guard::{self, SecurityHeaders},
    observe::Observer,
    origins::{Service, Site},
    problem::Problem,
    slow_body::{self, BODY_TIME},
};

/// The longest body that a route accepts unless it says otherwise (`DefaultBodyLimit`).
pub const BODY_LIMIT: usize = 256 * 1024;

/// A longer body is cut off instead of heard out.
const HEARD_OUT: usize = 16 * BODY_LIMIT;

/// Wraps the routes of a service, assets and style guide included. `tracer` begins or continues the
/// traces.
pub fn finish<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    site: &Site,
    tracer: &Tracer,
) -> Router<S> {
    finish_within(routes, site, tracer, BODY_TIME)
}

fn finish_within<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    site: &Site,
    tracer: &Tracer,
    body_time: Duration,
) -> Router<S> {
    let stack = Arc::new(Stack {
        site: site.clone(),
        observer: Observer::new(site.service.name(), tracer),
        security: SecurityHeaders::new(site),
        speculation: speculation_rules(site.service),
        body_time,
    });
    routes
        .merge(crate::assets::router(site.assets.clone()))
        .merge(crate::styleguide::router(site))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(wrong_method)
        // One layer for all concerns: each request copies a layer with all that is inside it.
        .layer((from_fn_with_state(stack, around), DefaultBodyLimit::max(BODY_LIMIT)))
}

/// What is worked out once per service.
struct Stack {
    site: Site,
    observer: Observer,
    security: SecurityHeaders,
    speculation: Option<HeaderValue>,
    body_time: Duration,
}

/// Around each route, from the outside in.
async fn around(State(stack): State<Arc<Stack>>, request: Request, next: Next) -> Response {
    let visit = stack.observer.begin(&request);
    let form = Form::wanted_by(&request);
    let work = async {
        let answer = guarded(&stack, request, next).await;
        in_the_right_form(&stack.site, form, answer)
    };
    let mut answer = trace::within(visit.step(), work).await;
    stack.security.add_to(&mut answer);
    page_headers(stack.speculation.as_ref(), &mut answer);
    visit.end(&mut answer);
    answer
}

/// The route behind its guards. A panic in it is an answer like any other.
async fn guarded(stack: &Stack, request: Request, next: Next) -> Response {
    if let Some(refusal) = guard::refuse_forgery(&request, stack.site.origin()) {
        return refusal.into_response();
    }
    let request = slow_body::limit(request, stack.body_time);
    let run = async { Ok::<_, Problem>(next.run(hear_out(request).await?).await) };
    match AssertUnwindSafe(run).catch_unwind().await {
        Ok(answer) => answer.into_response(),
        Err(panic) => panicked(&*panic),
    }
}

/// A body that is perhaps too long is read to its end before the route decides: who is still sending
/// when the connection closes never sees the answer.
async fn hear_out(request: Request) -> Result<Request, Problem> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if !length.is_some_and(|length| (BODY_LIMIT + 1..=HEARD_OUT).contains(&length)) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, HEARD_OUT).await {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(error) => Err(extract::unreadable(&error)),
    }
}

async fn wrong_method(method: Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        .detail(format!("This address does not take {method}."))
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("no message"), "request panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response()
}

/// How a client wants to be told of an error.
#[derive(Clone, Copy)]
enum Form {
    Problem,
    Page,
    /// A part of a page.
    Fragment,
}

impl Form {
    fn wanted_by(request: &Request) -> Self {
        if !wants_page(request) {
            return Self::Problem;
        }
        let partial = request.headers().get("hx-request-type").is_some_and(|v| v == "partial");
        if partial { Self::Fragment } else { Self::Page }
    }
}

/// Errors leave as problem+json under `/api/` and for clients that ask for JSON, and as a page
/// otherwise. An error without a body of ours (from a library) gets one.
fn in_the_right_form(site: &Site, form: Form, mut answer: Response) -> Response {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    let problem = match answer.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if has_own_body(&answer) => return answer,
        None => Problem::new(status, code_of(status)),
    };
    let mut formed = match form {
        Form::Problem => problem.into_response(),
        Form::Page => error_page::render(site, &problem, false),
        Form::Fragment => error_page::render(site, &problem, true),
    };
    for (name, value) in answer.headers() {
        if !matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH) {
            formed.headers_mut().append(name, value.clone());
        }
    }
    dedupe(&mut formed);
    formed
}

/// `Retry-After` and the like stand in both answers: the first one is enough.
fn dedupe(answer: &mut Response) {
    for name in [header::RETRY_AFTER, header::CACHE_CONTROL, header::WWW_AUTHENTICATE] {
        if let Some(value) = answer.headers_mut().remove(&name) {
            answer.headers_mut().insert(name, value);
        }
    }
}

fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    if path.starts_with("/api/") || path.starts_with("/.well-known/") {
        return false;
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_none_or(|accept| accept.contains("text/html") || !accept.contains("json"))
}

fn has_own_body(answer: &Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html") || kind.contains("json"))
}

fn code_of(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or("error");
    reason.to_ascii_lowercase().replace([' ', '-'], "_")
}

/// The rules by which a browser may fetch a restaurant's page when the pointer rests on its link.
fn speculation_rules(service: Service) -> Option<HeaderValue> {
    let rules = format!("\"{}\"", crate::assets::url("speculation/order.json"));
    HeaderValue::try_from(rules).ok().filter(|_| service == Service::Orderhub)
}

/// Pages and fragments share addresses, so caches must keep them apart.
fn page_headers(speculation: Option<&HeaderValue>, answer: &mut Response) {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
        return;
    }
    let fields = answer.headers_mut();
    fields.append(header::VARY, HeaderValue::from_static("hx-request-type"));
    if let Some(rules) = speculation {
        fields.insert(HeaderName::from_static("speculation-rules"), rules.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FormWithFile, JsonBody, Origins};
    use axum::routing::post;
    use futures_util::stream;
    use kernel::Random;
    use tower::ServiceExt;

    #[tokio::test]
    async fn who_sends_a_body_too_slowly_is_told_so_whatever_it_is() {
        let site = Site::new(Service::Orderhub, Origins::new(false, "example.test", None));
        let routes = Router::new()
            .route("/json", post(async |_: JsonBody<serde_json::Value>| "read"))
            .route("/form", post(async |_: crate::Form| "read"))
            .route("/photo", post(async |_: FormWithFile<1024>| "read"));
        let tracer = Tracer::silent(Random::seeded(1));
        let app = finish_within(routes, &site, &tracer, Duration::ZERO);
        for (path, kind, length) in [
            ("/json", "application/json", None),
            ("/form", "application/x-www-form-urlencoded", None),
            ("/photo", "multipart/form-data; boundary=x", None),
            // Heard out before the route sees it.
            ("/photo", "multipart/form-data; boundary=x", Some(BODY_LIMIT + 1)),
        ] {
            let body = Body::from_stream(stream::pending::<Result<&[u8], std::io::Error>>());
            let mut request = Request::post(path).header(header::CONTENT_TYPE, kind);
            if let Some(length) = length {
                request = request.header(header::CONTENT_LENGTH, length);
            }
            let answer = app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT, "{path} {length:?}");
        }
    }
}
