//! One receive from a queue: what of it is for a consumer, with its payload and its attempts.

use crate::{
    client::Failure,
    envelope::{Entry, Envelope},
    hands::Hand,
    queue::{Queue, note},
    sqs::{MOST, Received},
    town::Town,
};
use broker::{Error, Message};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tokio::time::Instant;

/// Seconds that SQS waits for a message before it says that there is none. Short, because a
/// consumer that leaves waits for the answer: what SQS gives away after that would be lost to all
/// others until its time is up.
const WAIT: u64 = 2;

/// A message that has been received and not yet handed out.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) hand: Hand,
    pub(crate) message: Message,
    pub(crate) published_at: Timestamp,
    pub(crate) at: Instant,
}

/// A note: of so many receives, so many were attempts.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    receives: u32,
    attempts: u32,
}

/// Waits for up to `max` messages, or for a while; they are nobody else's for `visibility` seconds.
pub(crate) async fn receive(
    town: &Town,
    (nth, queue): (usize, &Queue),
    max: usize,
    visibility: u64,
) -> Result<Vec<Arrival>, Error> {
    let sqs = &town.services.sqs;
    let received = sqs.receive(&queue.url, max.min(MOST), WAIT, visibility).await?;
    let at = Instant::now();
    if !received.is_empty() {
        town.bell.notify_waiters();
    }
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for one in received {
        match serde_json::from_str::<Envelope>(&one.body) {
            Ok(envelope) if queue.counts(&envelope) => ours.push((one, envelope)),
            Ok(_) => others.push(one.receipt_handle),
            Err(error) => {
                tracing::error!(queue = queue.url, %error, "somebody else's message is removed");
                others.push(one.receipt_handle);
            }
        }
    }
    sqs.delete(&queue.url, &others).await?;
    let mut entries = HashMap::new();
    let mut arrivals = Vec::with_capacity(ours.len());
    for (one, envelope) in ours {
        let published_at = envelope.at;
        match whole(queue, envelope, &mut entries).await? {
            Some(message) => {
                let hand = hand(town, (nth, queue), &one, &message).await?;
                arrivals.push(Arrival { hand, message, published_at, at });
            }
            None => {
                tracing::error!(
                    queue = queue.url,
                    "a message is gone from the log before its time"
                );
                sqs.delete(&queue.url, &[one.receipt_handle]).await?;
            }
        }
    }
    Ok(arrivals)
}

/// The message with its payload, which only the log has when it is large.
async fn whole(
    queue: &Queue,
    envelope: Envelope,
    entries: &mut HashMap<u64, Entry>,
) -> Result<Option<Message>, Error> {
    let (position, topic) = (envelope.position, &queue.topic);
    if let Some(message) = envelope.message(&topic.name).map_err(Error::unavailable)? {
        return Ok(Some(message));
    }
    let entry = match entries.get(&position.entry) {
        Some(entry) => entry.clone(),
        None => {
            let Some(entry) = topic.log.read(position.entry).await? else { return Ok(None) };
            entries.insert(position.entry, entry.clone());
            entry
        }
    };
    let messages = entry.messages(&topic.name).map_err(Error::unavailable)?;
    Ok(messages.into_iter().nth(position.nth))
}

async fn hand(
    town: &Town,
    (nth, queue): (usize, &Queue),
    one: &Received,
    message: &Message,
) -> Result<Hand, Error> {
    let (id, receives) = (message.id, one.receives());
    let store = &town.home().await?.store;
    // Only what was given before can have a note.
    let note = if receives > 1 { store.get(&note(queue, id)).await? } else { None };
    let attempt = match &note {
        None => receives,
        Some(text) => {
            let note: Note = serde_json::from_slice(text).map_err(Error::unavailable)?;
            note.attempts + receives.saturating_sub(note.receives)
        }
    };
    Ok(Hand {
        queue: nth,
        key: message.key.clone(),
        id,
        handle: one.receipt_handle.clone(),
        receives,
        attempt,
        noted: note.is_some(),
    })
}

/// Takes note that messages of one queue were delivered and not tried, before they go back.
pub(crate) async fn note_untried(town: &Town, queue: &Queue, hands: &[Hand]) -> Result<(), Error> {
    let store = &town.home().await?.store;
    let noting = hands.iter().map(|hand| async move {
        let note_of = Note { receives: hand.receives, attempts: hand.attempt - 1 };
        let text = serde_json::to_vec(&note_of)
            .map_err(|error| Failure::unreadable("serde_json", error))?;
        store.put(&note(queue, hand.id), text.into()).await
    });
    try_join_all(noting).await?;
    Ok(())
}

/// Removes messages of one queue for good, and the notes on them.
pub(crate) async fn remove(town: &Town, queue: &Queue, hands: &[Hand]) -> Result<(), Error> {
    let handles: Vec<_> = hands.iter().map(|hand| hand.handle.clone()).collect();
    town.services.sqs.delete(&queue.url, &handles).await?;
    let store = &town.home().await?.store;
    let noted = hands.iter().filter(|hand| hand.noted);
    let removing = noted.map(|hand| async move { store.delete(&note(queue, hand.id)).await });
    if let Err(error) = try_join_all(removing).await {
        // It goes by itself after some days.
        tracing::debug!(%error, "a note on a message that is done stays for now");
    }
    Ok(())
}
