//! A subscriber that sees every message; its place is in memory only, so a server that comes back
//! finds it where it was.

use crate::{link::Link, log::Log, news::News};
use async_trait::async_trait;
use broker::{Consumer, Delivery, Error, Receipt, Settlement, Start};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Who waits looks after this time even when nobody rang.
const LOOK: Duration = Duration::from_secs(1);

struct Topic {
    log: Log,
    position: u64,
    end: Arc<AtomicU64>,
}

pub(crate) struct BroadcastConsumer {
    topics: Vec<Topic>,
    news: News,
}

impl BroadcastConsumer {
    pub(crate) async fn begin(
        link: &Link,
        names: Vec<String>,
        start: Start,
    ) -> Result<Self, Error> {
        let mut news = News::new();
        let mut topics = Vec::with_capacity(names.len());
        for name in names {
            let log = Log::open(link, &name).await?;
            let end = news.of(link, &link.names.topic(&name)).await?;
            let position = log.before(start).await?;
            topics.push(Topic { log, position, end });
        }
        let mut consumer = Self { topics, news };
        consumer.look().await?;
        Ok(consumer)
    }

    async fn look(&mut self) -> Result<(), Error> {
        for topic in &mut self.topics {
            let (first, last) = topic.log.bounds().await?;
            topic.end.fetch_max(last, Ordering::AcqRel);
            topic.position = topic.position.max(first.saturating_sub(1));
        }
        Ok(())
    }
}

#[async_trait]
impl Consumer for BroadcastConsumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        loop {
            // Each topic is the first in its turn.
            if !self.topics.is_empty() {
                self.topics.rotate_left(1);
            }
            for topic in &mut self.topics {
                let end = topic.end.load(Ordering::Acquire);
                let window = topic.log.after(topic.position, max.max(1) as u64, end).await?;
                topic.position = window.end;
                if !window.entries.is_empty() {
                    let deliveries = window.entries.into_iter().map(|entry| {
                        let receipt = Receipt::new(entry.position.to_string());
                        entry.delivery(receipt, 1)
                    });
                    return Ok(deliveries.collect());
                }
            }
            if !self.news.heard(LOOK).await {
                self.look().await?;
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
