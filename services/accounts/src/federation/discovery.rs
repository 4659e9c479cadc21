//! What an OpenID provider says of itself (OpenID Connect Discovery 1.0; RFC 8414), kept for an hour.

use super::{http::Http, jose::Algorithm, refused::FederationError};
use jiff::{SignedDuration, Timestamp};
use kernel::Clock;
use runtime::is_safe_way;
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;

const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// A provider that did not answer is left alone so long: the next ones who wait for it get the plain
/// message at once.
const REST: SignedDuration = SignedDuration::from_secs(10);

/// As far as we use it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) end_session_endpoint: Option<String>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Vec<String>,
    #[serde(default)]
    pub(super) token_endpoint_auth_methods_supported: Vec<String>,
    /// It names itself in every answer (RFC 9207).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Those that it signs with and we take; RS256 where it does not say.
    pub(super) fn algorithms(&self) -> Vec<Algorithm> {
        let named = &self.id_token_signing_alg_values_supported;
        if named.is_empty() {
            return vec![Algorithm::Rs256];
        }
        named.iter().filter_map(|name| Algorithm::named(name)).collect()
    }

    /// Why it cannot be used, if so. It must be whom we asked, or somebody else speaks for it.
    fn fault(&self, issuer: &str) -> Option<String> {
        if self.issuer != issuer {
            return Some(format!(
                "it calls itself {:?}, and the settings call it {issuer:?}",
                self.issuer
            ));
        }
        let optional = [&self.userinfo_endpoint, &self.end_session_endpoint];
        let urls = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri]
            .into_iter()
            .chain(optional.into_iter().flatten());
        let unsafe_one = urls.into_iter().find(|url| !is_safe_way(url));
        if let Some(url) = unsafe_one {
            return Some(format!("its address {url:?} is not https"));
        }
        self.algorithms().is_empty().then(|| "it signs with no algorithm that is safe".to_owned())
    }
}

/// One provider's.
#[derive(Clone)]
pub(super) struct Discovery {
    issuer: String,
    http: Http,
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    found: Option<(Timestamp, Arc<Metadata>)>,
    /// When it was asked and has not answered.
    failed_at: Option<Timestamp>,
}

impl Discovery {
    pub(super) fn new(issuer: String, http: Http, clock: Arc<dyn Clock>) -> Self {
        Self { issuer, http, clock, kept: Arc::default() }
    }

    /// What is known without asking.
    pub(super) async fn known(&self) -> Option<Arc<Metadata>> {
        self.kept.lock().await.found.as_ref().map(|(_, metadata)| metadata.clone())
    }

    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, FederationError> {
        let now = self.clock.now();
        let mut kept = self.kept.lock().await;
        if let Some((at, metadata)) = &kept.found
            && now.duration_since(*at) < KEPT
        {
            return Ok(metadata.clone());
        }
        if kept.failed_at.is_some_and(|at| now.duration_since(at) < REST) {
            return Err(FederationError::Resting);
        }
        // Before the answer: who gives up waiting leaves this behind.
        kept.failed_at = Some(now);
        let metadata = Arc::new(self.fetch().await?);
        *kept = Kept { found: Some((now, metadata.clone())), failed_at: None };
        Ok(metadata)
    }

    async fn fetch(&self) -> Result<Metadata, FederationError> {
        let issuer = self.issuer.trim_end_matches('/');
        let url = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = self.http.get(&url, None).await?;
        match metadata.fault(&self.issuer) {
            Some(fault) => Err(FederationError::Answer(fault)),
            None => Ok(metadata),
        }
    }
}
