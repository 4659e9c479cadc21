//! One reader's place in a key's sequence.

use std::{collections::VecDeque, hash::Hash, sync::Arc};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::feed::{Batch, Frame, Inner};

/// Why a subscription ended. The client should come back with the last number it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Cut {
    /// The reader fell too far behind: it is cut, never waited for.
    #[error("the reader was too slow")]
    Slow,
    /// The feed has ended.
    #[error("the feed has ended")]
    Ended,
}

/// Follows one key: first what was missed, then what happens.
pub struct Subscription<K: Clone + Eq + Hash, T: Clone> {
    inner: Arc<Inner<K, T>>,
    key: K,
    live: Receiver<Batch<T>>,
    waiting: VecDeque<Frame<T>>,
    seq: Option<u64>,
}

impl<K: Clone + Eq + Hash, T: Clone> Subscription<K, T> {
    pub(crate) fn new(inner: Arc<Inner<K, T>>, key: K, live: Receiver<Batch<T>>) -> Self {
        Self { inner, key, live, waiting: VecDeque::new(), seq: None }
    }

    /// Starts after `after` with what was `missed`. A whole that was sent instead may have a lower
    /// number than `after`: then the client's number was of another life of the database.
    pub(crate) fn begin(&mut self, after: Option<u64>, missed: Vec<Frame<T>>) {
        self.seq = missed.iter().map(|frame| frame.seq).max().or(after);
        self.waiting = missed.into();
    }

    /// The number of the newest frame that was taken from the feed.
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// The next frame. Safe to drop while it waits.
    ///
    /// # Errors
    /// The reader was cut.
    pub async fn next(&mut self) -> Result<Frame<T>, Cut> {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return Ok(frame);
            }
            let batch = self.live.recv().await.map_err(|error| match error {
                RecvError::Lagged(_) => {
                    metrics::counter!("live_slow_readers_total").increment(1);
                    Cut::Slow
                }
                RecvError::Closed => Cut::Ended,
            })?;
            let seq = self.seq;
            self.waiting.extend(batch.iter().filter(|frame| Some(frame.seq) > seq).cloned());
            self.seq = self.seq.max(batch.iter().map(|frame| frame.seq).max());
        }
    }
}

impl<K: Clone + Eq + Hash, T: Clone> Drop for Subscription<K, T> {
    fn drop(&mut self) {
        self.inner.leave(&self.key);
    }
}

impl<K: Clone + Eq + Hash, T: Clone> std::fmt::Debug for Subscription<K, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription").field("seq", &self.seq).finish_non_exhaustive()
    }
}
