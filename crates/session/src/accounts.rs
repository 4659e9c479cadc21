//! Where keys and renewals come from: accounts over HTTP, or accounts itself in its own process.

use crate::{Issued, JwkSet, KeySet};
use reqwest::{StatusCode, header};
use serde::{Deserialize, Serialize};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
};

/// Why a token was not renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenewError {
    /// Its session is unknown or over: the person is signed out.
    #[error("the session is over")]
    Over,
    /// Accounts does not answer: nobody knows.
    #[error("accounts does not answer")]
    Unavailable,
}

/// The body of `POST /internal/sessions/renew`. The token is its own proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenewRequest {
    /// The expired token.
    pub token: String,
}

/// Renews a token inside accounts.
pub type RenewHere = dyn Fn(String) -> Pin<Box<dyn Future<Output = Result<Issued, RenewError>> + Send>>
    + Send
    + Sync;

/// Accounts over HTTP.
#[derive(Debug, Clone)]
pub struct RemoteAccounts {
    /// A client with time-outs.
    pub http: reqwest::Client,
    /// Where accounts listens for its siblings, e.g. `http://127.0.0.1:8080`, without a slash at
    /// the end.
    pub url: String,
    /// Accounts' public host and port, sent as `Host`, e.g. `accounts.comanda.localhost:8080`.
    pub host: String,
}

/// The two places that know keys and sessions.
#[derive(Clone)]
pub enum Accounts {
    /// Another process, or the same one through its port.
    Remote(RemoteAccounts),
    /// Accounts itself.
    Local {
        /// Its public keys; accounts replaces them when it rotates.
        keys: Arc<RwLock<KeySet>>,
        /// Its use-case.
        renew: Arc<RenewHere>,
    },
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Remote(remote) => f.debug_tuple("Remote").field(&remote.url).finish(),
            Self::Local { .. } => f.write_str("Local"),
        }
    }
}

impl Accounts {
    pub(crate) async fn keys(&self) -> Result<KeySet, RenewError> {
        match self {
            Self::Remote(remote) => remote.keys().await,
            Self::Local { keys, .. } => {
                Ok(keys.read().unwrap_or_else(PoisonError::into_inner).clone())
            }
        }
    }

    pub(crate) async fn renew(&self, token: &str) -> Result<Issued, RenewError> {
        match self {
            Self::Remote(remote) => remote.renew(token).await,
            Self::Local { renew, .. } => renew(token.to_owned()).await,
        }
    }
}

impl RemoteAccounts {
    async fn keys(&self) -> Result<KeySet, RenewError> {
        let request = self.http.get(format!("{}/.well-known/jwks.json", self.url));
        let answer = self.send(request).await?;
        let answer = answer.error_for_status().map_err(unavailable)?;
        let document: JwkSet = answer.json().await.map_err(unavailable)?;
        Ok(KeySet::of(&document))
    }

    async fn renew(&self, token: &str) -> Result<Issued, RenewError> {
        let request = self.http.post(format!("{}/internal/sessions/renew", self.url));
        let request = request.json(&RenewRequest { token: token.to_owned() });
        let answer = self.send(request).await?;
        match answer.status() {
            StatusCode::OK => answer.json().await.map_err(unavailable),
            StatusCode::UNAUTHORIZED => Err(RenewError::Over),
            status => {
                tracing::warn!(%status, "accounts did not renew a session");
                Err(RenewError::Unavailable)
            }
        }
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, RenewError> {
        let request = request.header(header::HOST, &self.host);
        let request = match trace::current() {
            Some(step) => request.header(trace::TRACEPARENT, step.to_string()),
            None => request,
        };
        request.send().await.map_err(unavailable)
    }
}

fn unavailable(error: reqwest::Error) -> RenewError {
    tracing::warn!(error = %error.without_url(), "accounts does not answer");
    RenewError::Unavailable
}
