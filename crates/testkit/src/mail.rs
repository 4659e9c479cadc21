//! A mail server that keeps what it is sent, for tests to read.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

impl Received {
    /// The path and query of the link to this page of accounts.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        let words = self.text.split_whitespace();
        let links = words.filter(|word| word.starts_with("http"));
        let mut paths = links.filter_map(|link| link.split_once("://")?.1.split_once('/'));
        let found = paths.find(|(_, rest)| format!("/{rest}").starts_with(path));
        format!("/{}", found.unwrap_or_else(|| panic!("{path} in {}", self.text)).1)
    }
}

/// The server; it ends with the value's last task.
#[derive(Debug, Clone)]
pub struct MailServer {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<Received>>>,
}

impl MailServer {
    /// A server on a port of its own.
    ///
    /// # Panics
    /// When the machine gives none.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::listen(listener)
    }

    /// A server that answers so whoever a mail is for.
    ///
    /// # Panics
    /// When the machine gives no port.
    pub async fn refusing(answer: &'static str) -> Self {
        Self::answering(TcpListener::bind("127.0.0.1:0").await.expect("a port"), answer)
    }

    /// A server on a port that was chosen before.
    ///
    /// # Panics
    /// When the listener has no address.
    #[must_use]
    pub fn listen(listener: TcpListener) -> Self {
        Self::answering(listener, "250 yes")
    }

    fn answering(listener: TcpListener, answer: &'static str) -> Self {
        let address = listener.local_addr().expect("an address");
        let server = Self { address, mails: Arc::default() };
        let mails = server.mails.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, mails.clone(), answer));
            }
        });
        server
    }

    /// As `mail.url` has it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// All that came in so far.
    #[must_use]
    pub fn mails(&self) -> Vec<Received> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The last mail to this address with this subject, awaited; it is taken out.
    pub async fn take(&self, to: &str, subject: &str) -> Received {
        crate::eventually(&format!("a mail to {to}: {subject}"), async || {
            let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
            let at = mails.iter().rposition(|mail| mail.to == to && mail.subject == subject)?;
            Some(mails.remove(at))
        })
        .await
    }
}

/// As much of RFC 5321 as a client needs that sends one mail after the other.
async fn serve(
    mut stream: TcpStream,
    mails: Arc<Mutex<Vec<Received>>>,
    to_recipients: &'static str,
) -> Option<()> {
    let (reader, mut writer) = stream.split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 test\r\n").await.ok()?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1)?.to_owned();
                to_recipients
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let mail = read(&to, &text);
                mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                "250 kept"
            }
            "QUIT" => "221 bye",
            _ => "250 yes",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}

fn read(to: &str, mail: &str) -> Received {
    let (head, body) = mail.split_once("\n\n").unwrap_or((mail, ""));
    let subject = head.lines().find_map(|line| line.strip_prefix("Subject: "));
    let text = quoted_printable(body);
    Received { to: to.to_owned(), subject: subject.unwrap_or_default().to_owned(), text }
}

/// RFC 2045, 6.7.
fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = (*first == b'=').then(|| tail.get(..2)).flatten();
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
