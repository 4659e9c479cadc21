//! Firebase's ID tokens, checked as its documentation says for servers without its SDK.

use super::{
    claims,
    jose::{Algorithm, Claims, Unverified},
    key_source::KeySource,
    refused::FederationError,
};
use crate::domain::identity::Identity;
use kernel::Clock;
use runtime::FirebaseApp;
use std::sync::Arc;

/// The other end.
#[derive(Clone)]
pub(crate) struct Firebase {
    pub(super) app: FirebaseApp,
    pub(super) issuer: String,
    pub(super) trust_email: bool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) keys: KeySource,
}

impl Firebase {
    /// Whose token it is.
    pub(super) async fn identity(&self, token: &str) -> Result<Identity, FederationError> {
        let claims = self.claims(token).await?;
        claims::issuer(&claims, &self.issuer)?;
        claims::audience(&claims, &self.app.project_id)?;
        claims::times(&claims, self.clock.now())?;
        claims::past(&claims, "auth_time", self.clock.now())?;
        Ok(claims::identity(&claims, &self.issuer, self.trust_email)?)
    }

    async fn claims(&self, token: &str) -> Result<Claims, FederationError> {
        #[cfg(feature = "insecure-emulator")]
        if self.app.emulator.is_some() {
            return Ok(of_the_emulator(token)?);
        }
        let token = Unverified::parse(token, &[Algorithm::Rs256])?;
        self.keys.verify(&self.app.jwks_url, &token).await
    }
}

/// The emulator signs nothing. This is in builds for tests alone.
#[cfg(feature = "insecure-emulator")]
fn of_the_emulator(token: &str) -> Result<Claims, super::refused::Refused> {
    use super::refused::Refused;
    let mut parts = token.split('.');
    let (Some(_), Some(claims)) = (parts.next(), parts.next()) else { return Err(Refused::Form) };
    super::jose::json(claims)
}
