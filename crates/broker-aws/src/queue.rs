//! A group's queue for a topic, and how a group joins a topic that has been published to before.
//!
//! The newcomer's queue is subscribed first; nobody receives from it yet. Then the log is copied
//! into it up to its end, and a mark is written behind that end. When somebody else was faster, a
//! little more is copied and it is tried again. Once the mark stands, at number `since`, everything
//! in front of it is in the queue as a copy, in order, and everything behind it comes by SNS,
//! because the log is written before SNS is told. Of each message only the one of the two counts.

use crate::{
    envelope::{Entry, Envelope},
    names::token,
    rounds::{self, Origin},
    town::{Topic, Town},
};
use broker::{Error, Start};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Seconds that a queue keeps a message: as long as SQS can, 14 days.
pub(crate) const KEPT: u32 = 14 * 24 * 60 * 60;
/// Receives after which a message is put aside: SQS's most. Consumers give up far sooner, so this
/// is for what kills each process that gets it before anything can be recorded.
pub(crate) const MOST_RECEIVES: u32 = 1000;

/// A group's queue for a topic.
pub(crate) struct Queue {
    pub(crate) topic: Arc<Topic>,
    pub(crate) url: String,
    /// The number of the log behind which SNS brings everything.
    since: u64,
    /// The front of notes on its messages.
    pub(crate) notes: String,
}

/// What stands in the bucket.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    since: u64,
}

impl Queue {
    /// Finds the group's queue, or joins the topic at `start`.
    pub(crate) async fn of(
        town: &Town,
        group: &str,
        topic: &str,
        start: Start,
    ) -> Result<Self, Error> {
        let topic = town.topic(topic).await?;
        let home = town.home().await?;
        let (group, of_topic) = (token(group), token(&topic.name));
        let (place, name) =
            (town.names.place(&group, &of_topic), town.names.queue(&group, &of_topic));
        let notes = town.names.untried(name.trim_end_matches(".fifo"));
        let known = home.store.get(&place).await?;
        let found = town.services.sqs.queue_url(&name).await?;
        let start = match (&known, &found) {
            (Some(known), Some(url)) => {
                let Place { since } = serde_json::from_slice(known).map_err(Error::unavailable)?;
                return Ok(Self { topic, url: url.clone(), since, notes });
            }
            // Somebody has removed the queue: what it held is in the log.
            (Some(_), None) => {
                tracing::error!(
                    queue = name,
                    "the queue is gone; all that the log has comes again"
                );
                home.store.delete(&place).await?;
                Start::Earliest
            }
            (None, _) => start,
        };
        let url = match found {
            Some(url) => url,
            None => make(town, &group, &name, &topic).await?,
        };
        let (sns, arn) = (&town.services.sns, town.arn("sqs", &home.account, &name));
        if !sns.subscribed(&topic.arn).await?.contains(&arn) {
            sns.subscribe_queue(&topic.arn, &arn).await?;
        }
        let since = join(town, &topic, &url, start).await?;
        let text = serde_json::to_vec(&Place { since }).map_err(Error::unavailable)?;
        if home.store.put_new(&place, text.into()).await? {
            return Ok(Self { topic, url, since, notes });
        }
        // Another member was faster; what it has found out counts for the whole group.
        let theirs = home.store.get(&place).await?.ok_or_else(|| gone(&place))?;
        let Place { since } = serde_json::from_slice(&theirs).map_err(Error::unavailable)?;
        Ok(Self { topic, url, since, notes })
    }

    /// Whether this one of a message's two ways into the queue counts.
    pub(crate) fn counts(&self, envelope: &Envelope) -> bool {
        envelope.copied == (envelope.position.entry < self.since)
    }
}

fn gone(what: &str) -> Error {
    Error::unavailable(format!("{what} was there a moment ago"))
}

/// Copies what the group has missed and writes the mark; its number.
async fn join(town: &Town, topic: &Topic, url: &str, start: Start) -> Result<u64, Error> {
    let log = &topic.log;
    let mut copied = log.before(start, town.now()).await?;
    loop {
        let end = log.end(town.now()).await?;
        while copied < end.number {
            copied += 1;
            // What the bucket has let go of is not missed.
            let Some(entry) = log.read(copied).await? else { continue };
            let at = entry.at;
            let messages = entry.messages(&topic.name).map_err(Error::unavailable)?;
            let letters = rounds::letters(&messages, (copied, at), Origin::Copied)?;
            let sqs = &town.services.sqs;
            let send = |batch: Vec<_>| async move { Ok(sqs.send_batch(url, &batch).await?) };
            rounds::send_all(letters, send).await?;
        }
        let mark = Entry::new(town.now().max(end.at), &[]);
        if log.append_behind(end, &mark).await? {
            return Ok(end.number + 1);
        }
    }
}

/// Makes a queue to which only its topic may send, and the one for what it puts aside.
async fn make(town: &Town, group: &str, name: &str, topic: &Topic) -> Result<String, Error> {
    let (account, sqs) = (&town.home().await?.account, &town.services.sqs);
    let aside = town.names.dead_letters(group);
    if sqs.queue_url(&aside).await?.is_none() {
        sqs.create_queue(&aside, attributes([])).await?;
    }
    let redrive = json!({
        "deadLetterTargetArn": town.arn("sqs", account, &aside),
        "maxReceiveCount": MOST_RECEIVES,
    });
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "sns.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": town.arn("sqs", account, name),
            "Condition": { "ArnEquals": { "aws:SourceArn": topic.arn } },
        }],
    });
    let more = [
        ("RedrivePolicy", redrive.to_string()),
        ("Policy", policy.to_string()),
        // Message groups do not share a quota.
        ("DeduplicationScope", "messageGroup".to_owned()),
        ("FifoThroughputLimit", "perMessageGroupId".to_owned()),
    ];
    Ok(sqs.create_queue(name, attributes(more)).await?)
}

fn attributes<const N: usize>(more: [(&str, String); N]) -> Map<String, Value> {
    let all = [("FifoQueue", "true".to_owned()), ("MessageRetentionPeriod", KEPT.to_string())];
    all.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// The name of a note on a message.
pub(crate) fn note(queue: &Queue, id: uuid::Uuid) -> String {
    format!("{}{id}", queue.notes)
}
