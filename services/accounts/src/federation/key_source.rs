//! A provider's public keys, kept for an hour. A key that is not among them is asked for at most once a
//! minute: whoever sends tokens with made-up key ids makes us ask no more often than that. A provider
//! that does not answer is left alone for ten seconds, and its keys count until their hour is over.

use super::{
    http::Http,
    jose::{Claims, Keys, Unverified},
    refused::FederationError,
};
use jiff::{SignedDuration, Timestamp};
use kernel::Clock;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Between two questions for the keys of one provider.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// A provider without keys that count, because it did not answer, is left alone so long.
const REST: SignedDuration = SignedDuration::from_secs(10);
/// Keys that the provider has withdrawn are taken for at most so long, whether it answers or not.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// From this age on they are asked for again, so that a short outage is over before they end.
const OLD: SignedDuration = SignedDuration::from_mins(50);

/// The keys of one provider.
#[derive(Clone)]
pub(super) struct KeySource {
    http: Http,
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    keys: Arc<Keys>,
    fetched_at: Option<Timestamp>,
    /// Also when there was no answer.
    asked_at: Option<Timestamp>,
}

impl KeySource {
    pub(super) fn new(http: Http, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock, kept: Arc::default() }
    }

    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    /// What `token` claims, when a key of those at `url` signed it.
    pub(super) async fn verify(
        &self,
        url: &str,
        token: &Unverified<'_>,
    ) -> Result<Claims, FederationError> {
        let keys = self.keys_for(url, token).await?;
        Ok(token.verify(&keys)?)
    }

    async fn keys_for(
        &self,
        url: &str,
        token: &Unverified<'_>,
    ) -> Result<Arc<Keys>, FederationError> {
        let now = self.clock.now();
        let since = |then: Option<Timestamp>| then.map(|then| now.duration_since(then));
        // Held while asking, so that of a hundred who need a key one asks.
        let mut kept = self.kept.lock().await;
        let age = since(kept.fetched_at).filter(|age| *age < KEPT);
        if age.is_some_and(|age| age < OLD) && token.has_key_in(&kept.keys) {
            return Ok(kept.keys.clone());
        }
        let pause = if age.is_some() { PAUSE } else { REST };
        if since(kept.asked_at).is_some_and(|since| since < pause) {
            return if age.is_some() {
                Ok(kept.keys.clone())
            } else {
                Err(FederationError::Resting)
            };
        }
        kept.asked_at = Some(now);
        let document: Value = match self.http.get(url, None).await {
            Ok(document) => document,
            Err(error) if age.is_some() => {
                tracing::warn!(%error, url, "a provider's keys could not be fetched; the old ones stay for their hour");
                return Ok(kept.keys.clone());
            }
            Err(error) => return Err(error.into()),
        };
        let keys = Keys::read(&document);
        if keys.is_empty() {
            return Err(FederationError::Answer(format!("no usable key at {url}")));
        }
        kept.keys = Arc::new(keys);
        kept.fetched_at = Some(now);
        Ok(kept.keys.clone())
    }
}
