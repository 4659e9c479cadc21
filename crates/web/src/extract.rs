//! Extractors whose refusal is a [`Problem`] that names the field. Use these instead of axum's own:
//! no input can make them answer 5xx.

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::{
    problem::Problem,
    slow_body::{BODY_TIME, is_too_slow},
};

/// A JSON body. Not JSON: 400; JSON of another shape: 422 with a pointer to the field.
#[derive(Debug, Clone)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json")
                .detail("Send the body as application/json."));
        }
        let body = body_of(request, state).await?;
        parse_json(&body).map(Self)
    }
}

/// A JSON body that may be left out; one that is sent is read as [`JsonBody`] does.
#[derive(Debug, Clone)]
pub struct JsonBodyIfAny<T>(pub Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBodyIfAny<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.body().is_end_stream() {
            return Ok(Self(None));
        }
        JsonBody::from_request(request, state).await.map(|JsonBody(body)| Self(Some(body)))
    }
}

/// The whole body, or 413 when it is longer than the limit of the route.
pub(crate) async fn body_of<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
                .detail("The request is larger than this address accepts.")
        } else {
            unreadable(&rejection)
        }
    })
}

/// The answer to a body that did not come, or not in time.
pub(crate) fn unreadable(error: &(dyn std::error::Error + 'static)) -> Problem {
    if is_too_slow(error) {
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow")
            .detail(format!("The request's body took longer than {} s.", BODY_TIME.as_secs()));
    }
    Problem::bad_request("body_unreadable").detail("The request's body broke off.")
}

/// A body that is no text, such as a photo. Longer than the limit of the route: 413.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        body_of(request, state).await.map(Self)
    }
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let essence = kind.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Reads `body` as JSON of the shape `T`.
///
/// # Errors
/// 400 when it is not JSON, 422 with a JSON pointer when its shape is another.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if holds_nul(body) {
        let value = serde_json::from_slice(body).map_err(|error| syntax_problem(&error))?;
        return Err(nul_problem(&value));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer_of(error.path());
        let cause = error.into_inner();
        if cause.is_data() { shape_problem(pointer, &cause) } else { syntax_problem(&cause) }
    })?;
    reader.end().map_err(|error| syntax_problem(&error))?;
    Ok(value)
}

/// Databases refuse U+0000 in text, so it is refused here, where the answer can still be a 422.
fn holds_nul(body: &[u8]) -> bool {
    let escape = b"\\u0000";
    body.windows(escape.len()).enumerate().any(|(at, window)| {
        window == escape && body[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 0
    })
}

fn nul_problem(body: &Value) -> Problem {
    let sentence = "Text may not hold the character U+0000.";
    let problem = Problem::unprocessable("invalid_body").detail(sentence);
    // Of two fields with one name only the last is found.
    match place_of_nul(body) {
        Some(pointer) => problem.field(pointer, sentence),
        None => problem,
    }
}

/// The first text with U+0000; for a name, the object that holds it.
fn place_of_nul(value: &Value) -> Option<String> {
    let below = |step: &str, value| Some(format!("/{}{}", escaped(step), place_of_nul(value)?));
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(values) => {
            values.iter().enumerate().find_map(|(index, value)| below(&index.to_string(), value))
        }
        Value::Object(fields) if fields.keys().any(|name| name.contains('\0')) => {
            Some(String::new())
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| below(name, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A step of a JSON pointer (RFC 6901).
pub(crate) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

fn syntax_problem(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::bad_request("malformed_json")
        .detail(format!("The body is not JSON: it breaks at line {line}, column {column}."))
}

fn shape_problem(mut pointer: String, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let detail = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let named = ["missing field `", "unknown field `"].iter().find_map(|start| {
        let name = detail.strip_prefix(start)?;
        name.split('`').next()
    });
    if let Some(name) = named.filter(|name| !pointer.ends_with(&format!("/{name}"))) {
        pointer.push('/');
        pointer.push_str(name);
    }
    Problem::unprocessable("invalid_body")
        .detail("A field is missing or has the wrong form.")
        .field(pointer, detail)
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } | Segment::Enum { variant: key } => escaped(key),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

/// Path parameters. One that does not parse: 404, because nothing can be at such an address.
#[derive(Debug, Clone)]
pub struct PathOf<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.path().contains("%00") {
            return Err(Problem::not_found());
        }
        let found = Path::<T>::from_request_parts(parts, state).await;
        found.map(|Path(value)| Self(value)).map_err(|_| Problem::not_found())
    }
}

/// Query parameters. One that does not parse: 400 with what is wrong.
#[derive(Debug, Clone)]
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let problem = || Problem::bad_request("invalid_query");
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(problem().detail("Text may not hold the character U+0000."));
        }
        let found = Query::<T>::from_request_parts(parts, state).await;
        found.map(|Query(value)| Self(value)).map_err(|rejection| {
            let text = rejection.body_text();
            let detail = text.trim_start_matches("Failed to deserialize query string: ").to_owned();
            problem().detail(detail)
        })
    }
}
