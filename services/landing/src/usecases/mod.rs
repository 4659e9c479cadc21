//! One file per verb.

pub(crate) mod erase_person;
pub(crate) mod send_message;
pub(crate) mod submit_application;

use runtime::Refuses;

/// Why something sent from outside was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Fields, each with what is wrong.
    #[error("{} fields are not acceptable", .0.len())]
    Fields(Vec<FieldError>),
    /// The idempotency key was used with other content.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// The event could not be recorded.
    #[error(transparent)]
    Publish(#[from] runtime::PublishError),
}

impl Refuses for Refusal {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Fields(_) => Some("invalid"),
            Self::KeyReused => Some("key_reused"),
            Self::Database(_) | Self::Publish(_) => None,
        }
    }
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    pub(crate) field: &'static str,
    pub(crate) sentence: &'static str,
}

/// Collects what is wrong with fields.
#[derive(Debug, Default)]
pub(crate) struct Check(Vec<FieldError>);

impl Check {
    /// The text without outer space, when it is between one and `most` characters.
    pub(crate) fn text(
        &mut self,
        field: &'static str,
        text: &str,
        most: usize,
        sentence: &'static str,
    ) -> String {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > most || text.contains('\0') {
            self.0.push(FieldError { field, sentence });
        }
        text.to_owned()
    }

    /// An address that mail can be sent to, as far as its form tells.
    pub(crate) fn email(&mut self, field: &'static str, text: &str) -> String {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').unwrap_or_default();
        let plain =
            text.len() <= 254 && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        if !plain
            || local.is_empty()
            || !domain.contains('.')
            || domain.starts_with('.')
            || domain.ends_with('.')
        {
            self.0.push(FieldError {
                field,
                sentence: "Enter an e-mail address such as ana@example.com.",
            });
        }
        text.to_owned()
    }

    /// All well, or what is wrong.
    pub(crate) fn done(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Fields(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_by_their_form() {
        let good = |text: &str| {
            let mut check = Check::default();
            check.email("email", text);
            check.done().is_ok()
        };
        for text in ["ana@example.com", " ana@example.com ", "a+b@x.co", "ünïcode@exämple.at"] {
            assert!(good(text), "{text}");
        }
        for text in
            ["", "ana", "@example.com", "ana@", "ana@localhost", "a b@x.co", "a@.co", "a@x."]
        {
            assert!(!good(text), "{text}");
        }
    }
}
