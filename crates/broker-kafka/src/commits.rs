//! What a member's threads and the consumers that share it have in common: the lanes, and commits,
//! one at a time, each of all places that changed since the last.

use crate::{
    lanes::Lanes,
    place::Place,
    record::{PATIENCE, Partition},
};
use broker::Error;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext},
    error::KafkaResult,
};
use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

/// A commit that takes longer has failed; a rebalance may be in its way for a while.
const CONFIRMED: Duration = Duration::from_secs(15);
/// Between a commit that failed and the next.
const AGAIN: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// There may be something to commit.
    changed: Condvar,
    /// Something to claim, or an end.
    pub(crate) news: watch::Sender<()>,
    /// The number of the last settlement that is committed.
    durable: watch::Sender<u64>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) lanes: Lanes,
    /// Consumers in this process that share the member.
    pub(crate) consumers: usize,
    pub(crate) phase: Phase,
    /// What the group's coordinator wants and has not got yet.
    pub(crate) changes: VecDeque<Change>,
    /// Settlements are numbered.
    settlements: u64,
    /// What the commit under way is of, and up to which settlement it goes.
    under_way: Option<(Vec<Partition>, u64)>,
    /// Why the last commit did not succeed.
    trouble: Option<String>,
    not_before: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    Member,
    /// The thread ends or has ended; in some cases, why.
    Left(Option<String>),
}

/// A change of the assignment.
#[derive(Debug)]
pub(crate) enum Change {
    Assign(TopicPartitionList),
    /// To others, until when nobody need wait longer for what is in hand.
    Revoke(TopicPartitionList, Vec<Partition>, Instant),
    /// Others have them already.
    Lost(TopicPartitionList, Vec<Partition>),
}

impl Shared {
    pub(crate) fn new() -> Self {
        let state = State {
            lanes: Lanes::default(),
            consumers: 1,
            phase: Phase::Member,
            changes: VecDeque::new(),
            settlements: 0,
            under_way: None,
            trouble: None,
            not_before: Instant::now(),
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            news: watch::Sender::new(()),
            durable: watch::Sender::new(0),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a settlement is committed.
    pub(crate) async fn committed(&self, settlement: u64) -> Result<(), Error> {
        let mut durable = self.durable.subscribe();
        let waited = tokio::time::timeout(CONFIRMED, durable.wait_for(|last| *last >= settlement));
        match waited.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(closed)) => Err(Error::unavailable(closed)),
            Err(_) => {
                let trouble = self.state().trouble.clone().unwrap_or_default();
                let said = format!("the cluster did not confirm a commit in time {trouble}");
                Err(Error::unavailable(said.trim_end()))
            }
        }
    }

    /// Has what changed committed, soon.
    pub(crate) fn commit(&self) {
        self.changed.notify_one();
    }

    /// Commits until the end.
    pub(crate) fn keep_committing<C: ConsumerContext>(&self, consumer: &BaseConsumer<C>) {
        while let Some(places) = self.to_commit() {
            let outcome = places.and_then(|places| consumer.commit(&places, CommitMode::Sync));
            self.answered(&outcome);
        }
    }

    /// Waits for something to commit; `None` at the end.
    fn to_commit(&self) -> Option<KafkaResult<TopicPartitionList>> {
        let mut state = self.state();
        loop {
            if state.phase != Phase::Member {
                return None;
            }
            let wait = state.not_before.saturating_duration_since(Instant::now());
            if wait.is_zero() && state.lanes.is_dirty(None) {
                break;
            }
            let wait = if wait.is_zero() { PATIENCE } else { wait };
            let waited = self.changed.wait_timeout(state, wait);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let dirty = state.lanes.take_dirty();
        let partitions = dirty.iter().map(|(partition, _)| partition.clone()).collect();
        state.under_way = Some((partitions, state.settlements));
        Some(list(&dirty))
    }

    fn answered(&self, outcome: &KafkaResult<()>) {
        let mut state = self.state();
        let Some((partitions, settlements)) = state.under_way.take() else { return };
        if let Err(error) = outcome {
            tracing::debug!(%error, "a commit did not succeed and is tried again");
            state.lanes.mark_dirty(&partitions);
            state.not_before = Instant::now() + AGAIN;
            state.trouble = Some(error.to_string());
        } else {
            state.trouble = None;
            self.durable.send_replace(settlements);
        }
        self.settle_up(&state);
    }

    /// What belonged to partitions that are gone is not to be waited for.
    pub(crate) fn settle_up(&self, state: &State) {
        if state.under_way.is_none() && !state.lanes.is_dirty(None) {
            self.durable.send_replace(state.settlements);
        }
    }

    /// Tells those who wait that there will be nothing more.
    pub(crate) fn end(&self, state: &mut State, reason: Option<String>) {
        state.phase = Phase::Left(reason);
        self.news.send_replace(());
        self.changed.notify_one();
    }
}

impl State {
    /// A settlement that changed something; its number.
    pub(crate) fn count_settlement(&mut self) -> u64 {
        self.settlements += 1;
        self.settlements
    }

    /// Whether places of these are on their way.
    pub(crate) fn is_committing(&self, partitions: &[Partition]) -> bool {
        let under_way = self.under_way.iter().flat_map(|(under_way, _)| under_way);
        self.lanes.is_dirty(Some(partitions))
            || under_way.into_iter().any(|one| partitions.contains(one))
    }
}

fn list(places: &[(Partition, Place)]) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::with_capacity(places.len());
    for (partition, place) in places {
        let mut element = list.add_partition(&partition.topic, partition.number);
        element.set_offset(Offset::Offset(place.offset))?;
        element.set_metadata(place.metadata());
    }
    Ok(list)
}
