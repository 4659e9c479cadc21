//! Logs as text or JSON, metrics in Prometheus' text format. Neither ever carries a person's data.

use crate::{Settings, StartError};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

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

impl Telemetry {
    /// Starts logging and collecting for this process. Call once.
    ///
    /// # Errors
    /// The log filter is not one, or telemetry was started before.
    pub fn start(settings: &Settings) -> Result<Self, StartError> {
        let failed = |reason: String| StartError::Telemetry { reason };
        let filter =
            EnvFilter::try_new(&settings.telemetry_filter).map_err(|e| failed(e.to_string()))?;
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let started = if settings.telemetry_json { log.json().try_init() } else { log.try_init() };
        started.map_err(|error| failed(error.to_string()))?;
        Self::collect()
    }

    /// Collects without logging, for tests with several towns in one process.
    ///
    /// # Errors
    /// The histogram bounds were refused.
    pub fn collect() -> Result<Self, StartError> {
        let failed = |reason: String| StartError::Telemetry { reason };
        let builder =
            PrometheusBuilder::new().set_buckets(&SECONDS).map_err(|e| failed(e.to_string()))?;
        let recorder = builder.build_recorder();
        let metrics = recorder.handle();
        // A second recorder of the same process stays unused; its page is then empty.
        let _ = metrics::set_global_recorder(recorder);
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
