//! Background work and its orderly end: everybody is asked to stop, and waited for.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Who has not ended by then is left behind; the outbox and the inbox make that safe.
const PATIENCE: Duration = Duration::from_secs(10);

/// The tasks of a process. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    leaving: Arc<AtomicBool>,
    stop: CancellationToken,
    running: TaskTracker,
}

impl Tasks {
    /// Starts background work, which must watch [`Tasks::stopping`] by itself.
    pub fn spawn(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.running.spawn(async move {
            work.await;
            if !stop.is_cancelled() {
                tracing::warn!(task = name, "background work ended before the stop");
            }
        });
    }

    /// Is cancelled when the process is to end.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Whether the process is about to stop: it still answers, and asks to be called no more.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Stops after a while in which proxies find other replicas: answers close their connections,
    /// and the process says that it is not ready.
    pub async fn leave(&self, drain: Duration) {
        self.leaving.store(true, Ordering::Relaxed);
        tokio::time::sleep(drain).await;
        self.stop();
    }

    /// Asks everybody to stop.
    pub fn stop(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.stop.cancel();
    }

    /// Asks everybody to stop and waits for them, within bounds.
    pub async fn stopped(&self) {
        self.stop();
        self.running.close();
        if tokio::time::timeout(PATIENCE, self.running.wait()).await.is_err() {
            tracing::warn!(left = self.running.len(), "some background work did not end in time");
        }
    }
}
