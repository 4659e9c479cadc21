//! One member of a consumer group: a thread that reads ahead and keeps up with rebalances, and one
//! that commits.
//! The consumers of the group in this process share it.
//!
//! A partition that goes to another member is given away when nothing of it is in hand and its place
//! is committed, while the others go on (cooperative rebalance): the next holder of a key begins
//! exactly where this one ended.

use crate::{
    address::Address,
    client::{self, Quiet},
    commits::{Change, Phase, Shared, State},
    desk::{self, Offsets},
    place::Place,
    record::{self, Partition, Received},
};
use rdkafka::{
    ClientContext, Offset, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer, ConsumerContext},
    error::{KafkaError, KafkaResult},
    types::RDKafkaRespErr,
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// How often what has no event of its own is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Records taken in at once, so that what arrived together is handed out together.
const BATCH: usize = 128;
/// A partition that must go is kept no longer than this for a commit.
const GOODBYE: Duration = Duration::from_secs(10);
/// A member that is silent for so long has died (Kafka's least).
const SESSION: Duration = Duration::from_secs(6);

type Connection = BaseConsumer<Context>;

/// The member as its consumers see it.
pub(crate) struct Member {
    pub(crate) shared: Arc<Shared>,
    thread: tokio::sync::Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Member {
    /// Joins the group in the name of one consumer. `starts`: where to begin with partitions in
    /// which the group has no place.
    pub(crate) fn join(
        address: &Address,
        group: &str,
        topics: &[String],
        starts: Offsets,
    ) -> KafkaResult<Self> {
        let shared = Arc::new(Shared::new());
        let connection: Connection = client::consumer(address, group)
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", SESSION.as_millis().to_string())
            .set("heartbeat.interval.ms", "1000")
            .create_with_context(Context { shared: shared.clone() })?;
        connection.subscribe(&topics.iter().map(String::as_str).collect::<Vec<_>>())?;
        let course = Course {
            connection: Arc::new(connection),
            shared: shared.clone(),
            starts,
            prefix: address.prefix.clone(),
        };
        let thread = std::thread::Builder::new().name("kafka member".to_owned());
        let thread = thread
            .spawn(move || course.run())
            .map_err(|error| KafkaError::ClientCreation(error.to_string()))?;
        let thread = tokio::sync::Mutex::new(Some(thread));
        Ok(Self { shared, thread })
    }

    /// One more consumer, unless the member has left.
    pub(crate) fn share(&self) -> bool {
        let mut state = self.shared.state();
        let is_member = state.phase == Phase::Member;
        state.consumers += usize::from(is_member);
        self.shared.news.send_replace(());
        is_member
    }

    /// After a consumer went: if it was the last, waits until the group knows. Another one may come
    /// meanwhile, and then the member stays.
    pub(crate) async fn left(&self) {
        let mut news = self.shared.news.subscribe();
        loop {
            news.mark_unchanged();
            {
                let state = self.shared.state();
                if state.consumers > 0 {
                    return;
                }
                if state.phase != Phase::Member {
                    break;
                }
            }
            if news.changed().await.is_err() {
                break;
            }
        }
        let thread = self.thread.lock().await.take();
        if let Some(thread) = thread {
            tokio::task::spawn_blocking(move || thread.join()).await.ok();
        }
    }
}

/// What the thread has.
struct Course {
    connection: Arc<Connection>,
    shared: Arc<Shared>,
    starts: Offsets,
    prefix: String,
}

impl Course {
    fn run(self) {
        let committer = self.committer();
        loop {
            let received = self.receive();
            let flow = {
                let mut state = self.shared.state();
                self.take_in(&mut state, received);
                if state.phase != Phase::Member || self.is_over(&mut state) {
                    break;
                }
                state.lanes.flow()
            };
            self.regulate(&flow);
            self.follow_changes();
        }
        self.give_up_changes();
        committer.join().ok();
        // Dropping the connection, here where it may take its time, leaves the group.
    }

    fn committer(&self) -> std::thread::JoinHandle<()> {
        let (shared, connection) = (self.shared.clone(), self.connection.clone());
        std::thread::spawn(move || shared.keep_committing(&connection))
    }

    /// What is there, or the first that comes within a tick.
    fn receive(&self) -> Vec<KafkaResult<Received>> {
        let mut received = Vec::new();
        let mut patience = TICK;
        while received.len() < BATCH {
            let Some(record) = self.connection.poll(patience) else { break };
            received.push(record.map(|record| record::receive(&record, &self.prefix)));
            patience = Duration::ZERO;
        }
        received
    }

    fn take_in(&self, state: &mut State, received: Vec<KafkaResult<Received>>) {
        if received.is_empty() {
            return;
        }
        let now = Instant::now();
        for record in received {
            match record {
                Ok(record) => state.lanes.insert(record, now),
                Err(error) if is_final(&error) => {
                    self.shared.end(state, Some(error.to_string()));
                }
                Err(error) => tracing::debug!(%error, "librdkafka goes on after an error"),
            }
        }
        self.shared.news.send_replace(());
    }

