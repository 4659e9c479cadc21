//! Waiting for the log to grow: at once within the process, by a cheap look at its end every few
//! milliseconds for what other processes publish.

use database::Database;
use std::time::Duration;
use tokio::{
    sync::{Mutex, watch},
    time::{Instant, sleep_until},
};

/// How often the end is looked at, however many consumers wait.
const LOOK: Duration = Duration::from_millis(20);
/// Lanes that another process let go show only in a full claim.
const CLAIM: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Tail {
    db: Database,
    seen: Mutex<Option<(Instant, i64)>>,
}

impl Tail {
    pub(super) fn new(db: Database) -> Self {
        Self { db, seen: Mutex::new(None) }
    }

    /// Returns when there may be news for who has seen the log until `end`, or after `longest`.
    pub(super) async fn wait(
        &self,
        news: &mut watch::Receiver<u64>,
        end: i64,
        longest: Option<Duration>,
    ) {
        let until = Instant::now() + longest.unwrap_or(CLAIM).min(CLAIM);
        loop {
            let look = (Instant::now() + LOOK).min(until);
            tokio::select! {
                _ = news.changed() => return,
                () = sleep_until(look) => {}
            }
            // A reader that fails is for the claim to report.
            if look == until || self.end().await.is_none_or(|now| now > end) {
                return;
            }
        }
    }

    async fn end(&self) -> Option<i64> {
        let mut seen = self.seen.lock().await;
        if let Some((_, end)) = seen.filter(|(at, _)| at.elapsed() < LOOK) {
            return Some(end);
        }
        let end = self.db.read(super::log::end).await.ok()?;
        *seen = Some((Instant::now(), end));
        Some(end)
    }
}
