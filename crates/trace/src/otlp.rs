//! Hands steps to an OpenTelemetry receiver: OTLP over HTTP, as JSON
//! (<https://opentelemetry.io/docs/specs/otlp/#otlphttp>). Bounded and never waited for: a receiver
//! that is away loses steps, not orders.

use crate::Step;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Steps that wait; more are dropped.
const QUEUE: usize = 8192;
/// Steps in one request.
const BATCH: usize = 512;
/// How long the first step of a batch waits for others.
const LINGER: Duration = Duration::from_secs(1);
/// The waits between tries.
const BACK_OFF: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// Where steps are put.
#[derive(Debug, Clone)]
pub struct Sender(mpsc::Sender<Step>);

/// Where they are taken from.
#[derive(Debug)]
pub struct Receiver(mpsc::Receiver<Step>);

/// A queue for steps.
#[must_use]
pub fn channel() -> (Sender, Receiver) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (Sender(sender), Receiver(receiver))
}

impl Sender {
    pub(crate) fn send(&self, step: Step) {
        if self.0.try_send(step).is_err() {
            lost(1);
        }
    }
}

impl Receiver {
    /// A step that waits.
    #[must_use]
    pub fn try_next(&mut self) -> Option<Step> {
        self.0.try_recv().ok()
    }
}

/// The address of a receiver's traces, from that of the receiver.
#[must_use]
pub fn traces_url(base: &str) -> String {
    let base = base.trim_end_matches('/');
    if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") }
}

/// Sends what comes to `url` until it is stopped, and then what is left.
pub async fn export(
    mut steps: Receiver,
    http: reqwest::Client,
    url: String,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            count = steps.0.recv_many(&mut batch, BATCH) => if count == 0 { return },
            () = stop.cancelled(), if !steps.0.is_closed() => {
                // What is finished meanwhile has steps, too.
                tokio::time::sleep(LINGER).await;
                steps.0.close();
                continue;
            }
        }
        let full = async {
            while batch.len() < BATCH {
                let Some(step) = steps.0.recv().await else { return };
                batch.push(step);
            }
        };
        tokio::select! {
            () = full => {}
            () = tokio::time::sleep(LINGER) => {}
            () = stop.cancelled() => {}
        }
        send(&http, &url, &batch, &stop).await;
        batch.clear();
    }
}

async fn send(http: &reqwest::Client, url: &str, batch: &[Step], stop: &CancellationToken) {
    let body = request(batch);
    let mut waits = BACK_OFF.iter();
    loop {
        let error = match http.post(url).json(&body).send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => answer.status().to_string(),
            Err(error) => kernel::in_words(&error.without_url()),
        };
        let wait = waits.next().filter(|_| !stop.is_cancelled());
        let Some(wait) = wait else {
            lost(batch.len() as u64);
            tracing::warn!(error, count = batch.len(), "the receiver of traces does not take them");
            return;
        };
        tokio::select! {
            () = tokio::time::sleep(*wait) => {}
            () = stop.cancelled() => {}
        }
    }
}

fn lost(count: u64) {
    metrics::counter!("trace_spans_dropped_total").increment(count);
}

/// `ExportTraceServiceRequest` in its JSON form: ids are hexadecimal, 64-bit numbers are text.
fn request(batch: &[Step]) -> Value {
    let mut services: Vec<&str> = batch.iter().map(|step| step.service).collect();
    services.sort_unstable();
    services.dedup();
    let of = |service: &str| {
        let steps = batch.iter().filter(|step| step.service == service);
        json!({
            "resource": {"attributes": [
                attribute("service.name", &service.into()),
                attribute("service.namespace", &"comanda".into()),
                attribute("service.version", &env!("CARGO_PKG_VERSION").into()),
            ]},
            "scopeSpans": [{
                "scope": {"name": "comanda"},
                "spans": steps.map(span).collect::<Vec<_>>(),
            }],
        })
    };
    json!({"resourceSpans": services.into_iter().map(of).collect::<Vec<_>>()})
}

fn span(step: &Step) -> Value {
    let attributes = step.attributes.iter().map(|(name, value)| attribute(name, value));
    json!({
        "traceId": format!("{:032x}", step.id.trace_id),
        "spanId": format!("{:016x}", step.id.span_id),
        "parentSpanId": step.parent.map_or_else(String::new, |id| format!("{id:016x}")),
        "name": step.name,
        "kind": step.kind as u8,
        "startTimeUnixNano": step.begun.as_nanosecond().to_string(),
        "endTimeUnixNano": step.ended.as_nanosecond().to_string(),
        "attributes": attributes.collect::<Vec<_>>(),
        "status": if step.failed { json!({"code": 2}) } else { json!({}) },
    })
}

fn attribute(key: &str, value: &Value) -> Value {
    let value = match value {
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::String(text) => json!({"stringValue": text}),
        other => json!({"stringValue": other.to_string()}),
    };
    json!({"key": key, "value": value})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, TraceParent};
    use jiff::Timestamp;

    #[test]
    fn a_request_has_the_form_of_the_protocol() {
        let step = Step {
            service: "orderhub",
            name: "POST /orders".into(),
            kind: Kind::Server,
            id: TraceParent { trace_id: 0xabc, span_id: 0x12, sampled: true },
            parent: None,
            begun: Timestamp::from_second(1).unwrap(),
            ended: Timestamp::from_second(2).unwrap(),
            attributes: vec![("http.response.status_code", 201.into())],
            failed: true,
        };
        let later = Step { service: "prepstation", parent: Some(0x12), ..step.clone() };
        let request = request(&[step, later]);
        let span = &request["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(span["traceId"], "00000000000000000000000000000abc");
        assert_eq!(span["spanId"], "0000000000000012");
        assert_eq!(span["parentSpanId"], "");
        assert_eq!((&span["kind"], &span["status"]["code"]), (&json!(2), &json!(2)));
        assert_eq!(span["endTimeUnixNano"], "2000000000");
        assert_eq!(span["attributes"][0]["value"]["intValue"], "201");
        let second = &request["resourceSpans"][1];
        assert_eq!(second["resource"]["attributes"][0]["value"]["stringValue"], "prepstation");
        assert_eq!(second["scopeSpans"][0]["spans"][0]["parentSpanId"], "0000000000000012");
    }

    #[test]
    fn a_receiver_is_named_by_its_address_or_that_of_its_traces() {
        for url in ["http://otel:4318", "http://otel:4318/", "http://otel:4318/v1/traces"] {
            assert_eq!(traces_url(url), "http://otel:4318/v1/traces");
        }
    }
}
