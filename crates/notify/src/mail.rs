//! The port: a mail, and what sends it.

use crate::reply::Reply;
use async_trait::async_trait;
use jiff::Timestamp;
use std::error::Error as _;
use uuid::Uuid;

/// A mail to one person, in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The same for each attempt: whoever gets it twice can tell.
    pub id: Uuid,
    /// When what it tells happened.
    pub at: Timestamp,
    /// The address alone.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Lines that end with `\n`.
    pub text: String,
}

/// Sends mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail over. It may arrive twice when an answer is lost.
    ///
    /// # Errors
    /// It was not taken; whether another attempt can help is for the caller to find out.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;

    /// Asks whether mails would be taken, and sends none.
    ///
    /// # Errors
    /// They would not.
    async fn examine(&self) -> Result<(), MailError>;
}

/// A mail was not taken. What it says of itself names no person: it goes into logs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// What is to be sent is no mail, such as an address that none has.
    #[error("it cannot be written as a mail")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server refuses it.
    #[error("the mail server refuses it with {0}")]
    Refused(Reply),
    /// The server is away, or is not the one that it should be.
    #[error("the mail server cannot be spoken to")]
    Server(#[source] lettre::transport::smtp::Error),
    /// The server answers, but not as it should.
    #[error("the mail server is not ready")]
    NotReady,
}

impl MailError {
    /// Whether no attempt can ever help, because of whom the mail is for. What a server has against
    /// ourselves (a password, a list that we are on) may be mended before the mail is too old.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Unwritable(_) => true,
            Self::Refused(reply) => reply.is_about_the_recipient(),
            Self::Server(_) | Self::NotReady => false,
        }
    }
}

/// The words of a server are left out: they quote the address.
impl From<lettre::transport::smtp::Error> for MailError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        match error.status() {
            Some(code) => {
                let words = error.source().map(ToString::to_string).unwrap_or_default();
                Self::Refused(Reply::read(code.into(), &words))
            }
            None if error.is_response() => Self::NotReady,
            None => Self::Server(error),
        }
    }
}
