//! Attempts of a network in this minute, for doors where a count in the database would cost more than
//! what it guards. Each replica counts by itself.

use crate::{Context, client_address, network};
use axum::http::request::Parts;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// More networks than this in one minute start the count anew.
const NETWORKS_COUNTED: usize = 100_000;

/// A count by network, begun anew each minute. Clones share it.
#[derive(Debug, Clone)]
pub struct Attempts {
    a_minute: u32,
    counts: Arc<Mutex<(i64, HashMap<String, u32>)>>,
}

impl Attempts {
    /// Lets each network try so often in a minute.
    #[must_use]
    pub fn at_most(a_minute: u32) -> Self {
        Self { a_minute, counts: Arc::default() }
    }

    /// Whether this network has to wait for the next minute (of the Unix era).
    #[must_use]
    pub fn are_spent(&self, network: &str, minute: i64) -> bool {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.0 == minute && counts.1.get(network).is_some_and(|count| *count >= self.a_minute)
    }

    /// One more.
    pub fn count(&self, network: String, minute: i64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.0 != minute || counts.1.len() > NETWORKS_COUNTED {
            *counts = (minute, HashMap::new());
        }
        *counts.1.entry(network).or_default() += 1;
    }
}

impl Context {
    /// Whose attempts a request's are; nothing when they are not to be throttled.
    #[must_use]
    pub fn network_of(&self, parts: &Parts) -> Option<String> {
        let trusted = &self.settings.trusted_proxies;
        let address = client_address(&parts.headers, &parts.extensions, trusted)?;
        (self.settings.throttle_loopback || !address.is_loopback()).then(|| network(address))
    }

    /// The minute of the Unix era that it is.
    #[must_use]
    pub fn minute(&self) -> i64 {
        self.clock.now().as_second() / 60
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tries_too_often_waits_for_the_next_minute_and_nobody_else_does() {
        let attempts = Attempts::at_most(20);
        for _ in 0..20 {
            assert!(!attempts.are_spent("192.0.2.1", 7));
            attempts.count("192.0.2.1".to_owned(), 7);
        }
        assert!(attempts.are_spent("192.0.2.1", 7));
        assert!(!attempts.are_spent("192.0.2.2", 7));
        assert!(!attempts.are_spent("192.0.2.1", 8));
    }
}
