//! Extractors whose refusal is a [`Problem`] that names the field. Use these instead of axum's own:
//! no input can make them answer 5xx.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::problem::Problem;

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

/// The whole body, or 413 when it is longer than the limit of the route.
pub(crate) async fn body_of<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
                .detail("The request is larger than this address accepts.")
        } else {
            Problem::bad_request("body_unreadable").detail("The request's body broke off.")
        }
    })
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
        return Err(Problem::unprocessable("invalid_body")
            .detail("Text may not hold the character U+0000."));
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
            Segment::Map { key } | Segment::Enum { variant: key } => {
                key.replace('~', "~0").replace('/', "~1")
            }
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
