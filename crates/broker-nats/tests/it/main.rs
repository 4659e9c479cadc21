//! NATS JetStream: the conformance suite, and what is this adapter's own. Needs the server that
//! `COMANDA_TEST_NATS` names, and ends at once without it; `cargo xtask test --suite brokers`
//! starts two.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod conformance;
mod examining;
mod server;
mod sharing;

use broker::{Broker, Message, Payload};
use broker_nats::{Address, NatsBroker};
use kernel::{Env, SystemClock};
use std::sync::Arc;

/// The server, when there is one.
fn server() -> Option<String> {
    std::env::var_os("COMANDA_TEST_NATS").map(|url| url.into_string().unwrap())
}

async fn open(url: &str) -> Arc<dyn Broker> {
    let address = Address::parse(url).unwrap();
    Arc::new(NatsBroker::open(address, Arc::new(SystemClock)).await.unwrap())
}

/// A town that no other test has.
fn town(url: &str) -> String {
    format!("{url}/test{}", Env::system().uuid().simple())
}

fn message(env: &Env, key: &str, number: u32) -> Message {
    let payload = Payload::pack(number.to_string().as_bytes()).unwrap();
    let (topic, kind) = ("t".to_owned(), "comanda.test.v1".to_owned());
    Message { id: env.uuid(), topic, key: key.to_owned(), kind, payload }
}
