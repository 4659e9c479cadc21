//! SNS and SQS: the conformance suite, and what is this adapter's own. Needs the server that
//! `COMANDA_TEST_AWS` names, and ends at once without it; `cargo xtask test --suite brokers`
//! starts two.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod conformance;
mod cuts;
mod examining;
mod joining;
mod line;
mod operator;
mod silence;

use broker::{Broker, Group, Message, Payload, Start, Subscription};
use broker_aws::{Address, AwsBroker};
use kernel::{Clock, Env, SystemClock};
use std::{sync::Arc, time::Duration};

const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const PATIENCE: Duration = Duration::from_secs(60);

/// The server, when there is one.
fn server() -> Option<String> {
    std::env::var_os("COMANDA_TEST_AWS").map(|url| url.into_string().unwrap())
}

fn open(url: &str) -> Arc<dyn Broker> {
    open_by(url, SystemClock)
}

fn open_by(url: &str, clock: impl Clock + 'static) -> Arc<dyn Broker> {
    let address = Address::parse(url).unwrap();
    Arc::new(AwsBroker::open(address, KEPT, Arc::new(clock)).unwrap())
}

/// A town that no other test has.
fn town(url: &str) -> String {
    let id = Env::system().uuid().simple().to_string();
    // The first half is the time.
    url.replacen('?', &format!("/t{}?", &id[12..]), 1)
}

fn message(env: &Env, key: &str, number: u32) -> Message {
    let payload = Payload::pack(number.to_string().as_bytes()).unwrap();
    let (topic, kind) = ("t".to_owned(), "comanda.test.v1".to_owned());
    Message { id: env.uuid(), topic, key: key.to_owned(), kind, payload }
}

/// All of a topic, for a group.
fn everything() -> Subscription {
    Subscription {
        group: Group::Shared("g".to_owned()),
        topics: vec!["t".to_owned()],
        start: Start::Earliest,
        ack_wait: Duration::from_secs(2),
    }
}
