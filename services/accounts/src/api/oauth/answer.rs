//! Answers to apps: JSON that nobody keeps (RFC 6749, 5.1 and 5.2).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// `error` and a sentence for the app's author.
#[derive(Debug, Serialize)]
struct Refusal<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// A refusal.
pub(super) fn refuse(status: StatusCode, error: &str, description: &str) -> Response {
    private((status, Json(Refusal { error, error_description: description })))
}

/// `invalid_request`.
pub(super) fn invalid_request(description: &str) -> Response {
    refuse(StatusCode::BAD_REQUEST, "invalid_request", description)
}

/// The same with what to prove and how.
pub(super) fn unauthorized(scheme: &str, error: &str, description: &str) -> Response {
    let mut answer = refuse(StatusCode::UNAUTHORIZED, error, description);
    if let Ok(scheme) = HeaderValue::from_str(scheme) {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    answer
}

pub(super) fn private(answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
