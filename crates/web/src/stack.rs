//! What every service puts around its routes: unknown routes and methods, errors in the right form,
//! the forgery guard, security headers, limits, a caught panic, the log line and metrics.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use std::{any::Any, sync::Arc};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    error_page, guard,
    observe::{self, NewId, Observer},
    origins::{Service, Site},
    problem::Problem,
};

/// The longest body that a route accepts unless it says otherwise (`DefaultBodyLimit`).
pub const BODY_LIMIT: usize = 256 * 1024;

/// A longer body is cut off instead of heard out.
const HEARD_OUT: usize = 16 * BODY_LIMIT;

/// The id of this request, in its extensions and in `x-request-id` of the answer.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// Wraps the routes of a service, assets included. `new_id` makes request ids.
pub fn finish<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    site: &Site,
    new_id: impl Fn() -> String + Send + Sync + 'static,
) -> Router<S> {
    let own_origin: Arc<str> = site.origin().into();
    let new_id: NewId = Arc::new(new_id);
    let observer = Observer { service: site.service.name(), new_id };
    routes
        .merge(crate::assets::router(site.assets.clone()))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(hear_out))
        .layer(from_fn_with_state(own_origin, guard::refuse_forgery))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(site.clone(), in_the_right_form))
        .layer(from_fn_with_state(guard::SecurityHeaders::new(site), guard::add_security_headers))
        .layer(from_fn_with_state(observer, observe::observe))
        .layer(from_fn_with_state(site.service, page_headers))
}

/// A body that is perhaps too long is read to its end before the route decides: who is still sending
/// when the connection closes never sees the answer.
async fn hear_out(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if !length.is_some_and(|length| (BODY_LIMIT + 1..=HEARD_OUT).contains(&length)) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, HEARD_OUT).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => Problem::bad_request("body_unreadable")
            .detail("The request's body broke off.")
            .into_response(),
    }
}

async fn wrong_method(method: Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        .detail(format!("This address does not take {method}."))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("no message"), "request panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response()
}

/// Errors leave as problem+json under `/api/` and for clients that ask for JSON, and as a page
/// otherwise. An error without a body of ours (from a library) gets one.
async fn in_the_right_form(State(site): State<Site>, request: Request, next: Next) -> Response {
    let wants_page = wants_page(&request);
    let fragment = request.headers().get("hx-request-type").is_some_and(|v| v == "partial");
    let mut answer = next.run(request).await;
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    let problem = match answer.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if has_own_body(&answer) => return answer,
        None => Problem::new(status, code_of(status)),
    };
    let mut formed = if wants_page {
        error_page::render(&site, &problem, fragment)
    } else {
        problem.into_response()
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

/// Pages and fragments share addresses, so caches must keep them apart. Orderhub's pages also name the
/// rules by which a browser may fetch a restaurant's page when the pointer rests on its link.
async fn page_headers(State(service): State<Service>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
        return answer;
    }
    let fields = answer.headers_mut();
    fields.append(header::VARY, HeaderValue::from_static("hx-request-type"));
    let rules = format!("\"{}\"", crate::assets::url("speculation/order.json"));
    if let (Service::Orderhub, Ok(rules)) = (service, HeaderValue::from_str(&rules)) {
        fields.insert(HeaderName::from_static("speculation-rules"), rules);
    }
    answer
}
