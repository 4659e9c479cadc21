//! A consumer of a shared group.

use crate::{
    link::Link,
    log::{Entry, Log},
    news::News,
    place::{Place, Taking},
    record::Record,
};
use async_trait::async_trait;
use broker::{Consumer, Delivery, Error, Receipt, Settlement, Start};
use futures_util::TryStreamExt;
use kernel::Clock;
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinHandle;

/// Who waits looks after this time even when nobody rang.
const LOOK: Duration = Duration::from_secs(1);
/// One taking passes over at most so many windows of messages for busy keys.
const WINDOWS: usize = 8;
const WINDOW: u64 = 256;

/// A member of a group.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) link: Arc<Link>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) group: String,
    pub(crate) ack_wait: Duration,
}

/// One of the topics that a group follows.
struct Topic {
    member: Member,
    log: Log,
    record: Record,
    /// The end of the log, as far as was heard.
    end: Arc<AtomicU64>,
}

pub(crate) struct GroupConsumer {
    topics: Vec<Arc<Topic>>,
    /// Whose turn it is: a busy topic starves no other.
    turn: usize,
    news: News,
    /// A claim under way outlives the call of `next` that began it.
    claiming: Option<JoinHandle<Result<Vec<Delivery>, Error>>>,
    taken: VecDeque<Delivery>,
}

impl GroupConsumer {
    pub(crate) async fn join(
        member: Member,
        names: Vec<String>,
        start: Start,
    ) -> Result<Self, Error> {
        let mut news = News::new();
        let mut topics = Vec::with_capacity(names.len());
        for name in names {
            topics.push(Arc::new(Topic::join(&member, &name, start, &mut news).await?));
        }
        Ok(Self { topics, turn: 0, news, claiming: None, taken: VecDeque::new() })
    }

    /// Takes from the first topic that has something, beginning with the one whose turn it is.
    fn begin_claim(&mut self, max: usize) -> JoinHandle<Result<Vec<Delivery>, Error>> {
        let count = self.topics.len();
        self.turn = (self.turn + 1) % count.max(1);
        let order: Vec<_> = (0..count).map(|nth| (self.turn + nth) % count).collect();
        let topics = self.topics.clone();
        tokio::spawn(async move {
            for nth in order {
                let deliveries = topics[nth].claim(nth, max).await?;
                if !deliveries.is_empty() {
                    return Ok(deliveries);
                }
            }
            Ok(Vec::new())
        })
    }

    async fn claimed(&mut self, max: usize) -> Result<(), Error> {
        if self.claiming.is_none() {
            self.claiming = Some(self.begin_claim(max));
        }
        let Some(claiming) = &mut self.claiming else { return Ok(()) };
        let outcome = claiming.await;
        self.claiming = None;
        self.taken.extend(outcome.map_err(Error::unavailable)??);
        Ok(())
    }

    /// Until somebody rings, a lane falls due, or for a while.
    async fn wait(&self) -> Result<(), Error> {
        let mut longest = LOOK;
        for topic in &self.topics {
            let due = topic.record.current().await?.place.next_due();
            if let Some(wait) = due.map(|due| due.saturating_sub(topic.now())) {
                // A microsecond more than too early is too early.
                longest = longest.min(Duration::from_micros(wait.max(0).unsigned_abs() + 1));
            }
        }
        if !self.news.heard(longest).await && longest == LOOK {
            for topic in &self.topics {
                topic.look().await?;
            }
        }
        Ok(())
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
            self.claimed(max).await?;
            if self.taken.is_empty() {
                self.wait().await?;
            }
        }
    }

    async fn settle(&mut self, settlements: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        let mut by_topic: HashMap<usize, Vec<(Held, Settlement)>> = HashMap::new();
        for (receipt, settlement) in settlements {
            if let Some(held) = Held::of(&receipt) {
                by_topic.entry(held.topic).or_default().push((held, settlement));
            }
        }
        for (nth, settlements) in by_topic {
            if let Some(topic) = self.topics.get(nth) {
                topic.settle(&settlements).await?;
            }
        }
        Ok(())
    }

    async fn close(mut self: Box<Self>) -> Result<(), Error> {
        if let Some(claiming) = self.claiming.take() {
            self.taken.extend(claiming.await.map_err(Error::unavailable)??);
        }
        let held: Vec<_> = self.taken.iter().filter_map(|one| Held::of(&one.receipt)).collect();
        for (nth, topic) in self.topics.iter().enumerate() {
            let give_back = |place: &mut Place| {
                for one in held.iter().filter(|held| held.topic == nth) {
                    place.give_back(&one.key, one.turn, one.position);
                }
            };
            topic.record.change(give_back).await?;
        }
        Ok(())
    }
}

impl Topic {
    async fn join(
        member: &Member,
        name: &str,
        start: Start,
        news: &mut News,
    ) -> Result<Self, Error> {
        let Member { link, group, .. } = member;
        let log = Log::open(link, name).await?;
        let end = news.of(link, &link.names.topic(name)).await?;
        let subject = link.names.place(group, name);
        let revision = news.of(link, &subject).await?;
        let record = Record::open(link.clone(), subject, revision).await?;
        record.begin(&log, start).await?;
        let topic = Self { member: member.clone(), log, record, end };
        topic.look().await?;
        Ok(topic)
    }

    fn now(&self) -> i64 {
        self.member.clock.now().as_microsecond()
    }

