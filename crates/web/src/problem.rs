//! What a client did wrong, or that we failed: RFC 9457 problem details with a stable `code`.
//! The stack turns the same value into a page when a browser asked for one.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{borrow::Cow, error::Error};

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) to the field, e.g. `/lines/0/quantity`.
    pub pointer: String,
    /// What is wrong, in a sentence.
    pub detail: String,
}

/// A refusal or a failure, ready to be answered.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: Option<Cow<'static, str>>,
    errors: Vec<FieldProblem>,
    extra: Map<String, Value>,
    retry_after: Option<u32>,
    link: Option<(String, String)>,
}

impl Problem {
    /// A problem of any status.
    #[must_use]
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            status,
            code: code.into(),
            detail: None,
            errors: Vec::new(),
            extra: Map::new(),
            retry_after: None,
            link: None,
        }))
    }

    /// 400
    #[must_use]
    pub fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    /// 401
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized").detail("Sign in first.")
    }

    /// 403
    #[must_use]
    pub fn forbidden(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    /// 404
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found").detail("There is nothing at this address.")
    }

    /// 409
    #[must_use]
    pub fn conflict(code: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code)
    }

    /// 410
    #[must_use]
    pub fn gone(code: &'static str) -> Self {
        Self::new(StatusCode::GONE, code)
    }

    /// 422
    #[must_use]
    pub fn unprocessable(code: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 429, to be tried again after so many seconds.
    #[must_use]
    pub fn too_many(retry_after_seconds: u32) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests")
            .detail("Too many requests. Wait a little, then try again.")
            .retry_after(retry_after_seconds)
    }

    /// 503, to be tried again after so many seconds.
    #[must_use]
    pub fn unavailable(retry_after_seconds: u32) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").retry_after(retry_after_seconds)
    }

    /// 500. Logs `error` with its sources, here and only here; the body says nothing of it.
    #[must_use]
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(error = %chain, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    }

    /// A sentence that the client can act on. Ignored in the body of a 5xx.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds a field that is wrong.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.errors.push(FieldProblem { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// Adds an extension member, e.g. the current ticket of a 409. What cannot be written as
    /// JSON is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.extra.insert(name.to_owned(), value);
        }
        self
    }

    /// Seconds for `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The way on that the page form of this problem offers first.
    #[must_use]
    pub fn way_on(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.0.link = Some((label.into(), href.into()));
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The sentence for the client, if there is one.
    #[must_use]
    pub fn sentence(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn fields(&self) -> &[FieldProblem] {
        &self.0.errors
    }

    pub(crate) fn link(&self) -> Option<(&str, &str)> {
        self.0.link.as_ref().map(|(label, href)| (label.as_str(), href.as_str()))
    }

    pub(crate) fn retry_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// The body of RFC 9457. That of a 5xx says no more than what finds its log lines.
    #[must_use]
    pub fn body(&self) -> Value {
        let inner = &*self.0;
        let mut body = Map::new();
        let title = inner.status.canonical_reason().unwrap_or("Error");
        body.insert("type".into(), format!("urn:comanda:problem:{}", inner.code).into());
        body.insert("title".into(), title.into());
        body.insert("status".into(), inner.status.as_u16().into());
        body.insert("code".into(), inner.code.as_ref().into());
        if inner.status.is_server_error() {
            if let Some(trace) = trace::current_id() {
                body.insert("trace_id".into(), trace.into());
            }
            return Value::Object(body);
        }
        if let Some(detail) = &inner.detail {
            body.insert("detail".into(), detail.as_ref().into());
        }
        if let Ok(Value::Array(errors)) = serde_json::to_value(&inner.errors)
            && !errors.is_empty()
        {
            body.insert("errors".into(), errors.into());
        }
        for (name, value) in &inner.extra {
            body.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(body)
    }

    pub(crate) fn set_headers(&self, answer: &mut Response) {
        let fields = answer.headers_mut();
        fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.0.retry_after {
            fields.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            fields.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut answer = (self.0.status, Json(self.body())).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.set_headers(&mut answer);
        answer.extensions_mut().insert(self);
        answer
    }
}
