//! OpenID Connect with one provider: authorization code with PKCE (RFC 7636, S256), `state`, `nonce`,
//! and the issuer in the answer (RFC 9207).

use super::{
    claims,
    discovery::{Discovery, Metadata},
    http::Http,
    jose::{Algorithm, Claims, Unverified},
    key_source::KeySource,
    refused::{FederationError, Refused},
};
use crate::domain::identity::Identity;
use axum::http::StatusCode;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use kernel::Clock;
use runtime::{OpenIdClient, Secret};
use serde::Deserialize;
use sha2::{Digest, Sha256, Sha512};
use std::sync::Arc;

/// The other end.
#[derive(Clone)]
pub(crate) struct OpenId {
    pub(super) client: OpenIdClient,
    pub(super) trust_email: bool,
    pub(super) http: Http,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) discovery: Discovery,
    pub(super) keys: KeySource,
}

/// What only this sign-in knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaving<'a> {
    pub(crate) redirect_uri: &'a str,
    pub(crate) state: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) verifier: &'a str,
}

/// What the browser brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned<'a> {
    pub(crate) code: &'a str,
    pub(crate) issuer: Option<&'a str>,
    pub(crate) redirect_uri: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) verifier: &'a str,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct TokenError {
    error: String,
}

impl OpenId {
    /// Where the browser goes to sign in.
    pub(super) async fn address(&self, leaving: &Leaving<'_>) -> Result<String, FederationError> {
        let metadata = self.discovery.metadata().await?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(leaving.verifier));
        let scope = self.client.scopes.join(" ");
        let query = [
            ("response_type", "code"),
            ("client_id", self.client.client_id.as_str()),
            ("redirect_uri", leaving.redirect_uri),
            ("scope", scope.as_str()),
            ("state", leaving.state),
            ("nonce", leaving.nonce),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        Ok(with_query(&metadata.authorization_endpoint, &query))
    }

    /// Who has come back.
    pub(super) async fn identity(&self, back: &Returned<'_>) -> Result<Identity, FederationError> {
        let metadata = self.discovery.metadata().await?;
        let silent = !metadata.authorization_response_iss_parameter_supported;
        let named = back.issuer.map_or(silent, |issuer| issuer == metadata.issuer);
        if !named {
            return Err(Refused::Issuer.into());
        }
        let answer = self.exchange(&metadata, back).await?;
        let token = Unverified::parse(&answer.id_token, &metadata.algorithms())?;
        let algorithm = token.algorithm();
        let claims = self.keys.verify(&metadata.jwks_uri, &token).await?;
        self.check(&metadata, &claims, back.nonce)?;
        if let Some(hash) = claims::text(&claims, "at_hash") {
            let access = answer.access_token.as_deref().ok_or(Refused::AccessToken)?;
            if hash != left_half(algorithm, access) {
                return Err(Refused::AccessToken.into());
            }
        }
        let mut identity = claims::identity(&claims, &metadata.issuer, self.trust_email)?;
        if identity.email.is_none() || identity.name.is_none() {
            self.ask(&metadata, answer.access_token.as_deref(), &mut identity).await?;
        }
        Ok(identity)
    }

    fn check(&self, metadata: &Metadata, claims: &Claims, nonce: &str) -> Result<(), Refused> {
        claims::issuer(claims, &metadata.issuer)?;
        claims::audience(claims, &self.client.client_id)?;
        claims::times(claims, self.clock.now())?;
        if claims::text(claims, "nonce") == Some(nonce) { Ok(()) } else { Err(Refused::Nonce) }
    }

    async fn exchange(
        &self,
        metadata: &Metadata,
        back: &Returned<'_>,
    ) -> Result<TokenAnswer, FederationError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", back.code),
            ("redirect_uri", back.redirect_uri),
            ("code_verifier", back.verifier),
        ];
        let id = self.client.client_id.as_str();
        let methods = &metadata.token_endpoint_auth_methods_supported;
        let basic_is_fine = !self.client.secret_in_form
            && (methods.is_empty()
                || methods.iter().any(|offered| offered == "client_secret_basic"));
        let authorization = match self.client.client_secret.as_ref().map(Secret::reveal) {
            Some(secret) if basic_is_fine => Some(basic(id, secret)),
            Some(secret) => {
                form.extend([("client_id", id), ("client_secret", secret)]);
                None
            }
            None => {
                form.push(("client_id", id));
                None
            }
        };
        let form = serde_urlencoded::to_string(form).unwrap_or_default();
        let (status, body) = self.http.post(&metadata.token_endpoint, authorization, form).await?;
        if status == StatusCode::OK {
            let answer = serde_json::from_slice(&body);
            return answer.map_err(|_| FederationError::Answer("it sends no ID token".to_owned()));
        }
        match serde_json::from_slice::<TokenError>(&body) {
            Ok(said) if said.error == "invalid_grant" => Err(FederationError::Code),
            Ok(said) => Err(FederationError::Answer(said.error.chars().take(100).collect())),
            Err(_) => Err(FederationError::Answer(format!("{status} for the code"))),
        }
    }

    /// Some tell addresses and names only when they are asked (OpenID Connect Core 1.0, 5.3).
    async fn ask(
        &self,
        metadata: &Metadata,
        access_token: Option<&str>,
        identity: &mut Identity,
    ) -> Result<(), FederationError> {
        let Some((url, access)) = metadata.userinfo_endpoint.as_ref().zip(access_token) else {
            return Ok(());
        };
        let said: Claims = self.http.get(url, Some(access)).await?;
        if claims::text(&said, "sub") != Some(identity.subject.as_str()) {
            return Err(Refused::Subject.into());
        }
        let (email, name) = claims::contact(&said, self.trust_email);
        identity.email = identity.email.take().or(email);
        identity.name = identity.name.take().or(name);
        Ok(())
    }

    /// Where somebody who has signed out here may sign out there, too, as far as that is known
    /// (OpenID Connect RP-Initiated Logout 1.0).
    pub(super) async fn way_out(&self, back_to: &str) -> Option<String> {
        let metadata = self.discovery.known().await?;
        let query =
            [("client_id", self.client.client_id.as_str()), ("post_logout_redirect_uri", back_to)];
        Some(with_query(metadata.end_session_endpoint.as_ref()?, &query))
    }
}

fn with_query(url: &str, query: &[(&str, &str)]) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{}", serde_urlencoded::to_string(query).unwrap_or_default())
}

/// RFC 6749, 2.3.1: both are form-encoded first.
fn basic(id: &str, secret: &str) -> String {
    let coded = |text: &str| {
        let pair = serde_urlencoded::to_string([("", text)]).unwrap_or_default();
        pair.trim_start_matches('=').to_owned()
    };
    format!("Basic {}", STANDARD.encode(format!("{}:{}", coded(id), coded(secret))))
}

/// `at_hash`: half of the hash that goes with the token's algorithm.
fn left_half(algorithm: Algorithm, access_token: &str) -> String {
    match algorithm {
        Algorithm::Ed25519 => URL_SAFE_NO_PAD.encode(&Sha512::digest(access_token)[..32]),
        _ => URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]),
    }
}
