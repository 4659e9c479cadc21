//! A subscriber that sees every message; its place is in memory only.

use super::{EmbeddedBroker, log};
use crate::{Consumer, Delivery, Error, Receipt, Settlement, Start};
use async_trait::async_trait;
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
        let max = i64::try_from(max.max(1)).unwrap_or(i64::MAX);
        loop {
            self.news.mark_unchanged();
            let position = self.position;
            let entries = self.broker.db.read(move |tx| log::after(tx, position, max)).await?;
            let Some(last) = entries.last() else {
                self.broker.tail.wait(&mut self.news, self.position, None).await;
                continue;
            };
            self.position = last.position;
            let mine = entries.into_iter().filter(|e| self.topics.contains(&e.message.topic));
            let deliveries: Vec<_> = mine
                .map(|entry| Delivery {
                    receipt: Receipt::new(entry.position.to_string()),
                    message: entry.message,
                    published_at: entry.at,
                    attempt: 1,
                })
                .collect();
            if !deliveries.is_empty() {
                return Ok(deliveries);
            }
        }
    }

    async fn settle(&mut self, _: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        Ok(())
    }

    async fn close(self: Box<Self>) -> Result<(), Error> {
        Ok(())
    }
}
