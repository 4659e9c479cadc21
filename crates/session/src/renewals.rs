//! Renewals under way and just done, so that a hundred requests with one expired token make one call
//! and all get the same successor.

use crate::{Issued, RenewError, TOKEN_LIFE};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// Beyond this many, the memory is not worth the call that it saves.
const MAX_KEPT: usize = 100_000;

type Outcome = Arc<OnceCell<Result<Issued, RenewError>>>;

#[derive(Debug, Default)]
pub(crate) struct Renewals {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    outcomes: HashMap<[u8; 32], (Outcome, Timestamp)>,
    swept_at: Option<Timestamp>,
}

impl Renewals {
    /// The successor of `token`: from `call`, or from another request's call.
    pub(crate) async fn once<F>(
        &self,
        token: &str,
        now: Timestamp,
        call: impl FnOnce() -> F,
    ) -> Result<Issued, RenewError>
    where
        F: Future<Output = Result<Issued, RenewError>>,
    {
        let key: [u8; 32] = Sha256::digest(token).into();
        let outcome = self.outcome(key, now);
        // Who waits takes over when the one who calls is cancelled.
        let result = outcome.get_or_init(call).await.clone();
        if result == Err(RenewError::Unavailable) {
            self.forget(key, &outcome);
        }
        result
    }

    fn outcome(&self, key: [u8; 32], now: Timestamp) -> Outcome {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.sweep(now);
        if let Some((outcome, _)) = kept.outcomes.get(&key) {
            let stale = matches!(outcome.get(), Some(Ok(issued)) if issued.expires_at <= now);
            if !stale {
                return outcome.clone();
            }
        }
        let outcome = Outcome::default();
        kept.outcomes.insert(key, (outcome.clone(), now));
        outcome
    }

    fn forget(&self, key: [u8; 32], outcome: &Outcome) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.outcomes.get(&key).is_some_and(|(current, _)| Arc::ptr_eq(current, outcome)) {
            kept.outcomes.remove(&key);
        }
    }
}

impl Kept {
    fn sweep(&mut self, now: Timestamp) {
        let life = jiff::SignedDuration::try_from(TOKEN_LIFE).unwrap_or_default();
        let due = self.swept_at.is_none_or(|at| now.duration_since(at) >= life);
        if due {
            self.outcomes.retain(|_, (_, at)| now.duration_since(*at) < life);
            self.swept_at = Some(now);
        }
        if self.outcomes.len() >= MAX_KEPT {
            self.outcomes.clear();
        }
    }
}
