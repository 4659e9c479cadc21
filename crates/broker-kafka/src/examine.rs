//! What an operator should know of a cluster before relying on it. Changes nothing.

use crate::{
    address::Address,
    client::{self, Quiet},
    desk,
    place::METADATA_BYTES,
    record::{PATIENCE, Partition},
    topics::Topics,
};
use broker::{Condition, Error, Finding, MAX_PAYLOAD};
use kernel::in_words;
use rdkafka::{
    Offset,
    admin::{AdminOptions, ConfigResource, ResourceSpecifier},
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError, KafkaResult},
    metadata::{Metadata, MetadataTopic},
};
use std::time::Duration;
use tokio::time::Instant;

/// Copies that survive the loss of one broker while another is away.
const SAFE_COPIES: usize = 3;
/// Where the cluster keeps the places of groups.
const PLACES: &str = "__consumer_offsets";
/// Headers and framing of a message, generously.
const AROUND: u64 = 4096;

pub(crate) async fn examine(address: &Address, topics: &Topics, kept: Duration) -> Vec<Finding> {
    let metadata = match topics.metadata(None).await {
        Ok(metadata) => metadata,
        Err(error) => return vec![finding("the cluster answers and lets us in", wrong(&error))],
    };
    let (names, broker, copies, partitions) = {
        let is_ours = |topic: &&MetadataTopic| {
            topic.name().starts_with(&address.prefix) && !topic.name().starts_with("__")
        };
        let ours: Vec<_> = metadata.topics().iter().filter(is_ours).collect();
        let names: Vec<_> = ours.iter().map(|topic| topic.name().to_owned()).collect();
        let broker = metadata.brokers().first().map(|broker| broker.id());
        (names, broker, copies(address, &metadata, &ours), partitions(address, &ours))
    };
    let mut findings = vec![
        finding("the cluster answers and lets us in", Condition::Well),
        finding("topics may be made", may_make(topics, &names).await),
        finding("events may be read and places be seen", may_read(address, &names).await),
        finding("copies are kept", copies),
        finding("as many can share the work as settings say", partitions),
    ];
    if let Some(broker) = broker {
        let asked = ResourceSpecifier::Broker(broker);
        let state = settings(topics, asked, |settings| of_broker(settings, kept)).await;
        findings.push(finding("brokers keep places long enough", state));
    }
    for name in names {
        let asked = ResourceSpecifier::Topic(&name);
        let state = settings(topics, asked, |settings| of_topic(settings, kept)).await;
        findings.push(finding(&format!("the topic {name} keeps events"), state));
    }
    findings
}

/// The cluster is asked whether it would; where the topics are there, they need not be made.
async fn may_make(topics: &Topics, ours: &[String]) -> Condition {
    match topics.create(&topics.name("examination"), true).await {
        Ok(()) => Condition::Well,
        Err(error) if ours.is_empty() => wrong(&error),
        Err(error) => Condition::Risky(in_words(&error)),
    }
}

async fn may_read(address: &Address, ours: &[String]) -> Condition {
    let Some(topic) = ours.first() else { return Condition::Well };
    let partition = Partition { topic: topic.clone(), number: 0 };
    let address = address.clone();
    match client::blocking(move || read(&address, partition)).await {
        Ok(()) => Condition::Well,
        Err(error) => wrong(&error),
    }
}

/// To the end of a partition, without joining a group.
fn read(address: &Address, partition: Partition) -> KafkaResult<()> {
    let consumer: BaseConsumer<Quiet> = client::consumer(address, "examination")
        .set("enable.partition.eof", "true")
        .create_with_context(Quiet)?;
    let partitions = [partition];
    desk::places(&consumer, &partitions)?;
    consumer.assign(&desk::list(&partitions, Offset::End)?)?;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Err(error)) if client::is_refusal(&error) => return Err(error),
            Some(Ok(_) | Err(KafkaError::PartitionEOF(_))) => return Ok(()),
            _ => {}
        }
    }
    Err(KafkaError::Canceled)
}

