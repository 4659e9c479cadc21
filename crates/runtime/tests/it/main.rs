//! The promises of what stands around every service.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod overhear;
mod reload;
