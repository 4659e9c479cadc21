//! The AsyncAPI 3 document of all events, made from the facts themselves.

use crate::{Samples, accounts, landing, orderhub, prepstation};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

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
        for (kind, samples) in facts {
            in_channel
                .insert(kind.to_owned(), json!({"$ref": format!("#/components/messages/{kind}")}));
            messages
                .insert(kind.to_owned(), message(topic, kind, &samples.iter().collect::<Vec<_>>()));
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
pub fn by_topic() -> [(&'static str, Vec<Samples>); 4] {
    [
        ("orderhub", orderhub::v1::samples()),
        ("prepstation", prepstation::v1::samples()),
        ("accounts", accounts::v1::samples()),
        ("landing", landing::v1::samples()),
    ]
}

fn message(topic: &str, kind: &str, samples: &[&Value]) -> Value {
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
                "data": schema_of(samples),
            },
        },
    })
}

/// The JSON Schema that all samples of a value have in common: what each has is required, and what
/// differs may be either.
fn schema_of(samples: &[&Value]) -> Value {
    let types: BTreeSet<_> = samples.iter().map(|sample| type_of(sample)).collect();
    let types: Vec<_> = types.into_iter().collect();
    let mut schema = match types.as_slice() {
        [] => Map::new(),
        [one] => Map::from_iter([("type".to_owned(), json!(one))]),
        several => Map::from_iter([("type".to_owned(), json!(several))]),
    };
    let objects: Vec<_> = samples.iter().filter_map(|sample| sample.as_object()).collect();
    if !objects.is_empty() {
        let names: BTreeSet<_> = objects.iter().flat_map(|fields| fields.keys()).collect();
        let everywhere = |name: &&&String| objects.iter().all(|f| f.contains_key(name.as_str()));
        let required: Vec<_> = names.iter().filter(everywhere).collect();
        let field = |name: &String| {
            let values: Vec<_> = objects.iter().filter_map(|fields| fields.get(name)).collect();
            (name.clone(), schema_of(&values))
        };
        schema.insert("required".to_owned(), json!(required));
        schema.insert("properties".to_owned(), names.iter().map(|name| field(name)).collect());
    }
    let items: Vec<_> = samples.iter().filter_map(|s| s.as_array()).flatten().collect();
    if !items.is_empty() {
        schema.insert("items".to_owned(), schema_of(&items));
    }
    Value::Object(schema)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
