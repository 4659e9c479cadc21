//! Every event that a test published is held against the AsyncAPI document: the outbox keeps what
//! was published, so it is read when a test's database goes.

use broker::{Payload, PayloadError};
use database::{Database, Location, Options, sql};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::OnceLock};

/// Holds each event in a service's outbox against the document that `comanda asyncapi` prints.
/// Nothing happens when the test has failed already.
///
/// # Panics
/// When an event is not as the document says, or says something that is not in it.
pub fn check_published(location: &Location) {
    if std::thread::panicking() {
        return;
    }
    let wrong: Vec<String> = published(location).iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "published against the AsyncAPI document:\n{}", wrong.join("\n"));
}

/// On a thread of its own: a value may be dropped inside an async runtime.
fn published(location: &Location) -> Vec<Value> {
    let read = || {
        let options = Options { readers: 1, writers: 1 };
        let database = Database::open(location, &[], options).expect("the database opens again");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let rows = runtime.block_on(database.read(|tx| {
            tx.all::<(Vec<u8>,)>(sql!("SELECT payload FROM outbox ORDER BY sequence"), &[])
        }));
        let rows = rows.map_err(|error: database::Error| error).expect("the outbox can be read");
        let payload = |(packed,)| Payload::from_packed(packed).expect("it was packed so");
        rows.into_iter().map(payload).map(|event| json(&event).expect("an event is JSON")).collect()
    };
    std::thread::scope(|scope| scope.spawn(read).join()).expect("the outbox was read")
}

fn json(payload: &Payload) -> Result<Value, PayloadError> {
    Ok(serde_json::from_slice(&payload.expand()?)?)
}

/// What is wrong with an event, in words.
fn wrong(event: &Value) -> Option<String> {
    let Some(schema) = event["type"].as_str().and_then(|kind| schemas().get(kind)) else {
        return Some(format!("an event of no documented type: {event}"));
    };
    let errors = schema
        .iter_errors(event)
        .map(|error| format!("{} at {}: {error}", event["type"], error.instance_path()));
    let errors: Vec<String> = errors.collect();
    (!errors.is_empty()).then(|| errors.join("\n"))
}

/// By type of event.
fn schemas() -> &'static BTreeMap<String, Validator> {
    static SCHEMAS: OnceLock<BTreeMap<String, Validator>> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let document = contracts::asyncapi::document("test");
        let messages = document["components"]["messages"].as_object().expect("messages");
        let schema = |(kind, message): (&String, &Value)| {
            let options = jsonschema::options().should_validate_formats(true);
            let schema = options.build(&closed(&message["payload"])).expect("a schema");
            (kind.clone(), schema)
        };
        messages.iter().map(schema).collect()
    })
}

/// Readers must bear what they do not know, but what we publish must be documented.
fn closed(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields: serde_json::Map<_, _> =
                fields.iter().map(|(name, value)| (name.clone(), closed(value))).collect();
            if fields.contains_key("properties") && fields.get("type").is_some() {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            Value::Object(fields)
        }
        Value::Array(values) => values.iter().map(closed).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<(&'static str, Value)> {
        let topics = contracts::asyncapi::by_topic();
        let facts = topics.into_iter().flat_map(|(topic, facts)| {
            facts.into_iter().flat_map(move |(kind, samples)| {
                samples.into_iter().map(move |data| (kind, event(topic, kind, data)))
            })
        });
        facts.collect()
    }

    fn event(topic: &str, kind: &str, data: Value) -> Value {
        json!({
            "specversion": "1.0", "id": "0192d3a4-7b1c-7def-8abc-0123456789ab",
            "source": format!("/{topic}"), "type": kind, "subject": "s",
            "time": "2027-01-15T08:00:00Z", "datacontenttype": "application/json",
            "partitionkey": "k", "sequence": "0000000001", "data": data,
        })
    }

    #[test]
    fn every_sample_is_as_the_document_says() {
        for (kind, event) in samples() {
            assert_eq!(wrong(&event), None, "{kind}");
        }
    }

    #[test]
    #[should_panic(expected = "published against the AsyncAPI document")]
    fn a_test_of_a_service_that_publishes_a_wrong_event_fails_when_its_database_goes() {
        let service = database::Migrations { owner: "orderhub", list: &[] };
        crate::on_each_engine(&[outbox::MIGRATIONS, service], async |database| {
            let event = outbox::Outgoing {
                id: kernel::ids::Id::from_natural_key("eaten"),
                topic: "orderhub".to_owned(),
                key: "k".to_owned(),
                kind: "comanda.orderhub.order.eaten.v1".to_owned(),
                payload: event("orderhub", "comanda.orderhub.order.eaten.v1", json!({}))
                    .to_string(),
                occurred_at: jiff::Timestamp::UNIX_EPOCH,
                personal: None,
            };
            database.write(move |tx| outbox::append(tx, &event)).await.expect("appended");
        });
    }

    #[test]
    fn an_event_that_lacks_a_field_or_has_one_too_many_is_wrong() {
        for (kind, event) in samples() {
            let mut more = event.clone();
            more["data"]["surprise"] = json!(1);
            assert!(wrong(&more).is_some(), "{kind}");
            let mut less = event.clone();
            less["data"] = json!({});
            assert!(wrong(&less).is_some(), "{kind}");
            let mut unpadded = event;
            unpadded["sequence"] = json!("1");
            assert!(wrong(&unpadded).is_some(), "{kind}");
        }
        assert!(wrong(&event("orderhub", "comanda.orderhub.order.eaten.v1", json!({}))).is_some());
    }
}
