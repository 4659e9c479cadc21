//! Which broker the settings name, and how it is opened: the only place that names an adapter.

use crate::{StartError, Tasks};
use broker::{Broker, EmbeddedBroker};
use kernel::{Clock, SystemClock};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How long the embedded broker keeps what all groups have had: as long as outboxes do.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Where the broker is, as `broker.url` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrokerUrl {
    /// A log in this file, which every process of the machine opens.
    Embedded(PathBuf),
    /// NATS JetStream.
    #[cfg(feature = "nats")]
    Nats(broker_nats::Address),
}

impl BrokerUrl {
    /// Reads a setting; an embedded broker without a file is in `data_dir`.
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str, data_dir: &Path) -> Result<Self, &'static str> {
        match text.split_once(':') {
            Some(("embedded", "")) => Ok(Self::Embedded(data_dir.join("broker.db"))),
            Some(("embedded", file)) => Ok(Self::Embedded(PathBuf::from(file))),
            #[cfg(feature = "nats")]
            Some(("nats" | "tls", _)) => broker_nats::Address::parse(text).map(Self::Nats),
            #[cfg(not(feature = "nats"))]
            Some(("nats" | "tls", _)) => {
                Err("this build speaks no NATS; take a release, or build with --features nats")
            }
            _ => Err("expected embedded: or embedded:FILE or nats://HOST:PORT/TOWN"),
        }
    }
}

impl fmt::Display for BrokerUrl {
    /// For an operator; never with a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(file) => write!(f, "embedded:{}", file.display()),
            #[cfg(feature = "nats")]
            Self::Nats(address) => address.fmt(f),
        }
    }
}

/// Opens the broker. Its clock is the machine's: a test's clock that stands still must not stop
/// retries.
pub(crate) async fn open(url: &BrokerUrl, tasks: &Tasks) -> Result<Arc<dyn Broker>, StartError> {
    match url {
        BrokerUrl::Embedded(file) => {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).map_err(broker::Error::unavailable)?;
            }
            let broker = Arc::new(EmbeddedBroker::open(file, Arc::new(SystemClock))?);
            tasks.spawn("broker trim", trim(broker.clone(), tasks.stopping()));
            Ok(broker)
        }
        #[cfg(feature = "nats")]
        BrokerUrl::Nats(address) => {
            let clock = Arc::new(SystemClock);
            Ok(Arc::new(broker_nats::NatsBroker::open(address.clone(), clock).await?))
        }
    }
}

/// Forgets what every group has had and nobody will ask to replay.
async fn trim(broker: Arc<EmbeddedBroker>, stopping: CancellationToken) {
    let mut hourly = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        tokio::select! {
            _ = hourly.tick() => {}
            () = stopping.cancelled() => return,
        }
        let oldest = SystemClock.now().checked_sub(KEPT).unwrap_or_default();
        match broker.trim(oldest).await {
            Ok(count) if count > 0 => tracing::info!(count, "trimmed the broker's log"),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the broker's log was not trimmed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_of_another_build_is_named_with_what_to_do() {
        let parsed = BrokerUrl::parse("nats://me:secret@broker:4222/lunch", Path::new("data"));
        match (parsed, cfg!(feature = "nats")) {
            (Ok(url), true) => assert_eq!(url.to_string(), "nats://broker:4222/lunch"),
            (Err(advice), false) => assert!(advice.contains("--features nats"), "{advice}"),
            (other, _) => panic!("{other:?}"),
        }
    }
}
