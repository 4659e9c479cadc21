//! Logs as text or JSON, metrics in Prometheus' text format. Neither ever carries a person's data.

mod log_lines;
mod metrics_table;

pub use metrics_table::{Form, METRICS, Metric};

use crate::{Settings, StartError};
use log_lines::WithTrace;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_table::describe;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt};

/// The collected metrics, ready to be shown.
#[derive(Clone)]
pub struct Telemetry {
    metrics: PrometheusHandle,
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telemetry")
    }
}

/// Durations from a tenth of a millisecond to ten seconds.
const SECONDS: [f64; 14] =
    [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Delays of events: a broker that was away for an hour shows.
const DELAYS: [f64; 12] =
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0, 60.0, 3600.0];
/// Counts, up to a full batch.
const COUNTS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

impl Telemetry {
    /// Starts logging and collecting for this process. Call once.
    ///
    /// # Errors
    /// The log filter is not one, or telemetry was started before.
    pub fn start(settings: &Settings) -> Result<Self, StartError> {
        let failed = |reason: String| StartError::Telemetry { reason };
        let filter =
            EnvFilter::try_new(&settings.telemetry_filter).map_err(|e| failed(e.to_string()))?;
        let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let colours = std::io::stderr().is_terminal();
        let started = if settings.telemetry_json {
            log.json().map_event_format(WithTrace::json).try_init()
        } else {
            log.map_event_format(|format| WithTrace::text(format.with_ansi(colours))).try_init()
        };
        started.map_err(|error| failed(error.to_string()))?;
        Self::collect()
    }

    /// Collects without logging, for tests with several towns in one process.
    ///
    /// # Errors
    /// The histogram bounds were refused.
    pub fn collect() -> Result<Self, StartError> {
        let failed = |reason: String| StartError::Telemetry { reason };
        let bounds = [
            (Matcher::Suffix("_seconds".to_owned()), SECONDS.as_slice()),
            (Matcher::Full("event_delay_seconds".to_owned()), &DELAYS),
            (Matcher::Suffix("_size".to_owned()), &COUNTS),
        ];
        let builder =
            bounds.into_iter().try_fold(PrometheusBuilder::new(), |builder, (of, to)| {
                builder.set_buckets_for_metric(of, to).map_err(|e| failed(e.to_string()))
            })?;
        let recorder = builder.build_recorder();
        let metrics = recorder.handle();
        // A second recorder of the same process stays unused; its page is then empty.
        let _ = metrics::set_global_recorder(recorder);
        describe();
        Ok(Self { metrics })
    }

    /// The page for Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        self.metrics.render()
    }

    /// Keeps histograms small; call every few seconds.
    pub fn upkeep(&self) {
        self.metrics.run_upkeep();
    }
}
