//! `mail.from`: in whose name mails are sent.

use lettre::message::Mailbox;
use std::{fmt, str::FromStr};

/// An address, perhaps with a name: `Comanda <no-reply@example.com>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(pub(crate) Mailbox);

impl Sender {
    /// Whom mails come from where nobody set it: no reply is read there.
    ///
    /// # Errors
    /// No mail can come from such a domain.
    pub fn of_domain(domain: &str) -> Result<Self, &'static str> {
        format!("Comanda <no-reply@{domain}>").parse()
    }
}

impl FromStr for Sender {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        text.parse().map(Self).map_err(|_| "expected an address such as Comanda <food@example.com>")
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
