//! A topic's messages as a log: what a message is on the wire, reading by position, where a start
//! is. A position is the stream's sequence number.

use crate::link::Link;
use async_nats::{
    HeaderMap, HeaderName,
    jetstream::{
        message::StreamMessage,
        stream::{DirectGetErrorKind, RawMessageErrorKind, Stream},
    },
};
use broker::{Delivery, Error, Message, Payload, Receipt, Start};
use futures_util::future::try_join_all;
use jiff::Timestamp;

/// The ordering key, as a JSON string: a header may not hold every character.
const KEY: HeaderName = HeaderName::from_static("Comanda-Key");
const KIND: HeaderName = HeaderName::from_static("Comanda-Kind");
/// Messages that are looked for beyond what was heard of.
const AHEAD: u64 = 4;

/// A message in its place.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) position: u64,
    pub(crate) at: Timestamp,
    pub(crate) message: Message,
}

/// What was read of a log.
#[derive(Debug, Default)]
pub(crate) struct Window {
    pub(crate) entries: Vec<Entry>,
    /// All positions up to this one have been looked at; some may be empty.
    pub(crate) end: u64,
    /// There may be more.
    pub(crate) more: bool,
}

pub(crate) struct Log {
    topic: String,
    stream: Stream<()>,
}

impl Log {
    pub(crate) async fn open(link: &Link, topic: &str) -> Result<Self, Error> {
        Ok(Self { topic: topic.to_owned(), stream: link.topic(topic).await? })
    }

    /// The positions of the oldest message that is kept, and of the newest.
    pub(crate) async fn bounds(&self) -> Result<(u64, u64), Error> {
        let state = self.stream.get_info().await.map_err(Error::unavailable)?.state;
        Ok((state.first_sequence, state.last_sequence))
    }

    /// Up to `limit` messages after a position. The log reaches to `last` at least; a little is read
    /// ahead, so that what is published is seen even when its ring is still on the way.
    pub(crate) async fn after(
        &self,
        position: u64,
        limit: u64,
        last: u64,
    ) -> Result<Window, Error> {
        let wanted = position.saturating_add(limit);
        let known = wanted.min(last).max(position);
        let ahead = wanted.min(known + AHEAD);
        let reads = (position + 1..=ahead).map(|position| self.read(position, position <= known));
        let mut read = try_join_all(reads).await?;
        let certain = (known - position) as usize;
        let found = read[certain..].iter().take_while(|entry| entry.is_some()).count();
        read.truncate(certain + found);
        let mut end = known + found as u64;
        let entries: Vec<_> = read.into_iter().flatten().collect();
        if entries.is_empty() && known > position {
            // Old messages go: begin with the oldest that is left.
            let (first, _) = self.bounds().await?;
            end = end.max(first.saturating_sub(1).min(last));
        }
        Ok(Window { entries, end, more: end >= ahead })
    }

    /// The messages in these positions, as far as there are any.
    pub(crate) async fn get(
        &self,
        positions: impl IntoIterator<Item = u64>,
    ) -> Result<Vec<Entry>, Error> {
        let reads = positions.into_iter().map(|position| self.read(position, true));
        Ok(try_join_all(reads).await?.into_iter().flatten().collect())
    }

    /// `is_stored`: as the server has told.
    async fn read(&self, position: u64, is_stored: bool) -> Result<Option<Entry>, Error> {
        let message = match self.stream.direct_get(position).await {
            Ok(message) => message,
            Err(error) if error.kind() == DirectGetErrorKind::NotFound && !is_stored => {
                return Ok(None);
            }
            // A replica may not have it yet; the stream's leader knows.
            Err(error) if error.kind() == DirectGetErrorKind::NotFound => {
                match self.stream.get_raw_message(position).await {
                    Ok(message) => message,
                    Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
                        return Ok(None);
                    }
                    Err(error) => return Err(Error::unavailable(error)),
                }
            }
            Err(error) => return Err(Error::unavailable(error)),
        };
        let entry = entry(&self.topic, message);
        if entry.is_none() {
            tracing::error!(
                topic = self.topic,
                position,
                "a message that is not ours is passed over"
            );
        }
        Ok(entry)
    }

    /// The position after which a start begins.
    pub(crate) async fn before(&self, start: Start) -> Result<u64, Error> {
        let (first, last) = self.bounds().await?;
        match start {
            Start::Earliest => Ok(first.saturating_sub(1)),
            Start::Now => Ok(last),
            Start::At(instant) => self.before_instant(instant, first, last).await,
        }
    }

    /// By halving: what is stored later has the later instant.
    async fn before_instant(
        &self,
        instant: Timestamp,
        first: u64,
        last: u64,
    ) -> Result<u64, Error> {
        let (mut earlier, mut later) = (first.saturating_sub(1), last.saturating_add(1));
        while later - earlier > 1 {
            let middle = earlier + (later - earlier) / 2;
            match self.read(middle, true).await? {
                Some(entry) if entry.at >= instant => later = middle,
                _ => earlier = middle,
            }
        }
        Ok(earlier)
    }
}

/// What a message is on its way.
pub(crate) fn headers(message: &Message) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(async_nats::header::NATS_MESSAGE_ID, message.id.to_string());
    headers.insert(KEY, serde_json::Value::from(message.key.as_str()).to_string());
    headers.insert(KIND, serde_json::Value::from(message.kind.as_str()).to_string());
    headers
}

fn entry(topic: &str, stored: StreamMessage) -> Option<Entry> {
    let header = |name| stored.headers.get(name).map(|value| value.as_str().to_owned());
    let words = |name| serde_json::from_str::<String>(&header(name)?).ok();
    let message = Message {
        id: stored.headers.get(async_nats::header::NATS_MESSAGE_ID)?.as_str().parse().ok()?,
        topic: topic.to_owned(),
        key: words(KEY)?,
        kind: words(KIND)?,
        payload: Payload::from_packed(stored.payload.to_vec()).ok()?,
    };
    let at = Timestamp::from_nanosecond(stored.time.unix_timestamp_nanos()).ok()?;
    Some(Entry { position: stored.sequence, at, message })
}

impl Entry {
    pub(crate) fn delivery(self, receipt: Receipt, attempt: u32) -> Delivery {
        Delivery { message: self.message, published_at: self.at, attempt, receipt }
    }
}
