//! Which broker the settings name, and how it is opened: the only place that names an adapter.

use crate::Tasks;
use broker::{
    Broker, EmbeddedBroker, Start,
    copy::{Carried, CopyError, Ledger},
};
use kernel::{Clock, Env, SystemClock};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How long a broker keeps what all groups have had: as long as outboxes do.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Where the broker is, as `broker.url` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrokerUrl {
    /// A log in this file, which every process of the machine opens.
    Embedded(PathBuf),
    /// NATS JetStream.
    #[cfg(feature = "nats")]
    Nats(broker_nats::Address),
    /// Apache Kafka, or what speaks its protocol.
    #[cfg(feature = "kafka")]
    Kafka(Box<broker_kafka::Address>),
    /// SNS and SQS of AWS.
    #[cfg(feature = "aws")]
    Aws(broker_aws::Address),
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
            #[cfg(feature = "kafka")]
            Some(("kafka", _)) => text.parse().map(|address| Self::Kafka(Box::new(address))),
            #[cfg(not(feature = "kafka"))]
            Some(("kafka", _)) => {
                Err("this build speaks no Kafka; take a release, or build with --features kafka")
            }
            #[cfg(feature = "aws")]
            Some(("aws-sns-sqs", _)) => broker_aws::Address::parse(text).map(Self::Aws),
            #[cfg(not(feature = "aws"))]
            Some(("aws-sns-sqs", _)) => Err(
                "this build speaks no SNS and SQS; take a release, or build with --features aws",
            ),
            _ => Err(
                "expected embedded: or embedded:FILE or nats://HOST:PORT/TOWN or kafka://HOST:PORT,HOST:PORT/TOWN or aws-sns-sqs://REGION/TOWN",
            ),
        }
    }

    /// The file of an embedded broker.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Embedded(file) => Some(file),
            #[cfg(any(feature = "aws", feature = "kafka", feature = "nats"))]
            _ => None,
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
            #[cfg(feature = "kafka")]
            Self::Kafka(address) => address.fmt(f),
            #[cfg(feature = "aws")]
            Self::Aws(address) => address.fmt(f),
        }
    }
}

/// Carries what one broker keeps of all services into another, in order, and compares. `ledger` is
/// the file that remembers what has been carried. `tell` hears the count of this run.
///
/// # Errors
/// A broker does not open, or see [`CopyError`].
pub async fn copy_broker(
    (from, to): (&BrokerUrl, &BrokerUrl),
    ledger: &Path,
    start: Start,
    tell: impl FnMut(u64),
) -> Result<Vec<Carried>, CopyError> {
    if let Some(file) = from.file().filter(|file| !file.exists()) {
        return Err(broker::Error::unavailable(format!("{} is not there", file.display())).into());
    }
    let tasks = Tasks::default();
    let (source, target) = (open(from, &tasks).await?, open(to, &tasks).await?);
    let places = (from.to_string(), to.to_string());
    let ledger = Ledger::open(ledger, (&places.0, &places.1), &Env::system()).await?;
    let topics: Vec<_> = web::Service::ALL.map(|service| service.name().to_owned()).into();
    let both = (source.as_ref(), target.as_ref());
    let carried = broker::copy::copy(both, &ledger, (&topics, start), tell).await;
    tasks.stopped().await;
    carried
}

/// Opens the broker. Its clock is the machine's: a test's clock that stands still must not stop
/// retries.
pub(crate) async fn open(url: &BrokerUrl, tasks: &Tasks) -> Result<Arc<dyn Broker>, broker::Error> {
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
        #[cfg(feature = "kafka")]
        BrokerUrl::Kafka(address) => Ok(Arc::new(broker_kafka::KafkaBroker::open(address, KEPT)?)),
        #[cfg(feature = "aws")]
        BrokerUrl::Aws(address) => {
            let clock = Arc::new(SystemClock);
            Ok(Arc::new(broker_aws::AwsBroker::open(address.clone(), KEPT, clock)?))
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
        let builds = [
            ("nats", "nats://me:secret@broker:4222/lunch", cfg!(feature = "nats")),
            ("kafka", "kafka://me:secret@broker:4222/lunch", cfg!(feature = "kafka")),
            ("aws", "aws-sns-sqs://me:secret@eu-west-1/lunch", cfg!(feature = "aws")),
        ];
        for (feature, text, is_here) in builds {
            match (BrokerUrl::parse(text, Path::new("data")), is_here) {
                (Ok(url), true) => assert_eq!(url.to_string(), text.replace("me:secret@", "")),
                (Err(advice), false) => {
                    assert!(advice.contains(&format!("--features {feature}")), "{advice}");
                }
                (other, _) => panic!("{other:?}"),
            }
        }
    }
}
