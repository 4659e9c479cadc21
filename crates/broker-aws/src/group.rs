//! A consumer of a shared group: a queue for each topic, all of them asked at once. SQS itself holds
//! a key back while a message of it is in flight.

use crate::{
    arrivals::{self, Arrival},
    hands::{Hand, Hands, Settled},
    queue::Queue,
    town::Town,
};
use async_trait::async_trait;
use broker::{Consumer, Delivery, Error, Receipt, Settlement, Start};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};

/// SQS counts a message's time in seconds, and ours must be over before SQS's is: a late settlement
/// would otherwise disturb who has the message next.
const SPARE: Duration = Duration::from_secs(1);
/// Seconds after which what goes back is there again. All of a key shall be there at the same
/// moment, as if it had not been taken; SQS lets messages go one by one when they need not wait.
const SOONEST: u64 = 1;
/// SQS's longest, in seconds.
const LONGEST: u64 = 12 * 60 * 60;

type Received = (usize, Result<Vec<Arrival>, Error>);

pub(crate) struct GroupConsumer {
    town: Arc<Town>,
    queues: Vec<Arc<Queue>>,
    ack_wait: Duration,
    /// A receive under way outlives the call of `next` that began it.
    receives: JoinSet<Received>,
    /// By the number of the queue.
    is_receiving: Vec<bool>,
    taken: VecDeque<Arrival>,
    hands: Hands,
}

impl GroupConsumer {
    pub(crate) async fn join(
        town: Arc<Town>,
        group: &str,
        topics: &[String],
        start: Start,
        ack_wait: Duration,
    ) -> Result<Self, Error> {
        let mut queues = Vec::with_capacity(topics.len());
        for topic in topics {
            queues.push(Arc::new(Queue::of(&town, group, topic, start).await?));
        }
        Ok(Self {
            town,
            is_receiving: vec![false; queues.len()],
            queues,
            ack_wait,
            receives: JoinSet::new(),
            taken: VecDeque::new(),
            hands: Hands::default(),
        })
    }

    /// For how many seconds SQS keeps others from what we have.
    fn visibility(&self) -> u64 {
        in_seconds(self.ack_wait + SPARE)
    }

    fn begin_receives(&mut self, max: usize) {
        let visibility = self.visibility();
        for (nth, queue) in self.queues.iter().enumerate() {
            if std::mem::replace(&mut self.is_receiving[nth], true) {
                continue;
            }
            let (town, queue) = (self.town.clone(), queue.clone());
            self.receives.spawn(async move {
                (nth, arrivals::receive(&town, (nth, &queue), max, visibility).await)
            });
        }
    }

    fn take_in(&mut self, received: Result<Received, tokio::task::JoinError>) -> Result<(), Error> {
        let (nth, arrivals) = received.map_err(Error::unavailable)?;
        self.is_receiving[nth] = false;
        self.taken.extend(arrivals?);
        Ok(())
    }

    /// Hands out what has been received. What has waited here for a while gets its whole time anew;
    /// what is not ours any more comes again.
    async fn hand_out(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        let visibility = self.visibility();
        self.taken.retain(|one| one.at.elapsed() < self.ack_wait + SPARE);
        for (nth, queue) in self.queues.iter().enumerate() {
            let waited =
                |one: &&mut Arrival| one.hand.queue == nth && one.at.elapsed() >= SPARE / 2;
            let mut old: Vec<_> = self.taken.iter_mut().filter(waited).collect();
            if old.is_empty() {
                continue;
            }
            let handles: Vec<_> = old.iter().map(|one| one.hand.handle.clone()).collect();
            let now = Instant::now();
            if self.town.services.sqs.hold(&queue.url, &handles, visibility).await? {
                old.iter_mut().for_each(|one| one.at = now);
            } else {
                self.taken.retain(|one| one.hand.queue != nth || one.at.elapsed() < SPARE / 2);
            }
        }
        let until = Instant::now() + self.ack_wait;
        let given = self.taken.drain(..max.min(self.taken.len()));
        let deliveries = given.map(|Arrival { hand, message, published_at, .. }| Delivery {
            message,
            published_at,
            attempt: hand.attempt,
            receipt: self.hands.give(hand, until),
        });
        Ok(deliveries.collect())
    }

    /// Those of one queue, for each queue that has some.
    fn by_queue(&self, hands: Vec<Hand>) -> Vec<(&Queue, Vec<Hand>)> {
        let mut by_queue: HashMap<usize, Vec<Hand>> = HashMap::new();
        for hand in hands {
            by_queue.entry(hand.queue).or_default().push(hand);
        }
        by_queue.into_iter().map(|(nth, hands)| (self.queues[nth].as_ref(), hands)).collect()
    }

    async fn hold(&self, hands: Vec<Hand>, seconds: u64) -> Result<(), Error> {
        for (queue, hands) in self.by_queue(hands) {
            let handles: Vec<_> = hands.into_iter().map(|hand| hand.handle).collect();
            self.town.services.sqs.hold(&queue.url, &handles, seconds).await?;
        }
        Ok(())
    }

    /// Lets messages go as if they had not been delivered.
    async fn give_back(&self, hands: Vec<Hand>, seconds: u64) -> Result<(), Error> {
        for (queue, hands) in self.by_queue(hands.clone()) {
            arrivals::note_untried(&self.town, queue, &hands).await?;
        }
        self.hold(hands, seconds).await
    }
}

#[async_trait]
impl Consumer for GroupConsumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        let max = max.max(1);
        loop {
            if !self.taken.is_empty() {
                let deliveries = self.hand_out(max).await?;
                if !deliveries.is_empty() {
                    return Ok(deliveries);
                }
            }
            self.begin_receives(max);
            match self.receives.join_next().await {
                Some(received) => self.take_in(received)?,
                None => std::future::pending().await,
            }
        }
    }

    async fn settle(&mut self, settlements: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        let now = Instant::now();
        let Settled { done, retry, still } =
            self.hands.settle(&settlements, now, now + self.ack_wait);
        for (queue, hands) in self.by_queue(done) {
            arrivals::remove(&self.town, queue, &hands).await?;
        }
        self.hold(still, self.visibility()).await?;
        for (hand, untried, after) in retry {
            let seconds = in_seconds(after).max(SOONEST);
            self.hold(vec![hand], seconds).await?;
            self.give_back(untried, seconds).await?;
        }
        Ok(())
    }

    async fn close(mut self: Box<Self>) -> Result<(), Error> {
        while let Some(received) = self.receives.join_next().await {
            self.take_in(received)?;
        }
        let hands = self.taken.drain(..).map(|arrival| arrival.hand).collect();
        self.give_back(hands, SOONEST).await
    }
}

/// Whole seconds, rather too long than too short.
fn in_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).min(LONGEST)
}
