//! `broker.url` of a Kafka cluster, read and shown.

use percent_encoding::percent_decode_str;
use std::{fmt, str::FromStr};

/// What `broker.url` may say; also the answer to a wrong one.
const ALLOWED: &str = "expected kafka://[USER:PASSWORD@]HOST:PORT[,HOST:PORT…][/TOWN][?OPTION=VALUE&…] \
     with the options partitions, replication, min_insync, sasl (plain, scram-sha-256, \
     scram-sha-512), tls (true), ca, certificate and key (files)";

/// Where a cluster is, how to sign in, and how topics are made there.
///
/// `kafka://[USER:PASSWORD@]HOST:PORT[,HOST:PORT…][/TOWN][?OPTION=VALUE&…]`. What is special in a
/// user's name or password is percent-encoded (`%40` for `@`).
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// `HOST:PORT,HOST:PORT`.
    pub(crate) servers: String,
    /// User and password.
    pub(crate) user: Option<(String, String)>,
    /// Before the names of topics and groups, so that several towns share a cluster.
    pub(crate) prefix: String,
    /// Of a topic that is made: how many consumers can share it at most.
    pub(crate) partitions: i32,
    /// Of a topic that is made: how many brokers have a copy.
    pub(crate) replication: i32,
    /// Of a topic that is made: how many copies there must be before an event counts as kept.
    pub(crate) min_insync: i32,
    /// Kafka's name of the SASL mechanism.
    mechanism: Option<&'static str>,
    tls: bool,
    /// Files: authorities to trust, our certificate, its key.
    files: [(&'static str, Option<String>); 3],
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("kafka://").ok_or(ALLOWED)?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (user, place) = match place.rsplit_once('@') {
            Some((user, place)) => (Some(credentials(user).ok_or(ALLOWED)?), place),
            None => (None, place),
        };
        let (servers, prefix) = place.split_once('/').unwrap_or((place, ""));
        let mut address = Self {
            servers: servers.to_owned(),
            mechanism: user.as_ref().map(|_| "PLAIN"),
            user,
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}.") },
            partitions: 12,
            replication: 3,
            min_insync: 0,
            tls: false,
            files: ["ssl.ca.location", "ssl.certificate.location", "ssl.key.location"]
                .map(|name| (name, None)),
        };
        let options: Vec<(String, String)> =
            serde_urlencoded::from_str(query).map_err(|_| ALLOWED)?;
        for (option, value) in options {
            address.set(&option, value).ok_or(ALLOWED)?;
        }
        if address.min_insync == 0 {
            address.min_insync = (address.replication - 1).clamp(1, 2);
        }
        address.checked()
    }
}

impl Address {
    fn set(&mut self, option: &str, value: String) -> Option<()> {
        let number = || value.parse().ok().filter(|number: &i32| (1..=1000).contains(number));
        match option {
            "partitions" => self.partitions = number()?,
            "replication" => self.replication = number()?,
            "min_insync" => self.min_insync = number()?,
            "sasl" => {
                self.mechanism = Some(match value.as_str() {
                    "plain" => "PLAIN",
                    "scram-sha-256" => "SCRAM-SHA-256",
                    "scram-sha-512" => "SCRAM-SHA-512",
                    _ => return None,
                });
            }
            "tls" => self.tls = value.parse().ok()?,
            "ca" => self.files[0].1 = Some(value),
            "certificate" => self.files[1].1 = Some(value),
            "key" => self.files[2].1 = Some(value),
            _ => return None,
        }
        Some(())
    }

    fn checked(self) -> Result<Self, &'static str> {
        let is_server = |server: &str| {
            let parts = server.rsplit_once(':');
            parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let scram = self.mechanism.is_some_and(|mechanism| mechanism.starts_with("SCRAM"));
        if !self.servers.split(',').all(is_server)
            || !self.prefix.bytes().all(is_name)
            || self.prefix.len() > 100
            || (self.mechanism.is_some() && self.user.is_none())
        {
            return Err(ALLOWED);
        }
        if self.min_insync > self.replication {
            return Err("min_insync cannot be more than replication");
        }
        if (self.tls || scram) && !cfg!(feature = "tls") {
            return Err(
                "this build has Kafka without TLS and SCRAM: build with `--features kafka-tls`",
            );
        }
        Ok(self)
    }

    /// What a client must know to get in, by librdkafka's names.
    pub(crate) fn security(&self) -> Vec<(&'static str, String)> {
        let protocol = match (self.tls, self.mechanism.is_some()) {
            (false, false) => "plaintext",
            (true, false) => "ssl",
            (false, true) => "sasl_plaintext",
            (true, true) => "sasl_ssl",
        };
        let mut settings = vec![("security.protocol", protocol.to_owned())];
        if let (Some(mechanism), Some((user, password))) = (self.mechanism, &self.user) {
            settings.push(("sasl.mechanism", mechanism.to_owned()));
            settings.push(("sasl.username", user.clone()));
            settings.push(("sasl.password", password.clone()));
        }
        let files = self.files.iter().filter_map(|(name, file)| Some((*name, file.clone()?)));
        settings.extend(files);
        settings
    }
}

fn credentials(text: &str) -> Option<(String, String)> {
    let (user, password) = text.split_once(':')?;
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().ok()?;
        (!text.is_empty()).then(|| text.into_owned())
    };
    Some((decoded(user)?, decoded(password)?))
}

impl fmt::Display for Address {
    /// For an operator; never with a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kafka://{}", self.servers)?;
        if !self.prefix.is_empty() {
            write!(f, "/{}", self.prefix.trim_end_matches('.'))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_as_whom_and_how() {
        let text = "kafka://me:p%40ss@one:9092,two:9092/town?partitions=6&replication=2";
        let address: Address = text.parse().unwrap();
        assert_eq!((address.partitions, address.replication, address.min_insync), (6, 2, 1));
        assert_eq!(address.prefix, "town.");
        assert_eq!(address.user, Some(("me".to_owned(), "p@ss".to_owned())));
        assert_eq!(address.security()[0].1, "sasl_plaintext");
        for shown in [address.to_string(), format!("{address:?}")] {
            assert!(shown.contains("kafka://one:9092,two:9092/town"), "{shown}");
            assert!(!shown.contains("p@ss") && !shown.contains("me:"), "{shown}");
        }
        let default: Address = "kafka://one:9092".parse().unwrap();
        assert_eq!((default.partitions, default.replication, default.min_insync), (12, 3, 2));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_is_allowed() {
        for wrong in [
            "kafka://",
            "kafka://host",
            "kafka://one:9092,",
            "kafka://one:9092?partition=3",
            "kafka://one:9092?partitions=0",
            "kafka://one:9092?sasl=plain",
            "kafka://me:x@one:9092?sasl=gssapi",
            "kafka://me@one:9092",
            "kafka://one:9092/a/b",
        ] {
            assert_eq!(wrong.parse::<Address>(), Err(ALLOWED), "{wrong}");
        }
        assert!("kafka://one:9092?replication=1&min_insync=2".parse::<Address>().is_err());
        let tls = "kafka://one:9092?tls=true".parse::<Address>();
        assert_eq!(tls.is_ok(), cfg!(feature = "tls"));
    }
}
