//! The envelope: CloudEvents 1.0, structured JSON, with the extensions `partitionkey`, `sequence`
//! and `traceparent`.

use jiff::Timestamp;
use kernel::{
    TraceParent,
    ids::{EventId, Id},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Something that happened in one service and that others may need to know.
pub trait Fact: Serialize + DeserializeOwned {
    /// `comanda.<context>.<entity>.<past-tense verb>.v<major>`.
    const TYPE: &'static str;
    /// It tells something of a person that an erasure must take out of outboxes and brokers, too.
    const PERSONAL: bool = false;
    /// The entity it is about.
    fn subject(&self) -> String;
    /// What must stay in order: usually the restaurant.
    fn key(&self) -> String;
    /// Examples with made-up data, for documents and tests. Between them they show each field that
    /// may be absent or null both ways: the schema of the fact is read from them.
    fn samples() -> Vec<Self>;
}

/// The envelope without its data: enough to route and to deduplicate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// `1.0`.
    pub specversion: String,
    /// The outbox id: consumers deduplicate by it.
    #[serde(with = "plain_uuid")]
    pub id: EventId,
    /// The publishing service, as a URI reference: `/orderhub`.
    pub source: String,
    /// The fact's [`Fact::TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The entity.
    pub subject: String,
    /// When it happened.
    pub time: Timestamp,
    /// `application/json`.
    pub datacontenttype: String,
    /// The ordering key.
    pub partitionkey: String,
    /// The entity's version, padded so that it sorts as text (CloudEvents sequence extension).
    pub sequence: String,
    /// W3C trace context of the request that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// A whole event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudEvent<T> {
    /// The envelope.
    #[serde(flatten)]
    pub head: Head,
    /// The fact.
    pub data: T,
}

impl Head {
    /// The same, caused by a step of a trace.
    #[must_use]
    pub fn traced(self, cause: Option<TraceParent>) -> Self {
        Self { traceparent: cause.map(|step| step.to_string()), ..self }
    }
}

impl<T: Fact> CloudEvent<T> {
    /// Wraps a fact of `service`; `version` is the entity's version after the change.
    pub fn new(service: &str, id: EventId, time: Timestamp, version: u64, data: T) -> Self {
        let head = Head {
            specversion: "1.0".to_owned(),
            id,
            source: format!("/{service}"),
            kind: T::TYPE.to_owned(),
            subject: data.subject(),
            time,
            datacontenttype: "application/json".to_owned(),
            partitionkey: data.key(),
            sequence: format!("{version:010}"),
            traceparent: None,
        };
        Self { head, data }
    }

    /// Reads an event of this fact.
    ///
    /// # Errors
    /// Not JSON, not an envelope, or data of another shape.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// The structured JSON form.
    ///
    /// # Errors
    /// The fact cannot be written as JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The entity's version that the envelope carries.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.head.sequence.parse().unwrap_or(0)
    }
}

/// Event ids travel as plain UUIDs, as other systems expect them.
mod plain_uuid {
    use super::{EventId, Id};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(id: &EventId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&id.uuid())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<EventId, D::Error> {
        let text = String::deserialize(deserializer)?;
        let uuid = text.parse().map_err(serde::de::Error::custom)?;
        Ok(EventId::from_uuid(uuid))
    }
}

/// A fact's type and its samples as JSON.
pub type Samples = (&'static str, Vec<serde_json::Value>);

pub(crate) fn samples_of<F: Fact>() -> Samples {
    let json = |sample| serde_json::to_value(sample).unwrap_or_default();
    (F::TYPE, F::samples().into_iter().map(json).collect())
}

/// Declares facts whose subject and key are fields.
macro_rules! facts {
    ($($fact:ident = $kind:literal, $(personal $personal:literal,)? subject $($subject:ident).+, key $($key:ident).+, samples $samples:expr;)+) => {$(
        impl crate::Fact for $fact {
            const TYPE: &'static str = $kind;
            $(const PERSONAL: bool = $personal;)?
            fn subject(&self) -> String {
                self.$($subject).+.to_string()
            }
            fn key(&self) -> String {
                self.$($key).+.to_string()
            }
            fn samples() -> Vec<Self> {
                $samples
            }
        }
    )+

        /// Each fact of this version with its samples, for documents and tests.
        pub fn samples() -> Vec<crate::Samples> {
            vec![$(crate::cloud_event::samples_of::<$fact>()),+]
        }
    };
}
pub(crate) use facts;
