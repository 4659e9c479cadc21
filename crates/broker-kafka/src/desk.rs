//! Questions about places that need no membership: where a partition begins and ends, where a group
//! stands, and the first commit of a new group.

use crate::{
    address::Address,
    client::{self, Quiet},
    place::Place,
    record::{PATIENCE, Partition, millis},
};
use broker::Start;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
};
use std::{collections::HashMap, sync::Mutex, time::Duration};
use tokio::time::Instant;

/// Leaders and coordinators are found within this time.
const ELECTION: Duration = Duration::from_secs(15);

/// Offsets by partition.
pub(crate) type Offsets = HashMap<Partition, i64>;

/// A client that belongs to a group's name and never joins the group.
pub(crate) struct Desk {
    consumer: Mutex<BaseConsumer<Quiet>>,
}

impl Desk {
    pub(crate) fn open(address: &Address, group: &str) -> KafkaResult<Self> {
        let consumer = client::consumer(address, group).create_with_context(Quiet)?;
        Ok(Self { consumer: Mutex::new(consumer) })
    }

    fn consumer(&self) -> std::sync::MutexGuard<'_, BaseConsumer<Quiet>> {
        let consumer = self.consumer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // What it has to tell is told by the calls; nobody else empties its queue.
        while consumer.poll(Duration::ZERO).is_some() {}
        consumer
    }

    /// Where a start is in each partition.
    pub(crate) fn starts(&self, partitions: &[Partition], start: Start) -> KafkaResult<Offsets> {
        patiently(|| self.starts_now(partitions, start))
    }

    /// The same, where a group has no place yet: it gets one, and keeps the others.
    pub(crate) fn begin(&self, partitions: &[Partition], start: Start) -> KafkaResult<Offsets> {
        patiently(|| {
            // In this order, so that of two who do it at once neither takes a message from the
            // other.
            let starts = self.starts_now(partitions, start)?;
            self.commit_missing(&starts)?;
            Ok(starts)
        })
    }

    fn starts_now(&self, partitions: &[Partition], start: Start) -> KafkaResult<Offsets> {
        let consumer = self.consumer();
        match start {
            Start::Earliest => offsets(&consumer, partitions, Offset::Beginning),
            Start::Now => offsets(&consumer, partitions, Offset::End),
            Start::At(instant) => {
                let ends = offsets(&consumer, partitions, Offset::End)?;
                let at = Offset::Offset(millis(instant).max(0));
                let mut starts = offsets(&consumer, partitions, at)?;
                for (partition, end) in ends {
                    // Nothing is that young.
                    starts.entry(partition).or_insert(end);
                }
                Ok(starts)
            }
        }
    }

    fn commit_missing(&self, starts: &Offsets) -> KafkaResult<()> {
        let consumer = self.consumer();
        let partitions: Vec<_> = starts.keys().cloned().collect();
        let known = places(&consumer, &partitions)?;
        let mut missing = TopicPartitionList::new();
        for (Partition { topic, number }, offset) in
            starts.iter().filter(|(partition, _)| !known.contains_key(*partition))
        {
            missing.add_partition_offset(topic, *number, Offset::Offset(*offset))?;
        }
        if missing.count() == 0 {
            return Ok(());
        }
        match consumer.commit(&missing, CommitMode::Sync) {
            // The group is at work: whoever is assigned the partition commits its place.
            Err(error) if is_at_work(&error) => Ok(()),
            outcome => outcome,
        }
    }

    /// How many messages a group has not acknowledged in those of the partitions that it has had.
    pub(crate) fn lag(&self, partitions: &[Partition]) -> KafkaResult<u64> {
        let consumer = self.consumer();
        let places = places(&consumer, partitions)?;
        let partitions: Vec<_> = places.keys().cloned().collect();
        let ends = offsets(&consumer, &partitions, Offset::End)?;
        let lag = |(partition, place): (&Partition, &Place)| {
            ends.get(partition).map_or(0, |end| place.lag(*end))
        };
        let lag: u64 = places.iter().map(lag).sum();
        if lag == 0 {
            return Ok(0);
        }
        // What the log has forgotten is nobody's to do.
        let oldest = offsets(&consumer, &partitions, Offset::Beginning)?;
        let forgotten = |(partition, place): (&Partition, &Place)| {
            oldest.get(partition).map_or(0, |oldest| place.lag((*oldest).max(place.offset)))
        };
        Ok(lag.saturating_sub(places.iter().map(forgotten).sum()))
    }
}

/// A topic that was made a moment ago has no leader yet, and a cluster that has just started no
/// coordinator.
fn patiently<T>(ask: impl Fn() -> KafkaResult<T>) -> KafkaResult<T> {
    let deadline = Instant::now() + ELECTION;
    loop {
        match ask() {
            Err(error) if is_passing(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(50));
            }
            outcome => return outcome,
        }
    }
}

fn is_passing(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        error.rdkafka_error_code(),
        Some(
            Code::NotLeaderForPartition
                | Code::LeaderNotAvailable
                // Who leads a new topic's partition may know less of it than the rest of the cluster.
                | Code::UnknownLeaderEpoch
                | Code::FencedLeaderEpoch
                | Code::UnknownTopicOrPartition
                | Code::UnknownPartition
                | Code::NotCoordinator
                | Code::CoordinatorNotAvailable
                | Code::CoordinatorLoadInProgress
        )
    )
}

fn is_at_work(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::UnknownMemberId
                | RDKafkaErrorCode::IllegalGeneration
                | RDKafkaErrorCode::RebalanceInProgress
        )
    )
}

/// The places that a group has committed.
pub(crate) fn places<C: rdkafka::consumer::ConsumerContext>(
    consumer: &BaseConsumer<C>,
    partitions: &[Partition],
) -> KafkaResult<HashMap<Partition, Place>> {
    if partitions.is_empty() {
        return Ok(HashMap::new());
    }
    let mut places = HashMap::new();
    let asked = list(partitions, Offset::Invalid)?;
    let committed = match consumer.committed_offsets(asked, PATIENCE) {
        Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::GroupIdNotFound) => {
            return Ok(places);
        }
        committed => committed?,
    };
    for element in committed.elements() {
        element.error()?;
        if let Offset::Offset(offset) = element.offset() {
            let partition =
                Partition { topic: element.topic().to_owned(), number: element.partition() };
            places.insert(partition, Place::read(offset, element.metadata()));
        }
    }
    Ok(places)
}

/// `Offset::Beginning`, `Offset::End`, or the first at a millisecond; `None` where there is none.
fn offsets(
    consumer: &BaseConsumer<Quiet>,
    partitions: &[Partition],
    what: Offset,
) -> KafkaResult<Offsets> {
    if partitions.is_empty() {
        return Ok(Offsets::new());
    }
    let mut offsets = Offsets::new();
    for element in consumer.offsets_for_times(list(partitions, what)?, PATIENCE)?.elements() {
        element.error()?;
        if let Offset::Offset(offset) = element.offset() {
            let partition =
                Partition { topic: element.topic().to_owned(), number: element.partition() };
            offsets.insert(partition, offset);
        }
    }
    Ok(offsets)
}

pub(crate) fn list(partitions: &[Partition], offset: Offset) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for Partition { topic, number } in partitions {
        list.add_partition_offset(topic, *number, offset)?;
    }
    Ok(list)
}
