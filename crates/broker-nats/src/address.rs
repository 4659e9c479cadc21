//! `nats://[USER:PASSWORD@ or TOKEN@]HOST[:PORT][,HOST[:PORT]…][/TOWN][?creds=FILE&ca=FILE&replicas=N]`,
//! or `tls://…`: where the server is and what is ours there.

use percent_encoding::percent_decode_str;
use std::{fmt, path::PathBuf};

/// Where a NATS server is, how to sign in, and what is ours there.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) tls: bool,
    /// `HOST` or `HOST:PORT`, one or more.
    pub(crate) hosts: Vec<String>,
    pub(crate) sign_in: SignIn,
    /// Certificates of authorities that the system does not know.
    pub(crate) authorities: Option<PathBuf>,
    /// All that we make begins with it.
    pub(crate) town: String,
    /// Copies that a cluster keeps of what we make.
    pub(crate) replicas: usize,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SignIn {
    Nobody,
    Password { user: String, password: String },
    Token(String),
    Credentials(PathBuf),
}

impl Address {
    /// Reads the text of a setting.
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "expected nats://USER:PASSWORD@HOST:PORT,HOST:PORT/TOWN?creds=FILE&ca=FILE&replicas=3 \
             (all but the host may be left out) or the same with tls://";
        let (scheme, rest) = text.split_once("://").ok_or(SHAPE)?;
        let tls = match scheme {
            "nats" => false,
            "tls" => true,
            _ => return Err(SHAPE),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (server, town) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = match server.rsplit_once('@') {
            Some((user, hosts)) => (Some(user), hosts),
            None => (None, server),
        };
        let mut address = Self {
            tls,
            hosts: hosts.split(',').map(str::to_owned).collect(),
            sign_in: SignIn::of(user),
            authorities: None,
            town: if town.is_empty() { "comanda".to_owned() } else { decoded(town) },
            replicas: 1,
        };
        let is_host = |host: &String| {
            let parsed = format!("nats://{host}").parse::<async_nats::ServerAddr>();
            parsed.is_ok_and(|server| !server.host().is_empty())
        };
        if hosts.contains('/') || town.contains('/') || !address.hosts.iter().all(is_host) {
            return Err(SHAPE);
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or(SHAPE)?;
            match name {
                "creds" => address.sign_in = SignIn::Credentials(decoded(value).into()),
                "ca" => address.authorities = Some(decoded(value).into()),
                "replicas" => {
                    let copies = value.parse().ok().filter(|copies| (1..=5).contains(copies));
                    address.replicas = copies.ok_or("replicas is a number from 1 to 5")?;
                }
                _ => return Err(SHAPE),
            }
        }
        Ok(address)
    }

    pub(crate) fn servers(&self) -> Vec<String> {
        let scheme = self.scheme();
        self.hosts.iter().map(|host| format!("{scheme}://{host}")).collect()
    }

    fn scheme(&self) -> &'static str {
        if self.tls { "tls" } else { "nats" }
    }
}

impl SignIn {
    fn of(user: Option<&str>) -> Self {
        match user.map(|user| user.split_once(':').ok_or(user)) {
            None => Self::Nobody,
            Some(Err(token)) => Self::Token(decoded(token)),
            Some(Ok((user, password))) => {
                Self::Password { user: decoded(user), password: decoded(password) }
            }
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl fmt::Display for Address {
    /// Without how to sign in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/{}", self.scheme(), self.hosts.join(","), self.town)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_host_has_a_default() {
        let address = Address::parse("nats://broker").unwrap();
        assert_eq!(address.servers(), ["nats://broker"]);
        assert_eq!((address.town.as_str(), address.replicas), ("comanda", 1));
        assert!(address.sign_in == SignIn::Nobody);
    }

    #[test]
    fn a_cluster_with_a_password_is_shown_without_it() {
        let text = "tls://me:p%40ss@a:4222,b:4223/lunch?replicas=3&ca=/etc/ca.pem";
        let address = Address::parse(text).unwrap();
        assert_eq!(address.servers(), ["tls://a:4222", "tls://b:4223"]);
        let password = SignIn::Password { user: "me".to_owned(), password: "p@ss".to_owned() };
        assert!(address.sign_in == password && address.replicas == 3);
        assert_eq!(
            format!("{address} {address:?}"),
            "tls://a:4222,b:4223/lunch tls://a:4222,b:4223/lunch"
        );
        assert!(
            Address::parse("nats://t0ken@a").unwrap().sign_in == SignIn::Token("t0ken".to_owned())
        );
    }

    #[test]
    fn what_is_no_address_is_answered_with_what_is_one() {
        for text in [
            "nats://",
            "nats://a b",
            "nats://a:port",
            "nats://a?copies=3",
            "nats://a/b/c",
            "http://a",
        ] {
            assert!(Address::parse(text).unwrap_err().contains("nats://USER"), "{text}");
        }
        assert!(Address::parse("nats://a?replicas=9").unwrap_err().contains("1 to 5"));
    }
}
