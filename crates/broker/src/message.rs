//! What travels: an id, a topic, an ordering key, a kind, and a payload that fits every broker.
//!
//! A [`Payload`] is compressed once, when it is made, so no adapter has to think about it, and it
//! cannot be read without being expanded.

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use kernel::TraceParent;
use serde::de::DeserializeOwned;
use std::{
    borrow::Cow,
    io::{Read, Write},
};
use uuid::Uuid;

/// Bytes beyond which a payload travels as gzip.
pub const COMPRESS_ABOVE: usize = 64 * 1024;
/// Bytes that a payload may have on its way: what all supported brokers carry.
pub const MAX_PAYLOAD: usize = 256 * 1024;
/// Bytes that a payload may have once expanded; more is no event but an attack.
const MAX_EXPANDED: u64 = 32 * 1024 * 1024;
/// RFC 1952: the first two bytes of a gzip member. No JSON text starts like this.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Chosen by the publisher; the same when it is published again. Consumers drop repeats by it.
    pub id: Uuid,
    /// The stream it belongs to, such as `orderhub`.
    pub topic: String,
    /// Messages of one topic and key arrive in the order of their publishing.
    pub key: String,
    /// CloudEvents `type`, such as `comanda.orderhub.order.placed.v1`.
    pub kind: String,
    /// The CloudEvent.
    pub payload: Payload,
}

impl Message {
    /// The payload as the type that its kind stands for.
    ///
    /// # Errors
    /// The payload is damaged or of another shape: handling it again will not help.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        Ok(serde_json::from_slice(&self.payload.expand()?)?)
    }

    /// The step of a trace that published it, when the event names one.
    #[must_use]
    pub fn trace(&self) -> Option<TraceParent> {
        #[derive(serde::Deserialize)]
        struct Envelope {
            traceparent: Option<String>,
        }
        TraceParent::parse(&self.json::<Envelope>().ok()?.traceparent?)
    }
}

/// Bytes that fit through every broker, compressed when they are many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload(Vec<u8>);

/// The payload is too large for a broker even when compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the event has {bytes} bytes, compressed {compressed}; at most {MAX_PAYLOAD} can be published"
)]
pub struct TooLarge {
    /// Bytes as written.
    pub bytes: usize,
    /// Bytes after compression.
    pub compressed: usize,
}

/// A received payload cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// It is no whole gzip member, or expands beyond all measure.
    #[error("the payload cannot be expanded")]
    Damaged(#[from] std::io::Error),
    /// It is not the JSON that was expected. Says where, and not what is there: that may be a
    /// person's.
    #[error("the payload is not the expected JSON (line {line}, column {column}: {kind})")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// Broken, or of another shape.
        kind: &'static str,
    },
}

impl From<serde_json::Error> for PayloadError {
    fn from(error: serde_json::Error) -> Self {
        let kind = if error.is_data() { "of another shape" } else { "broken" };
        Self::Json { line: error.line(), column: error.column(), kind }
    }
}

impl Payload {
    /// Takes bytes in, as gzip when they are more than [`COMPRESS_ABOVE`].
    ///
    /// # Errors
    /// More than [`MAX_PAYLOAD`] are left.
    pub fn pack(bytes: &[u8]) -> Result<Self, TooLarge> {
        // Bytes that look compressed are compressed too, so that expanding is the exact inverse.
        if bytes.len() <= COMPRESS_ABOVE && !bytes.starts_with(&GZIP) {
            return Ok(Self(bytes.to_vec()));
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
        let packed = packed.expect("writing to memory does not fail");
        if packed.len() > MAX_PAYLOAD {
            return Err(TooLarge { bytes: bytes.len(), compressed: packed.len() });
        }
        Ok(Self(packed))
    }

    /// What [`Payload::packed`] gave, back from a wire or a table.
    ///
    /// # Errors
    /// More than [`MAX_PAYLOAD`] bytes: they never were a payload.
    pub fn from_packed(bytes: Vec<u8>) -> Result<Self, TooLarge> {
        if bytes.len() > MAX_PAYLOAD {
            return Err(TooLarge { bytes: bytes.len(), compressed: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// The bytes for a wire or a table.
    #[must_use]
    pub fn packed(&self) -> &[u8] {
        &self.0
    }

    /// The bytes that were packed.
    ///
    /// # Errors
    /// They were damaged on their way.
    pub fn expand(&self) -> Result<Cow<'_, [u8]>, PayloadError> {
        if !self.0.starts_with(&GZIP) {
            return Ok(Cow::Borrowed(&self.0));
        }
        let mut bytes = Vec::new();
        let read = GzDecoder::new(self.0.as_slice()).take(MAX_EXPANDED + 1).read_to_end(&mut bytes);
        if read? as u64 > MAX_EXPANDED {
            return Err(std::io::Error::other("it expands beyond 32 MiB").into());
        }
        Ok(Cow::Owned(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(bytes: usize) -> Vec<u8> {
        let random = kernel::Random::seeded(1);
        (0..bytes.div_ceil(32)).flat_map(|_| random.bytes::<32>()).take(bytes).collect()
    }

    #[test]
    fn small_payloads_stay_as_they_are_and_large_ones_come_back_whole() {
        for bytes in [vec![], b"{}".to_vec(), vec![b' '; COMPRESS_ABOVE]] {
            assert_eq!(Payload::pack(&bytes).unwrap().packed(), bytes);
        }
        for bytes in [vec![b'x'; 2_000_000], noise(100_000), [&GZIP[..], b"tail"].concat()] {
            let payload = Payload::pack(&bytes).unwrap();
            let again = Payload::from_packed(payload.packed().to_vec()).unwrap();
            assert_eq!(again.expand().unwrap(), bytes);
        }
    }

    #[test]
    fn what_is_still_too_large_is_refused_with_its_sizes() {
        let error = Payload::pack(&noise(300_000)).unwrap_err();
        assert_eq!(error.bytes, 300_000);
        assert!(error.to_string().contains("262144"), "{error}");
        assert!(Payload::from_packed(vec![0; MAX_PAYLOAD + 1]).is_err());
    }

    #[test]
    fn a_damaged_payload_and_a_bomb_are_errors() {
        let whole = Payload::pack(&vec![b'x'; 100_000]).unwrap();
        let cut = Payload(whole.packed()[..whole.packed().len() / 2].to_vec());
        assert!(cut.expand().is_err());
        let bomb = Payload::pack(&vec![0; 40 * 1024 * 1024]).unwrap();
        assert!(bomb.expand().is_err());
    }

    #[test]
    fn an_event_of_another_shape_is_refused_without_what_is_in_it() {
        let payload = Payload::pack(br#"{"name": "Zenobia"}"#).unwrap();
        let id = Uuid::nil();
        let text = String::new;
        let message = Message { id, topic: text(), key: text(), kind: text(), payload };
        let error = message.json::<std::collections::BTreeMap<String, u8>>().unwrap_err();
        let words = kernel::in_words(&error);
        assert!(words.contains("column 18: of another shape"), "{words}");
        assert!(!words.contains("Zenobia"));
        assert_eq!(message.trace(), None);
    }
}
