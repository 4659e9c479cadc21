//! A subscriber that sees every message: it reads the logs. Its place is in memory only.

use crate::town::{Topic, Town};
use async_trait::async_trait;
use broker::{Consumer, Delivery, Error, Message, Receipt, Settlement, Start};
use jiff::Timestamp;
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};

/// Who waits looks after this time even when nothing rang in this process.
const LOOK: Duration = Duration::from_millis(250);
/// How often it is looked whether the log goes on elsewhere: what followed may be too old by now.
const LOOK_FAR: Duration = Duration::from_secs(5);

struct Tail {
    topic: Arc<Topic>,
    /// The last entry that was read.
    position: u64,
    looked_far: Instant,
    waiting: VecDeque<(Timestamp, Message)>,
}

pub(crate) struct BroadcastConsumer {
    town: Arc<Town>,
    tails: Vec<Tail>,
}

impl BroadcastConsumer {
    pub(crate) async fn begin(
        town: Arc<Town>,
        topics: &[String],
        start: Start,
    ) -> Result<Self, Error> {
        let mut tails = Vec::with_capacity(topics.len());
        for name in topics {
            let topic = town.topic(name).await?;
            let position = topic.log.before(start, town.now()).await?;
            let (looked_far, waiting) = (Instant::now(), VecDeque::new());
            tails.push(Tail { topic, position, looked_far, waiting });
        }
        Ok(Self { town, tails })
    }
}

impl Tail {
    /// Reads the next entries until one has a message, or there is none.
    async fn read(&mut self, now: Timestamp) -> Result<(), Error> {
        while self.waiting.is_empty() {
            let log = &self.topic.log;
            let Some(entry) = log.read(self.position + 1).await? else {
                if self.looked_far.elapsed() >= LOOK_FAR {
                    self.looked_far = Instant::now();
                    let end = log.end(now).await?.number;
                    if end > self.position && !log.is_there(self.position + 1).await? {
                        self.position = log.before_oldest(end).await?.max(self.position);
                    }
                }
                return Ok(());
            };
            let at = entry.at;
            let messages = entry.messages(&self.topic.name).map_err(Error::unavailable)?;
            self.position += 1;
            self.waiting.extend(messages.into_iter().map(|message| (at, message)));
        }
        Ok(())
    }
}

#[async_trait]
impl Consumer for BroadcastConsumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        let town = self.town.clone();
        loop {
            // What rings while it is looked is heard.
            let rings = town.bell.notified();
            if !self.tails.is_empty() {
                // Each topic is the first in its turn.
                self.tails.rotate_left(1);
            }
            for tail in &mut self.tails {
                tail.read(town.now()).await?;
                let count = max.max(1).min(tail.waiting.len());
                if count > 0 {
                    let given = tail.waiting.drain(..count);
                    let deliveries = given.map(|(published_at, message)| Delivery {
                        receipt: Receipt::new(message.id.to_string()),
                        message,
                        published_at,
                        attempt: 1,
                    });
                    return Ok(deliveries.collect());
                }
            }
            let _ = timeout(LOOK, rings).await;
        }
    }

    async fn settle(&mut self, _: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        Ok(())
    }

    async fn close(self: Box<Self>) -> Result<(), Error> {
        Ok(())
    }
}
