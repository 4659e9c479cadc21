//! The doorbell: the server tells what it has stored. A ring may be lost; who waits looks by
//! himself after a while, too.

use crate::link::Link;
use async_nats::Subscriber;
use broker::Error;
use futures_util::StreamExt;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, task::JoinSet, time::timeout};

/// The server's header on what it tells again: the position where it was stored.
const POSITION: &str = "Nats-Sequence";
/// Our header on what gives nobody anything to do.
pub(crate) const QUIET: &str = "Comanda-Quiet";

/// What has been heard about some subjects. Nobody listens any more when it is dropped.
pub(crate) struct News {
    bell: Arc<Notify>,
    listening: JoinSet<()>,
}

impl News {
    pub(crate) fn new() -> Self {
        Self { bell: Arc::default(), listening: JoinSet::new() }
    }

    /// Listens from now on; what the last position under `subject` is, as far as was heard.
    pub(crate) async fn of(&mut self, link: &Link, subject: &str) -> Result<Arc<AtomicU64>, Error> {
        let news = link.client()?.subscribe(link.names.news_of(subject)).await;
        let (bell, last) = (self.bell.clone(), Arc::new(AtomicU64::new(0)));
        self.listening.spawn(listen(news.map_err(Error::unavailable)?, bell, last.clone()));
        Ok(last)
    }

    /// Waits for a ring since the last wait, for at most `longest`; whether there was one.
    pub(crate) async fn heard(&self, longest: Duration) -> bool {
        timeout(longest, self.bell.notified()).await.is_ok()
    }
}

async fn listen(mut news: Subscriber, bell: Arc<Notify>, last: Arc<AtomicU64>) {
    while let Some(message) = news.next().await {
        let header = |name| message.headers.as_ref().and_then(|headers| headers.get(name));
        if let Some(position) = header(POSITION).and_then(|value| value.as_str().parse().ok()) {
            last.fetch_max(position, Ordering::AcqRel);
        }
        if header(QUIET).is_none() {
            bell.notify_one();
        }
    }
}
