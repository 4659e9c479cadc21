//! Settings whose values have a form of their own.

use super::{SettingsError, Values, wrong};
use base64::{Engine as _, engine::general_purpose::STANDARD};

impl Values {
    pub(super) fn filter(&self, service: &str) -> Result<String, SettingsError> {
        let filter = self.get(service, "telemetry.filter");
        let allowed = "expected a level or levels by part, such as info or warn,orderhub=debug";
        match tracing_subscriber::EnvFilter::try_new(filter) {
            Ok(_) => Ok(filter.to_owned()),
            Err(_) => Err(wrong("telemetry.filter", filter, allowed)),
        }
    }

    pub(super) fn sealing_key(&self, service: &str) -> Result<Option<[u8; 32]>, SettingsError> {
        let (key, text) = ("accounts.sealing_key", self.get(service, "accounts.sealing_key"));
        if text.is_empty() {
            return Ok(None);
        }
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        // The value is a secret: it is not told.
        bytes.map(Some).ok_or_else(|| wrong(key, "…", "expected 32 bytes in base64"))
    }

    pub(super) fn otlp(&self, service: &str) -> Result<Option<String>, SettingsError> {
        let (key, url) = ("telemetry.otlp", self.get(service, "telemetry.otlp"));
        let allowed = "expected http://HOST:PORT of an OpenTelemetry collector (OTLP over HTTP, usually port 4318; without TLS, so one near by)";
        let host = url.strip_prefix("http://").filter(|host| !host.is_empty());
        match host {
            None if url.is_empty() => Ok(None),
            Some(_) if reqwest::Url::parse(url).is_ok() => Ok(Some(trace::otlp::traces_url(url))),
            _ => Err(wrong(key, url, allowed)),
        }
    }

    pub(super) fn sampling(&self, service: &str) -> Result<f64, SettingsError> {
        let (key, allowed) = ("telemetry.sampling", "expected a share from 0 to 1, such as 0.05");
        let share: f64 = self.parse(service, key, allowed)?;
        let legal = (0.0..=1.0).contains(&share);
        if legal { Ok(share) } else { Err(wrong(key, &share.to_string(), allowed)) }
    }
}
