//! A submitted form: keeps what was typed, exactly, and carries what is wrong beside each field, so
//! that the page can be shown again with nothing lost.

use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};

use crate::{extract::body_of, problem::Problem};

/// Name-value pairs as typed, and the errors found in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    values: Vec<(String, String)>,
    errors: Vec<(String, String)>,
}

impl Form {
    /// A form that starts with these values (for the first showing).
    #[must_use]
    pub fn with<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let values = pairs.into_iter().map(|(n, v)| (n.into(), v.into())).collect();
        Self { values, errors: Vec::new() }
    }

    /// Reads `application/x-www-form-urlencoded` bytes. Line ends become `\n`; U+0000 is dropped,
    /// because no database keeps it.
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
        Self::sent(pairs)
    }

    /// A form as a browser sent it.
    pub(crate) fn sent(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let clean = |text: String| text.replace("\r\n", "\n").replace('\0', "");
        Self::with(pairs.into_iter().map(|(name, value)| (clean(name), clean(value))))
    }

    /// The first value of `name` as typed, or an empty text.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or("")
    }

    /// The first value of `name` without the space around it.
    #[must_use]
    pub fn trimmed(&self, name: &str) -> &str {
        self.value(name).trim()
    }

    /// All values of `name`, in order: of checkboxes and repeated fields.
    pub fn values<'f, 'n>(&'f self, name: &'n str) -> impl Iterator<Item = &'f str> + use<'f, 'n> {
        self.pairs().filter(move |(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All pairs, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether a checkbox or radio `name` was sent with `value`.
    #[must_use]
    pub fn chosen(&self, name: &str, value: &str) -> bool {
        self.values(name).any(|chosen| chosen == value)
    }

    /// Whether a checkbox `name` was sent at all.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// Replaces the values of `name` by one.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.values.push((name.to_owned(), value.into()));
    }

    /// Takes the values of `name` away.
    pub fn remove(&mut self, name: &str) {
        self.values.retain(|(key, _)| key != name);
    }

    /// Marks `name` as wrong, with a sentence on how to mend it. The name `""` is the form itself.
    pub fn fail(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push((name.to_owned(), message.into()));
    }

    /// The value of `name`, trimmed; an empty one is marked with `message`.
    pub fn require(&mut self, name: &str, message: &str) -> Option<String> {
        let value = self.trimmed(name).to_owned();
        if value.is_empty() {
            self.fail(name, message);
            return None;
        }
        Some(value)
    }

    /// The first error of `name`.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors().find(|(key, _)| *key == name).map(|(_, message)| message)
    }

    /// All errors as (field, sentence), in the order they were found.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors.iter().map(|(name, message)| (name.as_str(), message.as_str()))
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// The status of the page that shows this form: 422 when something is wrong.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let is_form = kind.is_some_and(|kind| {
            let essence = kind.split(';').next().unwrap_or("").trim();
            essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        let body = body_of(request, state).await?;
        if !is_form && !body.is_empty() {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_form")
                .detail("Send the form as application/x-www-form-urlencoded."));
        }
        Ok(Self::parse(&body))
    }
}