fn copies(address: &Address, metadata: &Metadata, ours: &[&MetadataTopic]) -> Condition {
    let places = metadata.topics().iter().filter(|topic| topic.name() == PLACES);
    let few = |topic: &&MetadataTopic| {
        topic.partitions().iter().any(|partition| partition.replicas().len() < SAFE_COPIES)
    };
    let behind = |topic: &&MetadataTopic| {
        topic.partitions().iter().any(|one| one.isr().len() < one.replicas().len())
    };
    let names = |is: &dyn Fn(&&MetadataTopic) -> bool| {
        let all = ours.iter().copied().chain(places.clone());
        all.filter(|topic| is(topic)).map(MetadataTopic::name).collect::<Vec<_>>().join(", ")
    };
    let (few, behind) = (names(&few), names(&behind));
    if !few.is_empty() {
        return Condition::Risky(format!(
            "replication is less than {SAFE_COPIES}: a broker that dies takes events along, or stops the rest; raise it for {few}"
        ));
    }
    if (address.replication as usize) < SAFE_COPIES || address.min_insync < 2 {
        return Condition::Risky(
            "new topics would have replication below 3 or min_insync below 2: change broker.url"
                .to_owned(),
        );
    }
    if !behind.is_empty() {
        return Condition::Risky(format!(
            "a broker is away or behind: not all copies of {behind} are in sync"
        ));
    }
    Condition::Well
}

fn partitions(address: &Address, ours: &[&MetadataTopic]) -> Condition {
    let fewer = ours.iter().filter(|topic| topic.partitions().len() < address.partitions as usize);
    let fewer: Vec<_> = fewer.map(|topic| topic.name()).collect();
    if fewer.is_empty() {
        return Condition::Well;
    }
    Condition::Risky(format!(
        "fewer than {} partitions: {}. Adding some moves keys: do it only while nothing waits in them, or set partitions in broker.url",
        address.partitions,
        fewer.join(", ")
    ))
}

/// What a broker or a topic is set to, judged.
async fn settings(
    topics: &Topics,
    asked: ResourceSpecifier<'_>,
    judge: impl Fn(&ConfigResource) -> Condition,
) -> Condition {
    let options = AdminOptions::new().request_timeout(Some(PATIENCE));
    let said = match topics.admin.describe_configs([&asked], &options).await {
        Ok(said) => said.into_iter().next(),
        Err(error) => return wrong(&Error::unavailable(error)),
    };
    match said {
        Some(Ok(settings)) => judge(&settings),
        Some(Err(code)) => Condition::Risky(format!(
            "its settings cannot be seen ({code}): allow DescribeConfigs, or look yourself"
        )),
        None => Condition::Risky("its settings cannot be seen".to_owned()),
    }
}

fn number(settings: &ConfigResource, name: &str) -> Option<i64> {
    settings.get(name)?.value.as_ref()?.parse().ok()
}

fn of_broker(settings: &ConfigResource, kept: Duration) -> Condition {
    let minutes = i64::try_from(kept.as_secs() / 60).unwrap_or(i64::MAX);
    if number(settings, "offset.metadata.max.bytes")
        .is_some_and(|most| most < METADATA_BYTES as i64)
    {
        return Condition::Wrong(format!(
            "set offset.metadata.max.bytes to {METADATA_BYTES} or more: places do not fit"
        ));
    }
    match number(settings, "offsets.retention.minutes") {
        Some(kept) if kept < minutes => Condition::Risky(format!(
            "a service that is off for {kept} minutes loses its place: set offsets.retention.minutes={minutes}"
        )),
        _ => Condition::Well,
    }
}

fn of_topic(settings: &ConfigResource, kept: Duration) -> Condition {
    let is = |name: &str, wanted: &str| {
        let value = settings.get(name).and_then(|entry| entry.value.as_deref());
        value.is_some_and(|value| value.contains(wanted))
    };
    let least = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    let largest = (MAX_PAYLOAD as u64 + AROUND) as i64;
    if is("cleanup.policy", "compact") {
        return Condition::Wrong("set cleanup.policy=delete: compaction removes events".to_owned());
    }
    if number(settings, "max.message.bytes").is_some_and(|most| most < largest) {
        return Condition::Wrong(format!("set max.message.bytes to {largest} or more"));
    }
    if is("unclean.leader.election.enable", "true") {
        return Condition::Risky("set unclean.leader.election.enable=false: a broker that lagged behind could lose events".to_owned());
    }
    if number(settings, "min.insync.replicas").is_some_and(|least| least < 2) {
        return Condition::Risky("set min.insync.replicas=2 (with replication 3): an event that only one broker has is lost with it".to_owned());
    }
    match number(settings, "retention.ms") {
        Some(time) if (0..least).contains(&time) => Condition::Risky(format!(
            "set retention.ms={least}: outboxes keep events for as long, and a service may be off for a while"
        )),
        _ => Condition::Well,
    }
}

fn finding(what: &str, state: Condition) -> Finding {
    Finding { what: what.to_owned(), state }
}

fn wrong(error: &Error) -> Condition {
    Condition::Wrong(in_words(error))
}
