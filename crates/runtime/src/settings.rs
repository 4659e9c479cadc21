//! Settings: defaults, then one TOML file, then `COMANDA_…` environment; a key of one service wins
//! over the common one. A wrong setting is one sentence: key, value, what is allowed.

mod keys;
mod one_of_a_kind;
mod providers;
mod way;

pub use keys::{KEYS, Key, default_file};
pub use providers::{ClerkApp, FirebaseApp, OpenIdClient, Provider, ProviderKind, Secret};
pub use way::is_safe_way;

use crate::BrokerUrl;
use ipnet::IpNet;
use kernel::without_password;
use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// A setting that stops the start.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    /// The value is not allowed.
    #[error("{key} is {value:?}: {allowed}")]
    Value {
        /// Which setting.
        key: String,
        /// What it was set to.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// Where the databases are cannot be understood.
    #[error(transparent)]
    Database(#[from] database::LocationError),
    /// No such key.
    #[error("{0} is not a setting; `comanda config` prints all of them")]
    Unknown(String),
    /// The file cannot be read.
    #[error("the settings file {path:?} cannot be read: {reason}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// The settings of one service (or of all four in one process).
#[derive(Clone)]
pub struct Settings {
    /// Domain below which the hosts are.
    pub domain: String,
    /// Browsers come by https.
    pub https: bool,
    /// The port that browsers use, when it is not the scheme's own.
    pub public_port: Option<u16>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to show metrics, when not on the public port.
    pub metrics_listen: Option<SocketAddr>,
    /// Networks whose proxies say who the client is.
    pub trusted_proxies: Vec<IpNet>,
    /// How long a process that was asked to stop still answers.
    pub drain: Duration,
    /// Folder of embedded data.
    pub data_dir: PathBuf,
    /// `sqlite:` or `postgres://`.
    pub database_url: String,
    /// One database with a schema per service.
    pub database_shared: bool,
    /// Writing connections on PostgreSQL.
    pub database_writers: usize,
    /// Where the broker is.
    pub broker: BrokerUrl,
    /// Where photos lie.
    pub uploads: uploads::Address,
    /// Where mails go.
    pub mail: notify::Address,
    /// Whom mails come from.
    pub mail_from: notify::Sender,
    /// Where accounts answers inside.
    pub accounts_url: String,
    /// Where the others do, in the order of [`web::Service::ALL`]; accounts as well.
    pub internal_urls: [String; 4],
    /// Loopback is throttled, too.
    pub throttle_loopback: bool,
    /// Who else may say who somebody is.
    pub providers: Vec<Provider>,
    /// Owners and operators need a passkey or an authenticator app.
    pub second_step_for_staff: bool,
    /// Seals keys of authenticator apps at rest.
    pub sealing_key: Option<[u8; 32]>,
    /// Pages reload when the process was replaced or an asset was changed.
    pub dev_reload: bool,
    /// Logs are JSON.
    pub telemetry_json: bool,
    /// Log filter.
    pub telemetry_filter: String,
    /// Where steps of traces are sent, if anywhere.
    pub otlp: Option<String>,
    /// The share of the traces begun here that are recorded, from 0 to 1.
    pub sampling: f64,
}

impl fmt::Debug for Settings {
    /// Without the rest: URLs hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("domain", &self.domain)
            .field("listen", &self.listen)
            .field("broker", &self.broker)
            .finish_non_exhaustive()
    }
}

/// Values by key, before they are checked.
#[derive(Debug, Clone, Default)]
struct Values(BTreeMap<String, String>);

impl Settings {
    /// Reads the settings of `service` (`None`: of all four together).
    ///
    /// `environment` is the process environment, and `overrides` what the command line said.
    ///
    /// # Errors
    /// The file or a value is wrong.
    pub fn read(
        file: Option<&std::path::Path>,
        environment: impl Iterator<Item = (String, String)>,
        overrides: &[(&str, String)],
        service: Option<&str>,
    ) -> Result<Self, SettingsError> {
        let mut values = Values::default();
        if let Some(path) = file {
            let failed = |reason: String| SettingsError::File { path: path.to_owned(), reason };
            let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
            let table: toml::Table =
                text.parse().map_err(|error: toml::de::Error| failed(at_line(&text, &error)))?;
            values.add_table("", &table)?;
        }
        values.add_environment(environment)?;
        for (key, value) in overrides {
            values.0.insert((*key).to_owned(), value.clone());
        }
        values.check(service.unwrap_or_default())
    }

    /// Where a service answers inside, without a slash at the end.
    #[must_use]
    pub fn internal_url(&self, service: web::Service) -> &str {
        let place = web::Service::ALL.iter().position(|one| *one == service);
        let url = place.and_then(|place| self.internal_urls.get(place));
        url.map_or("", |url| url.trim_end_matches('/'))
    }

    /// The listening address, as this machine can call it.
    #[must_use]
    pub fn own_address(&self) -> SocketAddr {
        reachable(self.listen)
    }
}

impl Values {
    fn add_table(&mut self, prefix: &str, table: &toml::Table) -> Result<(), SettingsError> {
        for (name, value) in table {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            match value {
                toml::Value::Table(inner) => self.add_table(&key, inner)?,
                toml::Value::String(text) => self.add(key, text.clone())?,
                other => self.add(key, other.to_string())?,
            }
        }
        Ok(())
    }

    fn add(&mut self, key: String, value: String) -> Result<(), SettingsError> {
        let common =
            web::Service::ALL.iter().find_map(|s| key.strip_prefix(s.name())?.strip_prefix('.'));
        let known = |name: &str| KEYS.iter().any(|key| key.name == name);
        if !known(&key) && !common.is_some_and(known) {
            return Err(SettingsError::Unknown(key));
        }
        self.0.insert(key, value);
        Ok(())
    }

    /// `COMANDA_DATABASE_URL`, `COMANDA_ORDERHUB__DATABASE_URL`.
    fn add_environment(
        &mut self,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<(), SettingsError> {
        for (name, value) in environment {
            let Some(rest) =
                name.strip_prefix("COMANDA_").filter(|rest| !rest.starts_with("TEST_"))
            else {
                continue;
            };
            let (service, rest) = rest.split_once("__").map_or((None, rest), |(s, r)| (Some(s), r));
            let known =
                KEYS.iter().find(|key| key.name.replace('.', "_").eq_ignore_ascii_case(rest));
            let known = known.ok_or_else(|| SettingsError::Unknown(name.clone()))?;
            let key = service.map_or(known.name.to_owned(), |s| {
                format!("{}.{}", s.to_ascii_lowercase(), known.name)
            });
            self.add(key, value)?;
        }
        Ok(())
    }

    fn get(&self, service: &str, key: &str) -> &str {
        let own = self.0.get(&format!("{service}.{key}"));
        let default =
            || KEYS.iter().find(|known| known.name == key).map_or("", |known| known.default);
        own.or_else(|| self.0.get(key)).map_or_else(default, String::as_str)
    }

    fn check(&self, service: &str) -> Result<Settings, SettingsError> {
        let get = |key: &str| self.get(service, key).to_owned();
        let listen: SocketAddr =
            self.parse(service, "listen", "expected ADDRESS:PORT such as 127.0.0.1:8080")?;
        let domain = self.domain(service)?;
        let local = domain == "localhost" || domain.ends_with(".localhost");
        let data_dir = PathBuf::from(get("data_dir"));
        let (database_url, database_shared) = self.database(service, &data_dir)?;
        let local_port = local.then(|| listen.port());
        let own_address = format!("http://{}", reachable(listen));
        let inside = |of| self.internal_url(service, of).unwrap_or_else(|| own_address.clone());
        Ok(Settings {
            https: self.choice(service, "public_scheme", ["http", "https"])?,
            public_port: self.optional(service, "public_port", "expected a port")?.or(local_port),
            metrics_listen: self.optional(service, "metrics_listen", "expected ADDRESS:PORT")?,
            trusted_proxies: self.list(
                service,
                "trusted_proxies",
                "expected networks such as 10.0.0.0/8, 2001:db8::/32",
            )?,
            drain: Duration::from_secs(self.parse(
                service,
                "drain_seconds",
                "expected a number of seconds",
            )?),
            database_writers: self.writers(service)?,
            accounts_url: inside(web::Service::Accounts),
            internal_urls: web::Service::ALL.map(inside),
            throttle_loopback: self.choice(
                service,
                "accounts.throttle_loopback",
                ["false", "true"],
            )?,
            providers: providers::read(&get(providers::KEY))?,
            second_step_for_staff: self.choice(
                service,
                "accounts.second_step",
                ["offered", "staff"],
            )?,
            sealing_key: self.sealing_key(service)?,
            dev_reload: self.choice(service, "dev.reload", ["false", "true"])?,
            telemetry_json: self.choice(service, "telemetry.log", ["text", "json"])?,
            telemetry_filter: self.filter(service)?,
            otlp: self.otlp(service)?,
            sampling: self.sampling(service)?,
            mail: self.mail(service)?,
            mail_from: self.mail_from(service, &domain)?,
            broker: self.broker(service, &data_dir)?,
            uploads: self.uploads(service, &data_dir)?,
            domain,
            listen,
            data_dir,
            database_url,
            database_shared,
        })
    }

    fn domain(&self, service: &str) -> Result<String, SettingsError> {
        let domain = self.get(service, "domain");
        let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        if domain.is_empty() || !domain.bytes().all(letter) {
            return Err(wrong("domain", domain, "expected a domain such as example.com"));
        }
        Ok(domain.to_owned())
    }

    fn writers(&self, service: &str) -> Result<usize, SettingsError> {
        let (key, allowed) = ("database.writers", "expected a number from 1");
        let writers: usize = self.parse(service, key, allowed)?;
        if writers == 0 { Err(wrong(key, "0", allowed)) } else { Ok(writers) }
    }

    /// The URL, and whether all services share what it names.
    fn database(&self, service: &str, data_dir: &Path) -> Result<(String, bool), SettingsError> {
        let shared = self.choice(service, "database.layout", ["separate", "shared"])?;
        let set = self.get(service, "database.url");
        let url =
            if set.is_empty() { format!("sqlite:{}", data_dir.display()) } else { set.to_owned() };
        database::Location::of_service(&url, shared, "any")?;
        // All of them together open no database: each may have its own URL.
        if shared && !service.is_empty() && url.starts_with("sqlite:") {
            return Err(wrong(
                "database.layout",
                "shared",
                "needs PostgreSQL; SQLite has a file per service",
            ));
        }
        Ok((url, shared))
    }

    /// Whether the second of two words stands.
    fn choice(&self, service: &str, key: &str, words: [&str; 2]) -> Result<bool, SettingsError> {
        let value = self.get(service, key);
        let position = words.iter().position(|word| *word == value);
        let allowed = || wrong(key, value, &format!("expected {} or {}", words[0], words[1]));
        position.map(|index| index == 1).ok_or_else(allowed)
    }

    fn parse<T: std::str::FromStr>(
        &self,
        service: &str,
        key: &str,
        allowed: &str,
    ) -> Result<T, SettingsError> {
        let value = self.get(service, key);
        value.parse().map_err(|_| wrong(key, value, allowed))
    }

    /// Separated by commas.
    fn list<T: std::str::FromStr>(
        &self,
        service: &str,
        key: &str,
        allowed: &str,
    ) -> Result<Vec<T>, SettingsError> {
        let value = self.get(service, key);
        let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|_| wrong(key, value, allowed))).collect()
    }

    fn optional<T: std::str::FromStr>(
        &self,
        service: &str,
        key: &str,
        allowed: &str,
    ) -> Result<Option<T>, SettingsError> {
        if self.get(service, key).is_empty() {
            Ok(None)
        } else {
            self.parse(service, key, allowed).map(Some)
        }
    }
}

/// What is wrong with a file, and on which line.
fn at_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

fn wrong(key: &str, value: &str, allowed: &str) -> SettingsError {
    SettingsError::Value {
        key: key.to_owned(),
        // Whoever pastes the message somewhere does not think of the password in it.
        value: without_password(value),
        allowed: allowed.to_owned(),
    }
}

/// An address that this machine can call itself by.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let mut address = listen;
    if listen.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    address
}

#[cfg(test)]
mod tests;
