//! The `Idempotency-Key` header that each creating POST of the JSON API must carry.
//! Both `"8e03…"` (structured string, draft-ietf-httpapi-idempotency-key-header-07) and the bare
//! value are read.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::problem::Problem;

/// A key of 1 to 255 visible ASCII characters, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a header or form value. Nothing when it is empty, too long or not visible ASCII.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
        let legal = (1..=255).contains(&bare.len())
            && bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        legal.then(|| Self(bare.to_owned()))
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let first = values.next().ok_or_else(|| {
            Problem::bad_request("idempotency_key_missing").detail(
                "Send an Idempotency-Key header, so that a repeated request cannot act twice.",
            )
        })?;
        let single = values.next().is_none();
        single.then_some(first).and_then(|v| v.to_str().ok()).and_then(Self::parse).ok_or_else(
            || {
                Problem::bad_request("idempotency_key_invalid")
                    .detail("An Idempotency-Key is 1 to 255 visible ASCII characters, sent once.")
            },
        )
    }
}
