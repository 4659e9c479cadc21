//! All metrics with their labels and what they mean: Prometheus shows it, `docs/metrics.md` is held
//! against it.

/// How a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Rises until the process ends.
    Counter,
    /// As it is now.
    Gauge,
    /// How often, by size.
    Histogram,
}

/// One metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// As it is exported.
    pub name: &'static str,
    /// How it counts.
    pub form: Form,
    /// What it is told apart by.
    pub labels: &'static [&'static str],
    /// What it means, with its unit.
    pub help: &'static str,
}

const fn metric(
    name: &'static str,
    form: Form,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric { name, form, labels, help }
}

use Form::{Counter, Gauge, Histogram};

/// All that is exported.
pub const METRICS: &[Metric] = &[
    metric(
        "http_requests_total",
        Counter,
        &["service", "route", "status"],
        "Requests answered, by route and status.",
    ),
    metric(
        "http_request_duration_seconds",
        Histogram,
        &["service", "route"],
        "Seconds until a request was answered.",
    ),
    metric(
        "use_cases_total",
        Counter,
        &["service", "use_case", "outcome", "refusal"],
        "Use-cases run: done, refused by a rule (refusal names it), or failed.",
    ),
    metric(
        "use_case_duration_seconds",
        Histogram,
        &["service", "use_case"],
        "Seconds from a use-case's start until its transaction was durable or given up.",
    ),
    metric(
        "database_group_commit_size",
        Histogram,
        &[],
        "Transactions that one commit on SQLite made durable together.",
    ),
    metric(
        "outbox_published_total",
        Counter,
        &["service"],
        "Events that the broker has confirmed.",
    ),
    metric(
        "outbox_unpublished",
        Gauge,
        &["service"],
        "Events written and not yet confirmed by the broker.",
    ),
    metric(
        "outbox_oldest_seconds",
        Gauge,
        &["service"],
        "Age in seconds of the oldest event that waits in the outbox; 0 when none does.",
    ),
    metric("broker_lag", Gauge, &["group"], "Events that a consumer group has not handled yet."),
    metric(
        "events_consumed_total",
        Counter,
        &["group", "outcome"],
        "Events taken from the broker: handled, retried, buried as dead letters, or replayed.",
    ),
    metric(
        "event_delay_seconds",
        Histogram,
        &["group"],
        "Seconds from an event's publishing until it was handled.",
    ),
    metric(
        "dead_letters",
        Gauge,
        &["service"],
        "Events that were given up and wait for an operator; labelled by consumer group.",
    ),
    metric(
        "live_connections",
        Gauge,
        &["kind"],
        "Open live connections: websocket (boards) and sse (tracking pages).",
    ),
    metric("live_frames_total", Counter, &[], "Live updates made, each for all who look on."),
    metric(
        "live_slow_readers_total",
        Counter,
        &[],
        "Live connections cut because their reader was too slow.",
    ),
    metric("data_folder_free_bytes", Gauge, &[], "Bytes that are free on the disk of data_dir."),
    metric(
        "trace_spans_dropped_total",
        Counter,
        &[],
        "Steps of traces that the receiver did not take.",
    ),
];

/// Tells the recorder what everything means, and begins counts that should be seen at 0.
pub(super) fn describe() {
    for Metric { name, form, labels, help } in METRICS {
        match form {
            Counter => {
                metrics::describe_counter!(*name, *help);
                if labels.is_empty() {
                    metrics::counter!(*name).increment(0);
                }
            }
            Gauge => metrics::describe_gauge!(*name, *help),
            Histogram => metrics::describe_histogram!(*name, *help),
        }
    }
}
