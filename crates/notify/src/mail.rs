//! The port: a mail, and what sends it.

use async_trait::async_trait;
use jiff::Timestamp;
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

/// A mail was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// What is to be sent is no mail, such as an address that none has.
    #[error("it cannot be written as a mail")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server is away, refuses, or is not the one that it should be.
    #[error("the mail server does not take it")]
    Server(#[from] lettre::transport::smtp::Error),
    /// The server answers, but not as it should.
    #[error("the mail server is not ready")]
    NotReady,
}
