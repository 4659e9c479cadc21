//! `log:` for development and the demo: a mail is one line of the log.

use crate::mail::{Mail, MailError, Mailer};
use async_trait::async_trait;

/// Prints mails.
#[derive(Debug)]
pub(crate) struct Log;

#[async_trait]
impl Mailer for Log {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let Mail { to, subject, text, .. } = mail;
        tracing::info!(target: "mail", to = to.as_str(), subject = subject.as_str(), text = text.as_str(), "mail");
        Ok(())
    }

    async fn examine(&self) -> Result<(), MailError> {
        Ok(())
    }
}
