//! One pump per watched key: it reads what is newer than the last frame and broadcasts it. Nobody's
//! connection reads the database per frame.

use futures_util::future::BoxFuture;
use std::{
    collections::HashMap,
    error::Error,
    fmt::Debug,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{broadcast, oneshot, watch};

use crate::subscription::Subscription;

/// What happened at one point of a key's sequence. Numbers rise; they may skip, because a frame
/// holds the state after a change and a later one of the same thing replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame<T> {
    /// The place in the order, from 1.
    pub seq: u64,
    /// What to send.
    pub content: T,
}

/// Why frames could not be read.
#[derive(Debug, thiserror::Error)]
#[error("live frames could not be read")]
pub struct LoadError(#[source] Box<dyn Error + Send + Sync>);

impl LoadError {
    /// Wraps the store's own error.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Bounds of a feed.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Batches that a reader may be behind before it is cut.
    pub backlog: usize,
    /// The wait before a failed read is tried again.
    pub retry: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { backlog: 16, retry: Duration::from_secs(1) }
    }
}

pub(crate) type Batch<T> = Arc<[Frame<T>]>;
type Load<K, T> =
    dyn Fn(K, Option<u64>) -> BoxFuture<'static, Result<Vec<Frame<T>>, LoadError>> + Send + Sync;

/// Ordered frames per key. Clones share it.
pub struct Feed<K, T> {
    pub(crate) inner: Arc<Inner<K, T>>,
}

pub(crate) struct Inner<K, T> {
    load: Box<Load<K, T>>,
    options: Options,
    channels: Mutex<HashMap<K, Channel<T>>>,
}

/// A watched key. When the last subscriber goes it is dropped, and with `poke` its pump.
struct Channel<T> {
    frames: broadcast::Sender<Batch<T>>,
    poke: watch::Sender<()>,
    subscribers: usize,
}

impl<K, T> Clone for Feed<K, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<K, T> Debug for Feed<K, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl<K, T> Feed<K, T>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// A feed that reads with `load(key, after)`: the frames above `after`, in order; `None` asks
    /// for the whole. When `after` is too old (or is not a number of this sequence), `load` answers
    /// with a frame that holds the whole instead: what a frame means is the caller's.
    pub fn new(
        options: Options,
        load: impl Fn(K, Option<u64>) -> BoxFuture<'static, Result<Vec<Frame<T>>, LoadError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let channels = Mutex::new(HashMap::new());
        Self { inner: Arc::new(Inner { load: Box::new(load), options, channels }) }
    }

    /// Says that `key` has news. Call it after the commit; it costs nothing when nobody looks on.
    pub fn poke(&self, key: &K) {
        if let Some(channel) = self.inner.channels().get(key) {
            channel.poke.send_replace(());
        }
    }

    /// How many keys are watched.
    #[must_use]
    pub fn watched(&self) -> usize {
        self.inner.channels().len()
    }

    /// Follows `key` after the frame `after`, or from the whole without it.
    ///
    /// # Errors
    /// The first read failed; the client should come back.
    pub async fn subscribe(
        &self,
        key: K,
        after: Option<u64>,
    ) -> Result<Subscription<K, T>, LoadError> {
        // Listening begins before reading, so that nothing falls between the two.
        let (live, pump) = self.inner.join(&key);
        let mut subscription = Subscription::new(self.inner.clone(), key.clone(), live);
        let (begin, begun) = oneshot::channel();
        if let Some((frames, poke)) = pump {
            // Before anything may fail here: others rely on the pump from now on.
            let inner = self.inner.clone();
            let begun = async move { begun.await.unwrap_or(after) };
            let key = key.clone();
            tokio::spawn(async move { pump_frames(inner, key, begun.await, frames, poke).await });
        }
        let missed = (self.inner.load)(key, after).await?;
        subscription.begin(after, missed);
        // Without a pump of its own this number is nobody's.
        let _ = begin.send(subscription.seq());
        Ok(subscription)
    }
}

type Pump<T> = (broadcast::Sender<Batch<T>>, watch::Receiver<()>);

impl<K: Clone + Eq + Hash, T: Clone> Inner<K, T> {
    fn channels(&self) -> MutexGuard<'_, HashMap<K, Channel<T>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place at the channel of `key`, and what its pump needs when this is the first one.
    fn join(&self, key: &K) -> (broadcast::Receiver<Batch<T>>, Option<Pump<T>>) {
        let mut channels = self.channels();
        if let Some(channel) = channels.get_mut(key) {
            channel.subscribers += 1;
            return (channel.frames.subscribe(), None);
        }
        let (frames, live) = broadcast::channel(self.options.backlog);
        let (poke, poked) = watch::channel(());
        channels.insert(key.clone(), Channel { frames: frames.clone(), poke, subscribers: 1 });
        (live, Some((frames, poked)))
    }

    pub(crate) fn leave(&self, key: &K) {
        let mut channels = self.channels();
        if let Some(channel) = channels.get_mut(key) {
            channel.subscribers -= 1;
            if channel.subscribers == 0 {
                channels.remove(key);
            }
        }
    }
}

/// Reads once at its start (something may have happened since the first subscriber read) and then
/// at each poke, until nobody looks on.
async fn pump_frames<K, T>(
    inner: Arc<Inner<K, T>>,
    key: K,
    mut last: Option<u64>,
    frames: broadcast::Sender<Batch<T>>,
    mut poke: watch::Receiver<()>,
) where
    K: Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    loop {
        poke.mark_unchanged();
        match (inner.load)(key.clone(), last).await {
            Ok(news) => {
                let newest = news.iter().map(|frame| frame.seq).max();
                if newest > last {
                    last = newest;
                    metrics::counter!("live_frames_total").increment(news.len() as u64);
                    // Nobody there to receive is no fault: the pump ends below.
                    let _ = frames.send(news.into());
                }
            }
            Err(error) => {
                tracing::warn!(error = %error, source = ?error.0, "live frames wait");
                tokio::time::sleep(inner.options.retry).await;
                if poke.has_changed().is_err() {
                    return;
                }
                continue;
            }
        }
        if poke.changed().await.is_err() {
            return;
        }
    }
}
