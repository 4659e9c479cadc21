//! `mail.url`: `log:`, `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`.

use crate::{
    log::Log,
    mail::{MailError, Mailer},
    sender::Sender,
    smtp::Smtp,
};
use percent_encoding::percent_decode_str;
use std::{fmt, net::IpAddr, sync::Arc};

const ALLOWED: &str =
    "expected log: or smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT";

/// Where mails go, as `mail.url` says it.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// Into the log.
    Log,
    /// To a server.
    Smtp(Server),
}

/// A mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) credentials: Option<(String, String)>,
    pub(crate) protection: Protection,
}

/// How the way to the server is protected. Certificates are checked against the system's authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    /// TLS from the first byte (RFC 8314).
    FromTheStart,
    /// STARTTLS, and nothing is said without it (RFC 3207).
    Asked,
    /// None: on this machine, or where the operator says so.
    None,
}

impl Address {
    /// Reads a setting. `smtp://` asks for TLS unless the server is this machine; `?tls=on` and
    /// `?tls=off` say it for any. Ports: 587 and 465, where none is named.
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "log:" {
            return Ok(Self::Log);
        }
        let (scheme, rest) = text.split_once("://").ok_or(ALLOWED)?;
        let (rest, tls) = match rest.split_once("?tls=") {
            Some((rest, "on")) => (rest, Some(true)),
            Some((rest, "off")) => (rest, Some(false)),
            Some(_) => return Err(ALLOWED),
            None => (rest, None),
        };
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => (Some(who(credentials)?), place),
            None => (None, rest),
        };
        let usual = if scheme == "smtps" { 465 } else { 587 };
        let (host, port) = host_and_port(place.trim_end_matches('/'), usual)?;
        let protection = match (scheme, tls) {
            ("smtp", asked) if asked.unwrap_or(!is_this_machine(&host)) => Protection::Asked,
            ("smtp", _) => Protection::None,
            ("smtps", None | Some(true)) => Protection::FromTheStart,
            _ => return Err(ALLOWED),
        };
        Ok(Self::Smtp(Server { host, port, credentials, protection }))
    }

    /// Whether mails are only printed.
    #[must_use]
    pub fn is_log(&self) -> bool {
        *self == Self::Log
    }

    /// What sends mails there, in the name of `sender`. Nothing is sent yet.
    ///
    /// # Errors
    /// The system has no certificate authorities.
    pub fn open(&self, sender: &Sender) -> Result<Arc<dyn Mailer>, MailError> {
        Ok(match self {
            Self::Log => Arc::new(Log),
            Self::Smtp(server) => Arc::new(Smtp::open(server, sender.clone())?),
        })
    }
}

/// `USER:PASSWORD`, where both may be percent-encoded.
fn who(credentials: &str) -> Result<(String, String), &'static str> {
    let (user, password) = credentials.split_once(':').ok_or(ALLOWED)?;
    let plain = |text| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    Ok((plain(user).map_err(|_| ALLOWED)?, plain(password).map_err(|_| ALLOWED)?))
}

/// `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`.
fn host_and_port(place: &str, usual: u16) -> Result<(String, u16), &'static str> {
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().map_err(|_| ALLOWED)?)
        }
        _ => (place, usual),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(fine) {
        Err(ALLOWED)
    } else {
        Ok((host.to_owned(), port))
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Without a password, for messages and logs.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log => f.write_str("log:"),
            Self::Smtp(Server { host, port, protection, .. }) => {
                let secure = if *protection == Protection::FromTheStart { "s" } else { "" };
                write!(f, "smtp{secure}://{host}:{port}")
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> Server {
        match Address::parse(text) {
            Ok(Address::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_server_is_named_with_who_we_are_there() {
        let named = server("smtps://town%40example.com:p%3Ass@mail.example.com");
        assert_eq!((named.host.as_str(), named.port), ("mail.example.com", 465));
        let credentials = ("town@example.com".to_owned(), "p:ss".to_owned());
        assert_eq!(named.credentials, Some(credentials));
        assert_eq!(server("smtp://mail.example.com:2525/").port, 2525);
        assert_eq!(server("smtp://[::1]:2525").host, "::1");
        let shown = Address::parse("smtp://me:hunter2@mail.example.com").unwrap().to_string();
        assert_eq!(shown, "smtp://mail.example.com:587");
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear_unless_the_operator_says_so() {
        for (text, protection) in [
            ("smtps://mail.example.com", Protection::FromTheStart),
            ("smtps://127.0.0.1", Protection::FromTheStart),
            ("smtp://mail.example.com", Protection::Asked),
            ("smtp://127.0.0.2:25", Protection::None),
            ("smtp://localhost:25", Protection::None),
            ("smtp://relay:25?tls=off", Protection::None),
            ("smtp://localhost:25?tls=on", Protection::Asked),
        ] {
            assert_eq!(server(text).protection, protection, "{text}");
        }
    }

    #[test]
    fn what_names_no_server_is_refused_with_what_is_allowed() {
        for wrong in [
            "",
            "log",
            "log:x",
            "smtp:",
            "smtp://",
            "mail.example.com:25",
            "http://mail.example.com",
            "smtp://me@mail.example.com",
            "smtp://mail example.com",
            "smtp://a:b@c:70000",
            "smtps://mail.example.com?tls=off",
            "smtp://mail.example.com?tls=maybe",
            "smtp://a/b",
            "smtp://%ff:b@c",
        ] {
            assert_eq!(Address::parse(wrong), Err(ALLOWED), "{wrong}");
        }
    }
}
