//! The Kafka adapter against a real cluster, which `COMANDA_TEST_KAFKA` names; without it these
//! tests end at once. `cargo xtask test --suite brokers` starts clusters and runs them.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod conformance;
mod examine;
mod restart;
mod server;
mod sharing;
