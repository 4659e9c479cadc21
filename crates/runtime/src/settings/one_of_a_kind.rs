//! Settings whose values have a form of their own.

use super::{SettingsError, Values, wrong};
use crate::BrokerUrl;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::path::Path;

impl Values {
    pub(super) fn broker(
        &self,
        service: &str,
        data_dir: &Path,
    ) -> Result<BrokerUrl, SettingsError> {
        let url = self.get(service, "broker.url");
        BrokerUrl::parse(url, data_dir).map_err(|expected| wrong("broker.url", url, expected))
    }

    pub(super) fn uploads(
        &self,
        service: &str,
        data_dir: &Path,
    ) -> Result<uploads::Address, SettingsError> {
        let url = self.get(service, "uploads.url");
        let parsed = uploads::Address::parse(url, data_dir);
        parsed.map_err(|expected| wrong("uploads.url", url, expected))
    }

    pub(super) fn mail(&self, service: &str) -> Result<notify::Address, SettingsError> {
        let url = self.get(service, "mail.url");
        notify::Address::parse(url).map_err(|expected| wrong("mail.url", url, expected))
    }

    /// Where a service answers inside, if somebody has said so.
    pub(super) fn internal_url(&self, service: &str, of: web::Service) -> Option<String> {
        let url = self.get(service, &format!("{}.internal_url", of.name()));
        (!url.is_empty()).then(|| url.to_owned())
    }

    pub(super) fn mail_from(
        &self,
        service: &str,
        domain: &str,
    ) -> Result<notify::Sender, SettingsError> {
        let from = self.get(service, "mail.from");
        let sender = match from {
            "" => notify::Sender::of_domain(domain),
            from => from.parse(),
        };
        sender.map_err(|expected| wrong("mail.from", from, expected))
    }

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
