//! A mail server, by SMTP. One connection per mail: there are few, and a server may close idle ones.

use crate::{
    address::Server,
    mail::{Mail, MailError, Mailer},
    sender::Sender,
};
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Body, Mailbox, header::ContentTransferEncoding, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use std::time::{Duration, SystemTime};

/// A server that says nothing for so long is away.
const PATIENCE: Duration = Duration::from_secs(20);

/// Hands mails to a server.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Sender,
}

impl Smtp {
    pub(crate) fn open(server: &Server, sender: Sender) -> Result<Self, MailError> {
        let parameters = || TlsParameters::new_rustls(server.host.clone());
        let tls = match server.protection {
            crate::address::Protection::FromTheStart => Tls::Wrapper(parameters()?),
            crate::address::Protection::Asked => Tls::Required(parameters()?),
            crate::address::Protection::None => Tls::None,
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(sender.0.email.domain().to_owned()));
        let builder = match &server.credentials {
            Some((user, password)) => {
                builder.credentials(Credentials::new(user.clone(), password.clone()))
            }
            None => builder,
        };
        Ok(Self { transport: builder.build(), sender })
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let to: Address = mail.to.parse().map_err(unwritable)?;
        let domain = self.sender.0.email.domain();
        let encoding = ContentTransferEncoding::QuotedPrintable;
        // The end of the last line comes by itself.
        let text = mail.text.trim_end_matches('\n').replace('\n', "\r\n");
        let body = Body::new_with_encoding(text, encoding).map_err(|_| MailError::NotReady)?;
        Message::builder()
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .date(SystemTime::from(mail.at))
            .from(self.sender.0.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(unwritable)
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> MailError {
    MailError::Unwritable(Box::new(error))
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.transport.send(self.message(mail)?).await?;
        Ok(())
    }

    async fn examine(&self) -> Result<(), MailError> {
        if self.transport.test_connection().await? { Ok(()) } else { Err(MailError::NotReady) }
    }
}