    /// Looks for what no ring told of.
    async fn look(&self) -> Result<(), Error> {
        self.record.forget();
        let seen = self.record.current().await?.place;
        // Asked for after the place: nobody passes a message that is not there yet.
        let (_, last) = self.log.bounds().await?;
        self.end.fetch_max(last, Ordering::AcqRel);
        if seen.passed > last {
            tracing::error!(passed = seen.passed, last, "the topic's stream was made anew");
            let begin_again = |place: &mut Place| {
                if *place == seen {
                    *place = Place::default();
                }
            };
            self.record.change(begin_again).await?;
        }
        Ok(())
    }

    async fn claim(&self, nth: usize, max: usize) -> Result<Vec<Delivery>, Error> {
        // What was read stays read when somebody else was faster.
        let mut known: HashMap<u64, Entry> = HashMap::new();
        let mut tries = 0;
        let taking = loop {
            let seen = self.record.current().await?;
            let mut place = seen.place.clone();
            let taking = self.take(&mut place, max, &mut known).await?;
            if self.record.replace(&seen, place).await? {
                break taking;
            }
            self.record.lost(tries).await?;
            tries += 1;
        };
        let taken = taking.taken.into_iter();
        let deliveries = taken.filter_map(|one| {
            let held = Held { topic: nth, turn: one.turn, position: one.position, key: one.key };
            Some(known.remove(&one.position)?.delivery(held.receipt(), one.attempt))
        });
        Ok(deliveries.collect())
    }

    async fn take(
        &self,
        place: &mut Place,
        max: usize,
        known: &mut HashMap<u64, Entry>,
    ) -> Result<Taking, Error> {
        let now = self.now();
        let wait = i64::try_from(self.member.ack_wait.as_micros()).unwrap_or(i64::MAX);
        let mut taking = Taking { max, now, until: now.saturating_add(wait), taken: Vec::new() };
        let end = self.end.load(Ordering::Acquire);
        if place.passed >= end && place.next_due().is_none_or(|due| due > now) {
            return Ok(taking);
        }
        let before = place.clone();
        place.take_due(&mut taking);
        let unread = taking.taken.iter().map(|one| one.position);
        let unread: Vec<_> = unread.filter(|position| !known.contains_key(position)).collect();
        known.extend(self.log.get(unread).await?.into_iter().map(|one| (one.position, one)));
        let mut progress = false;
        for one in taking.taken.extract_if(.., |one| !known.contains_key(&one.position)) {
            place.forget(&one.key, one.position);
            progress = true;
        }
        for _ in 0..WINDOWS {
            let room = taking.room() as u64;
            if room == 0 || place.is_full() {
                break;
            }
            let window = self.log.after(place.passed, room.min(WINDOW), end).await?;
            for entry in window.entries {
                place.enter(&entry.message.key, entry.position, &mut taking);
                known.insert(entry.position, entry);
            }
            place.passed = place.passed.max(window.end);
            if !window.more {
                break;
            }
        }
        progress |= !taking.taken.is_empty() || place.passed > before.passed;
        if !progress {
            *place = before;
        }
        Ok(taking)
    }

    async fn settle(&self, settlements: &[(Held, Settlement)]) -> Result<(), Error> {
        let settle = |place: &mut Place| {
            for (Held { turn, position, key, .. }, settlement) in settlements {
                match settlement {
                    Settlement::Ack => place.acknowledge(key, *turn, *position),
                    Settlement::Retry { after } => {
                        let after = i64::try_from(after.as_micros()).unwrap_or(i64::MAX);
                        place.park(key, *turn, *position, self.now().saturating_add(after));
                    }
                }
            }
        };
        self.record.change(settle).await
    }
}

/// What a receipt says.
struct Held {
    /// Its number among the consumer's topics.
    topic: usize,
    turn: u64,
    position: u64,
    key: String,
}

impl Held {
    fn receipt(&self) -> Receipt {
        Receipt::new(format!("{}.{}.{}.{}", self.topic, self.turn, self.position, self.key))
    }

    fn of(receipt: &Receipt) -> Option<Self> {
        let mut parts = receipt.as_str().splitn(4, '.');
        Some(Self {
            topic: parts.next()?.parse().ok()?,
            turn: parts.next()?.parse().ok()?,
            position: parts.next()?.parse().ok()?,
            key: parts.next()?.to_owned(),
        })
    }
}

/// What a group has not acknowledged, over all topics that it has ever had.
pub(crate) async fn lag(link: &Arc<Link>, group: &str) -> Result<u64, Error> {
    let places = link.places().await?;
    let front = link.names.places(group);
    let found =
        places.info_with_subjects(format!("{front}.*")).await.map_err(Error::unavailable)?;
    let subjects: Vec<_> =
        found.map_ok(|(subject, _)| subject).try_collect().await.map_err(Error::unavailable)?;
    let mut lag = 0;
    for subject in subjects {
        let Some(topic) = subject.strip_prefix(&front).and_then(|rest| rest.strip_prefix('.'))
        else {
            continue;
        };
        let stream = link.names.topic_stream_of(topic);
        let record = Record::open(link.clone(), subject.clone(), Arc::default()).await?;
        let place = record.current().await?.place;
        let stream =
            link.jetstream()?.get_stream_no_info(stream).await.map_err(Error::unavailable)?;
        let state = stream.get_info().await.map_err(Error::unavailable)?.state;
        let passed = place.passed.max(state.first_sequence.saturating_sub(1));
        lag += state.last_sequence.saturating_sub(passed) + place.waiting() as u64;
    }
    Ok(lag)
}
