//! The AsyncAPI 3 document of all events, made from the facts themselves.

use crate::{accounts, landing, orderhub, prepstation};
use serde_json::{Map, Value, json};

/// The topics on the broker: one per publishing service.
pub const TOPICS: [&str; 4] = ["orderhub", "prepstation", "accounts", "landing"];

/// The document that `comanda asyncapi` prints.
#[must_use]
pub fn document(version: &str) -> Value {
    let mut channels = Map::new();
    let mut operations = Map::new();
    let mut messages = Map::new();
    for (topic, facts) in by_topic() {
        let mut in_channel = Map::new();
        for (kind, sample) in facts {
            in_channel
                .insert(kind.to_owned(), json!({"$ref": format!("#/components/messages/{kind}")}));
            messages.insert(kind.to_owned(), message(topic, kind, &sample));
        }
        channels.insert(topic.to_owned(), json!({"address": topic, "messages": in_channel}));
        let channel = json!({"$ref": format!("#/channels/{topic}")});
        operations
            .insert(format!("{topic}Publishes"), json!({"action": "send", "channel": channel}));
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {"title": "Comanda events", "version": version, "license": {"name": "Apache-2.0"},
            "description": "Facts between the services: CloudEvents 1.0, structured JSON, at least once, in order per partitionkey."},
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    })
}

/// The facts of each topic with their samples.
#[must_use]
pub fn by_topic() -> [(&'static str, Vec<(&'static str, Value)>); 4] {
    [
        ("orderhub", orderhub::v1::samples()),
        ("prepstation", prepstation::v1::samples()),
        ("accounts", accounts::v1::samples()),
        ("landing", landing::v1::samples()),
    ]
}

fn message(topic: &str, kind: &str, sample: &Value) -> Value {
    let text = json!({"type": "string"});
    json!({
        "name": kind,
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "partitionkey", "sequence", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {"type": "string", "format": "uuid"},
                "source": {"const": format!("/{topic}")},
                "type": {"const": kind},
                "subject": text,
                "time": {"type": "string", "format": "date-time"},
                "datacontenttype": {"const": "application/json"},
                "partitionkey": text,
                "sequence": {"type": "string", "pattern": "^[0-9]{10}$"},
                "traceparent": text,
                "data": schema_of(sample),
            },
        },
    })
}

/// The JSON Schema of a sample: its shape with each present field required.
fn schema_of(sample: &Value) -> Value {
    match sample {
        Value::Null => json!({}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(items) => match items.first() {
            Some(first) => json!({"type": "array", "items": schema_of(first)}),
            None => json!({"type": "array"}),
        },
        Value::Object(fields) => {
            let required: Vec<_> = fields.keys().collect();
            let properties: Map<_, _> =
                fields.iter().map(|(name, value)| (name.clone(), schema_of(value))).collect();
            json!({"type": "object", "required": required, "properties": properties})
        }
    }
}
