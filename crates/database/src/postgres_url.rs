//! The URL of a PostgreSQL, with `sslmode` and `sslrootcert`, which mean what they mean to libpq:
//! the driver itself knows only some of the modes, and no certificates.

use crate::{Error, LocationError, postgres_tls};
use kernel::in_words;
use percent_encoding::percent_decode_str;
use postgres::{
    Client, Config,
    config::{Host, SslMode},
};
use std::path::PathBuf;

/// Where a server is, and how much of the way there is protected.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) config: Config,
    pub(crate) mode: Mode,
    pub(crate) roots: Roots,
}

/// `sslmode`. There is no `allow`: it would ask for an open connection first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// `sslrootcert`: who may sign the server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Nothing was said, or `system`: the authorities that the machine trusts.
    System { said: bool },
    /// A PEM file.
    File(PathBuf),
}

impl Address {
    pub(crate) fn of(url: &str) -> Result<Self, Error> {
        let (plain, mode, roots) = split(url).map_err(Error::unavailable)?;
        let config = plain.parse::<Config>();
        let mut config = config.map_err(|error| Error::unavailable(in_words(&error)))?;
        let mut mode = mode.unwrap_or(Mode::Prefer);
        if config.get_hosts().iter().all(|host| !matches!(host, Host::Tcp(_))) {
            // A socket of this machine is not encrypted by any server.
            mode = Mode::Disable;
        }
        // For the sake of old habits libpq checks the signer under `require`, too, where it is named.
        if mode == Mode::Require && roots != (Roots::System { said: false }) {
            mode = Mode::VerifyCa;
        }
        config.ssl_mode(match mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        });
        Ok(Self { config, mode, roots })
    }

    /// Connects, to another database of the same server when one is named. What went wrong is told
    /// by the driver's error or, when it is about our own certificates, by ours.
    pub(crate) fn connect(&self) -> Result<Client, ConnectError> {
        let connector = postgres_tls::connector(self).map_err(ConnectError::Certificates)?;
        self.config.connect(connector).map_err(ConnectError::Server)
    }

    pub(crate) fn database(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.config.dbname(name);
        other
    }

    /// Whether nothing that is sent leaves this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) if name == "localhost" => true,
            Host::Tcp(name) => {
                name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
            Host::Unix(_) => true,
        })
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum ConnectError {
    Certificates(Error),
    Server(postgres::Error),
}

impl ConnectError {
    pub(crate) fn code(&self) -> Option<&postgres::error::SqlState> {
        let Self::Server(error) = self else { return None };
        error.code()
    }
}

impl From<ConnectError> for Error {
    /// With the server's reason, which the driver's own words leave out.
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Certificates(error) => error,
            ConnectError::Server(error) => Self::unavailable(in_words(&error)),
        }
    }
}

/// Whether the words about encryption are such that we know.
pub(crate) fn check(url: &str) -> Result<(), LocationError> {
    split(url).map(drop)
}

/// The URL as the driver understands it, and what it says of encryption.
fn split(url: &str) -> Result<(String, Option<Mode>, Roots), LocationError> {
    let Some((address, query)) = split_query(url) else {
        return Ok((url.to_owned(), None, Roots::System { said: false }));
    };
    let (mut mode, mut roots, mut rest) = (None, Roots::System { said: false }, Vec::new());
    for pair in query.split('&') {
        let value = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        match pair.split_once('=') {
            Some(("sslmode", said)) => mode = Some(Mode::of(&value(said))?),
            Some(("sslrootcert", "system")) => roots = Roots::System { said: true },
            Some(("sslrootcert", file)) => roots = Roots::File(value(file).into()),
            _ => rest.push(pair),
        }
    }
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    Ok((format!("{address}{query}"), mode, roots))
}

/// The query begins behind the credentials, which end at the first `@` for the driver, too: a
/// password may hold a `?`.
pub(crate) fn split_query(url: &str) -> Option<(&str, &str)> {
    let credentials = url.find('@').unwrap_or(0);
    let mark = credentials + url.get(credentials..)?.find('?')?;
    Some((url.get(..mark)?, url.get(mark + 1..)?))
}

impl Mode {
    fn of(text: &str) -> Result<Self, LocationError> {
        Ok(match text {
            "disable" => Self::Disable,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            other => return Err(LocationError::SslMode { mode: other.to_owned() }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> Mode {
        Address::of(url).unwrap().mode
    }

    #[test]
    fn the_words_mean_what_they_mean_to_libpq() {
        assert_eq!(mode("postgres://h/town"), Mode::Prefer);
        assert_eq!(mode("postgres://h/town?sslmode=require"), Mode::Require);
        assert_eq!(mode("postgres://h/town?sslmode=require&sslrootcert=ca.pem"), Mode::VerifyCa);
        assert_eq!(mode("postgres://%2Frun%2Fpostgresql/town?sslmode=verify-full"), Mode::Disable);
        let full =
            "postgres://h/town?sslrootcert=%2Fetc%2Frds.pem&connect_timeout=3&sslmode=verify-full";
        let full = Address::of(full).unwrap();
        assert_eq!(full.mode, Mode::VerifyFull);
        assert_eq!(full.roots, Roots::File("/etc/rds.pem".into()));
        assert_eq!(full.config.get_connect_timeout().unwrap().as_secs(), 3);
        assert_eq!(full.config.get_ssl_mode(), SslMode::Require);
    }

    #[test]
    fn a_password_with_a_question_mark_stays_as_it_is() {
        let address = Address::of("postgres://u:a?b&c@h/town?sslmode=disable").unwrap();
        assert_eq!(address.config.get_password(), Some(b"a?b&c".as_slice()));
        assert_eq!(address.mode, Mode::Disable);
    }

    #[test]
    fn what_stays_on_this_machine_is_known() {
        let local = |url| Address::of(url).unwrap().is_local();
        assert!(local("postgres://127.0.0.1,localhost,[::1]/town"));
        assert!(local("postgres://%2Frun%2Fpostgresql/town"));
        assert!(!local("postgres://127.0.0.1,db.example.com/town"));
        assert!(!local("postgres://10.0.0.7/town"));
    }
}
