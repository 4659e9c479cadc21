//! What a message is on its way: in an entry of the log, and as the text of SNS and SQS.

use base64::{Engine, engine::general_purpose::STANDARD};
use broker::{Message, Payload};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Bytes of a payload up to which it travels in the text; beyond, the text says where it is. In
/// base64 it is just what AWS bills as one message.
const INLINE: usize = 47 * 1024;

/// What was published together: one object in the bucket. Without messages it is a mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// When it was published; never before the entry in front of it.
    pub(crate) at: Timestamp,
    messages: Vec<Stored>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    id: Uuid,
    key: String,
    kind: String,
    /// In base64.
    payload: String,
}

/// Where a message stands in the log of its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The entry's number.
    pub(crate) entry: u64,
    /// Its place in the entry.
    pub(crate) nth: usize,
}

/// The text of SNS and SQS.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Envelope {
    #[serde(flatten)]
    pub(crate) position: Position,
    pub(crate) at: Timestamp,
    /// Copied into the queue by its group instead of having come by SNS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) copied: bool,
    id: Uuid,
    key: String,
    kind: String,
    /// In base64; the log has it when it is missing.
    payload: Option<String>,
}

/// It is not what we write.
#[derive(Debug, thiserror::Error)]
#[error("it is no message of ours")]
pub(crate) struct Foreign;

impl Entry {
    pub(crate) fn new(at: Timestamp, messages: &[Message]) -> Self {
        let stored = |message: &Message| Stored {
            id: message.id,
            key: message.key.clone(),
            kind: message.kind.clone(),
            payload: STANDARD.encode(message.payload.packed()),
        };
        Self { at, messages: messages.iter().map(stored).collect() }
    }

    /// Its messages, which are of this topic.
    pub(crate) fn messages(self, topic: &str) -> Result<Vec<Message>, Foreign> {
        let message = |one: Stored| {
            Ok(Message {
                id: one.id,
                topic: topic.to_owned(),
                key: one.key,
                kind: one.kind,
                payload: unpacked(&one.payload)?,
            })
        };
        self.messages.into_iter().map(message).collect()
    }
}

impl Envelope {
    pub(crate) fn new(message: &Message, position: Position, at: Timestamp, copied: bool) -> Self {
        let packed = message.payload.packed();
        Self {
            position,
            at,
            copied,
            id: message.id,
            key: message.key.clone(),
            kind: message.kind.clone(),
            payload: (packed.len() <= INLINE).then(|| STANDARD.encode(packed)),
        }
    }

    /// The message, or nothing when only the log has its payload.
    pub(crate) fn message(self, topic: &str) -> Result<Option<Message>, Foreign> {
        let Some(payload) = self.payload else { return Ok(None) };
        let payload = unpacked(&payload)?;
        let (id, key, kind) = (self.id, self.key, self.kind);
        Ok(Some(Message { id, topic: topic.to_owned(), key, kind, payload }))
    }
}

fn unpacked(text: &str) -> Result<Payload, Foreign> {
    Payload::from_packed(STANDARD.decode(text).map_err(|_| Foreign)?).map_err(|_| Foreign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Random;

    fn message(bytes: &[u8]) -> Message {
        Message {
            id: Uuid::from_u128(7),
            topic: "t".to_owned(),
            key: "a \"key\"".to_owned(),
            kind: "k".to_owned(),
            payload: Payload::pack(bytes).unwrap(),
        }
    }

    #[test]
    fn a_message_comes_back_whole_from_text_and_log() {
        let (position, at) = (Position { entry: u64::MAX, nth: 3 }, Timestamp::UNIX_EPOCH);
        let small = message(b"{}");
        let text = serde_json::to_string(&Envelope::new(&small, position, at, true)).unwrap();
        let envelope: Envelope = serde_json::from_str(&text).unwrap();
        assert_eq!((envelope.position, envelope.at, envelope.copied), (position, at, true));
        assert_eq!(envelope.message("t").unwrap(), Some(small.clone()));
        let entry = Entry::new(at, std::slice::from_ref(&small));
        let again: Entry = serde_json::from_slice(&serde_json::to_vec(&entry).unwrap()).unwrap();
        assert_eq!(again.messages("t").unwrap(), [small]);
    }

    #[test]
    fn a_large_payload_stays_in_the_log_and_the_text_fits_into_one_charge() {
        let random = Random::seeded(1);
        let noise: Vec<u8> = (0..INLINE / 32).flat_map(|_| random.bytes::<32>()).collect();
        let position = Position { entry: 1, nth: 0 };
        let text = |bytes: &[u8]| {
            let envelope = Envelope::new(&message(bytes), position, Timestamp::UNIX_EPOCH, false);
            serde_json::to_string(&envelope).unwrap()
        };
        assert!((62 * 1024..=64 * 1024).contains(&text(&noise).len()));
        let larger: Envelope = serde_json::from_str(&text(&[noise, vec![1]].concat())).unwrap();
        assert_eq!(larger.message("t").unwrap(), None);
    }
}
