//! A subscriber that sees every message; its place is in memory only.

use super::{EmbeddedBroker, log};
use crate::{Consumer, Delivery, Error, Receipt, Settlement, Start};
use async_trait::async_trait;
use database::Tx;
use tokio::sync::watch;

pub(super) struct BroadcastConsumer {
    broker: EmbeddedBroker,
    topics: Vec<String>,
    position: i64,
    news: watch::Receiver<u64>,
}

impl BroadcastConsumer {
    pub(super) async fn begin(
        broker: &EmbeddedBroker,
        topics: Vec<String>,
        start: Start,
    ) -> Result<Self, Error> {
        let position = broker.db.read(move |tx| log::before(tx, start)).await?;
        let news = broker.db.announcements();
        Ok(Self { broker: broker.clone(), topics, position, news })
    }
}

#[async_trait]
impl Consumer for BroadcastConsumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        let max = max.max(1);
        loop {
            self.news.mark_unchanged();
            let (topics, position) = (self.topics.clone(), self.position);
            let read = move |tx: &mut Tx<'_>| {
                Ok::<_, database::Error>((log::after(tx, &topics, position, max)?, log::end(tx)?))
            };
            let (entries, end) = self.broker.db.read(read).await?;
            // What other topics hold up to the end is passed over unread.
            let whole = entries.len() < max;
            self.position = entries.last().filter(|_| !whole).map_or(end, |last| last.position);
            if entries.is_empty() {
                self.broker.tail.wait(&mut self.news, self.position, None).await;
                continue;
            }
            let delivery = |entry: log::Entry| Delivery {
                receipt: Receipt::new(entry.position.to_string()),
                message: entry.message,
                published_at: entry.at,
                attempt: 1,
            };
            return Ok(entries.into_iter().map(delivery).collect());
        }
    }

    async fn settle(&mut self, _: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        Ok(())
    }

    async fn close(self: Box<Self>) -> Result<(), Error> {
        Ok(())
    }
}
