//! A group's [`Place`] in a topic as it is kept on the server: read, and replaced only by who has
//! seen the last version.

use crate::{link::Link, log::Log, news, place::Place};
use async_nats::jetstream::{
    context::PublishErrorKind,
    message::PublishMessage,
    stream::{DirectGetErrorKind, Stream},
};
use broker::{Error, Start};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How often a change is tried against those of others before it has failed.
const TRIES: u32 = 200;
/// Between two tries, at most: a copy of the server may be behind.
const PAUSE: Duration = Duration::from_millis(20);

/// A version of the record. Revision 0: there is none yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Version {
    revision: u64,
    pub(crate) place: Place,
}

pub(crate) struct Record {
    link: Arc<Link>,
    stream: Stream<()>,
    subject: String,
    /// The newest revision that was heard of.
    news: Arc<AtomicU64>,
    seen: Mutex<Version>,
}

impl Record {
    pub(crate) async fn open(
        link: Arc<Link>,
        subject: String,
        news: Arc<AtomicU64>,
    ) -> Result<Self, Error> {
        let stream = link.places().await?;
        Ok(Self { link, stream, subject, news, seen: Mutex::default() })
    }

    /// Makes the record when there is none.
    pub(crate) async fn begin(&self, log: &Log, start: Start) -> Result<(), Error> {
        let version = self.read().await?;
        if version.revision == 0 {
            self.replace(&version, Place::after(log.before(start).await?)).await?;
        }
        Ok(())
    }

    /// Changes the record; `change` is called again when somebody else
    /// was faster. What it leaves unchanged is not written.
    pub(crate) async fn change(
        &self,
        mut change: impl FnMut(&mut Place) + Send,
    ) -> Result<(), Error> {
        for tries in 0.. {
            let before = self.current().await?;
            let mut after = before.place.clone();
            change(&mut after);
            if self.replace(&before, after).await? {
                break;
            }
            self.lost(tries).await?;
        }
        Ok(())
    }

    /// Somebody else was faster: forgets what was seen and pauses.
    ///
    /// # Errors
    /// It has happened too often.
    pub(crate) async fn lost(&self, tries: u32) -> Result<(), Error> {
        if tries >= TRIES {
            return Err(Error::unavailable("too many consumers change the group's place at once"));
        }
        self.forget();
        tokio::time::sleep(PAUSE.min(Duration::from_micros(200) * tries)).await;
        Ok(())
    }

    /// Reads anew next time.
    pub(crate) fn forget(&self) {
        *self.seen() = Version::default();
    }

    /// As it is now, as far as was heard.
    pub(crate) async fn current(&self) -> Result<Version, Error> {
        let seen = self.seen().clone();
        if seen.revision > 0 && seen.revision >= self.news.load(Ordering::Acquire) {
            return Ok(seen);
        }
        self.read().await
    }

    async fn read(&self) -> Result<Version, Error> {
        self.link.jetstream()?;
        let stored = match self.stream.direct_get_last_for_subject(&self.subject).await {
            Ok(stored) => stored,
            Err(error) if error.kind() == DirectGetErrorKind::NotFound => {
                return Ok(Version::default());
            }
            Err(error) => return Err(Error::unavailable(error)),
        };
        let place = serde_json::from_slice(&stored.payload).map_err(Error::unavailable)?;
        let version = Version { revision: stored.sequence, place };
        self.remember(version.clone());
        Ok(version)
    }

    /// Whether the place stands there now: nobody else had replaced the version that was seen.
    pub(crate) async fn replace(&self, seen: &Version, place: Place) -> Result<bool, Error> {
        if place == seen.place && seen.revision > 0 {
            return Ok(true);
        }
        let text = serde_json::to_vec(&place).map_err(Error::unavailable)?;
        let mut publish = PublishMessage::build()
            .payload(text.into())
            .expected_last_subject_sequence(seen.revision);
        let due = seen.place.next_due();
        let earlier = |next: i64| next == 0 || due.is_none_or(|due| next < due);
        if !place.next_due().is_some_and(earlier) {
            publish = publish.header(news::QUIET, "1");
        }
        let sent = self.link.jetstream()?.send_publish(self.subject.clone(), publish).await;
        let stored = match sent {
            Ok(acknowledgement) => acknowledgement.await,
            Err(error) => Err(error),
        };
        match stored {
            Ok(stored) => {
                self.remember(Version { revision: stored.sequence, place });
                Ok(true)
            }
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(false),
            Err(error) => {
                // It may have been stored all the same.
                self.forget();
                Err(Error::unavailable(error))
            }
        }
    }

    fn remember(&self, version: Version) {
        let mut seen = self.seen();
        if version.revision > seen.revision {
            *seen = version;
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Version> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
