//! A consumer of a shared group.

use super::{
    EmbeddedBroker,
    claim::{Claim, Taken, claim},
    log,
    settle::{give_back, settle},
};
use crate::{Consumer, Delivery, Error, Receipt, Settlement, Start};
use async_trait::async_trait;
use database::sql;
use jiff::Timestamp;
use std::{collections::VecDeque, future::Future, pin::Pin, time::Duration};
use tokio::sync::watch;

type Claiming = Pin<Box<dyn Future<Output = Result<Taken, Error>> + Send>>;

pub(super) struct GroupConsumer {
    broker: EmbeddedBroker,
    group: String,
    topics: Vec<String>,
    ack_wait: Duration,
    news: watch::Receiver<u64>,
    /// A claim under way outlives the call of `next` that began it.
    claiming: Option<Claiming>,
    taken: VecDeque<Delivery>,
}

impl GroupConsumer {
    pub(super) async fn join(
        broker: &EmbeddedBroker,
        group: String,
        topics: Vec<String>,
        start: Start,
        ack_wait: Duration,
    ) -> Result<Self, Error> {
        let place = (group.clone(), topics.clone());
        broker
            .db
            .write(move |tx| {
                let before = log::before(tx, start)?;
                for topic in &place.1 {
                    tx.execute(
                        sql!(
                            "INSERT INTO cursors (consumer_group, topic, position)
                             VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
                        ),
                        &[&place.0, topic, &before],
                    )?;
                }
                Ok::<_, database::Error>(())
            })
            .await?;
        let news = broker.db.announcements();
        let (broker, taken) = (broker.clone(), VecDeque::new());
        Ok(Self { broker, group, topics, ack_wait, news, claiming: None, taken })
    }

    fn begin_claim(&mut self, max: usize) -> Claiming {
        self.news.mark_unchanged();
        // Each topic is the first in its turn, so that a busy one starves no other.
        if let Some(first) = (!self.topics.is_empty()).then(|| self.topics.remove(0)) {
            self.topics.push(first);
        }
        let now = self.broker.now();
        let request = Claim {
            group: self.group.clone(),
            topics: self.topics.clone(),
            max,
            now,
            until: now.checked_add(self.ack_wait).unwrap_or(Timestamp::MAX),
        };
        let db = self.broker.db.clone();
        Box::pin(async move { Ok(db.write(move |tx| claim(tx, &request)).await?) })
    }
}

#[async_trait]
impl Consumer for GroupConsumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        let max = max.max(1);
        loop {
            if !self.taken.is_empty() {
                return Ok(self.taken.drain(..max.min(self.taken.len())).collect());
            }
            if self.claiming.is_none() {
                self.claiming = Some(self.begin_claim(max));
            }
            let Some(claiming) = &mut self.claiming else { continue };
            let outcome = claiming.await;
            self.claiming = None;
            let Taken { deliveries, end, due } = outcome?;
            self.taken.extend(deliveries);
            if self.taken.is_empty() {
                let now = self.broker.now();
                let longest =
                    due.map(|due| Duration::try_from(due.duration_since(now)).unwrap_or_default());
                self.broker.tail.wait(&mut self.news, end, longest).await;
            }
        }
    }

    async fn settle(&mut self, settlements: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        if settlements.is_empty() {
            return Ok(());
        }
        let (group, now) = (self.group.clone(), self.broker.now());
        Ok(self.broker.db.write(move |tx| settle(tx, &group, &settlements, now)).await?)
    }

    async fn close(mut self: Box<Self>) -> Result<(), Error> {
        if let Some(claiming) = self.claiming.take() {
            self.taken.extend(claiming.await?.deliveries);
        }
        if self.taken.is_empty() {
            return Ok(());
        }
        let receipts: Vec<_> = self.taken.drain(..).map(|delivery| delivery.receipt).collect();
        let group = self.group.clone();
        Ok(self.broker.db.write(move |tx| give_back(tx, &group, &receipts)).await?)
    }
}
