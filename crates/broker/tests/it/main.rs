//! The embedded broker: the conformance suite, and what is its own.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod conformance;
mod copy;
mod embedded;