    /// Whether the last consumer is gone, nothing is in hand and all is committed.
    fn is_over(&self, state: &mut State) -> bool {
        let partitions = state.lanes.partitions();
        let now = Instant::now();
        let over = state.consumers == 0
            && !partitions.iter().any(|partition| state.lanes.in_hand(partition, now))
            && !state.is_committing(&partitions);
        if over {
            self.shared.end(state, None);
        }
        over
    }

    fn regulate(&self, (pause, resume): &(Vec<Partition>, Vec<Partition>)) {
        let pausing = || self.connection.pause(&desk::list(pause, Offset::Invalid)?);
        let resuming = || self.connection.resume(&desk::list(resume, Offset::Invalid)?);
        let paused = if pause.is_empty() { Ok(()) } else { pausing() };
        let resumed = if resume.is_empty() { Ok(()) } else { resuming() };
        for error in [paused, resumed].into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "a partition could not be paused or resumed");
        }
    }

    /// One after the other, each when its time has come.
    fn follow_changes(&self) {
        while let Some(change) = { self.shared.state().changes.pop_front() } {
            if let Some(later) = self.follow(change) {
                self.shared.state().changes.push_front(later);
                return;
            }
        }
    }

    fn follow(&self, change: Change) -> Option<Change> {
        match change {
            Change::Assign(list) => match self.assign(&list) {
                Ok(()) => None,
                Err(error) => {
                    tracing::debug!(%error, "the places of a group could not be read yet");
                    Some(Change::Assign(list))
                }
            },
            Change::Revoke(list, partitions, until) => {
                let now = Instant::now();
                let waits = {
                    let state = self.shared.state();
                    partitions.iter().any(|partition| state.lanes.in_hand(partition, now))
                        || (state.is_committing(&partitions) && now < until)
                };
                if waits {
                    return Some(Change::Revoke(list, partitions, until));
                }
                self.give_away(&list, &partitions);
                None
            }
            Change::Lost(list, partitions) => {
                self.give_away(&list, &partitions);
                None
            }
        }
    }

    fn assign(&self, list: &TopicPartitionList) -> KafkaResult<()> {
        let partitions = partitions(list);
        let places = desk::places(&self.connection, &partitions)?;
        let mut begin = TopicPartitionList::new();
        let mut state = self.shared.state();
        for partition in partitions {
            let start = || self.starts.get(&partition).copied().unwrap_or(0);
            let place = places.get(&partition).cloned().unwrap_or_else(|| Place::at(start()));
            let offset = Offset::Offset(place.offset);
            begin.add_partition_offset(&partition.topic, partition.number, offset)?;
            state.lanes.assign(partition, place);
        }
        drop(state);
        self.shared.commit();
        self.connection.incremental_assign(&begin)?;
        self.connection.resume(&begin)
    }

    fn give_away(&self, list: &TopicPartitionList, partitions: &[Partition]) {
        let mut state = self.shared.state();
        partitions.iter().for_each(|partition| state.lanes.remove(partition));
        self.shared.settle_up(&state);
        drop(state);
        if let Err(error) = self.connection.incremental_unassign(list) {
            tracing::debug!(%error, "a partition was gone already");
        }
    }

    /// Before the end: whatever the coordinator still waits for.
    fn give_up_changes(&self) {
        let changes = std::mem::take(&mut self.shared.state().changes);
        for change in changes {
            let done = match &change {
                Change::Assign(list) => self.connection.incremental_assign(list),
                Change::Revoke(list, ..) | Change::Lost(list, _) => {
                    self.connection.incremental_unassign(list)
                }
            };
            done.ok();
        }
    }
}

/// An error after which the member is none any more, or is not allowed to be one.
fn is_final(error: &KafkaError) -> bool {
    matches!(error, KafkaError::MessageConsumptionFatal(_)) || client::is_refusal(error)
}

fn partitions(list: &TopicPartitionList) -> Vec<Partition> {
    let elements = list.elements();
    let partition = |element: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| {
        Partition { topic: element.topic().to_owned(), number: element.partition() }
    };
    elements.iter().map(partition).collect()
}

/// What librdkafka calls, on the thread, while it polls.
struct Context {
    shared: Arc<Shared>,
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        Quiet.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Quiet.error(error, reason);
    }
}

impl ConsumerContext for Context {
    /// Takes note only: to answer may need time, in which other partitions go on.
    fn rebalance(
        &self,
        connection: &Connection,
        what: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let mut state = self.shared.state();
        let change = if what == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            Change::Assign(list.clone())
        } else if matches!(state.phase, Phase::Left(_)) {
            connection.incremental_unassign(list).ok();
            return;
        } else {
            let partitions = partitions(list);
            partitions.iter().for_each(|partition| state.lanes.leave(partition));
            if connection.assignment_lost() {
                Change::Lost(list.clone(), partitions)
            } else {
                Change::Revoke(list.clone(), partitions, Instant::now() + GOODBYE)
            }
        };
        state.changes.push_back(change);
    }
}
