//! Clerk's session tokens: short-lived JWTs of its frontend API. The address comes from claims that
//! the operator added to the session token, or from Clerk's API.

use super::{
    claims,
    http::Http,
    jose::{Algorithm, Claims, Unverified},
    key_source::KeySource,
    refused::{FederationError, Refused},
};
use crate::domain::{email::Email, identity::Identity, wording};
use kernel::Clock;
use runtime::{ClerkApp, Secret};
use serde::Deserialize;
use std::sync::Arc;

/// The other end.
#[derive(Clone)]
pub(crate) struct Clerk {
    pub(super) app: ClerkApp,
    pub(super) issuer: String,
    pub(super) trust_email: bool,
    pub(super) http: Http,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) keys: KeySource,
}

/// A person as Clerk's API tells.
#[derive(Deserialize)]
struct User {
    first_name: Option<String>,
    last_name: Option<String>,
    primary_email_address_id: Option<String>,
    #[serde(default)]
    email_addresses: Vec<Address>,
}

#[derive(Deserialize)]
struct Address {
    id: String,
    email_address: String,
    verification: Option<Verification>,
}

#[derive(Deserialize)]
struct Verification {
    status: String,
}

impl Clerk {
    /// Whose token it is.
    pub(super) async fn identity(&self, token: &str) -> Result<Identity, FederationError> {
        let token = Unverified::parse(token, &[Algorithm::Rs256])?;
        let claims = self.keys.verify(&self.app.jwks_url, &token).await?;
        self.check(&claims)?;
        let mut identity = claims::identity(&claims, &self.issuer, self.trust_email)?;
        if let (None, Some(secret)) = (&identity.email, &self.app.secret_key) {
            self.ask(secret, &mut identity).await?;
        }
        Ok(identity)
    }

    fn check(&self, claims: &Claims) -> Result<(), Refused> {
        claims::issuer(claims, &self.issuer)?;
        claims::times(claims, self.clock.now())?;
        // Without `azp` another site of the same Clerk application could use its visitors' tokens here.
        let party = claims::text(claims, "azp").unwrap_or_default();
        if !self.app.authorized_parties.iter().any(|ours| ours == party) {
            return Err(Refused::Party);
        }
        let session = claims::text(claims, "sid").is_some_and(|session| !session.is_empty());
        if !session || claims::text(claims, "sts") == Some("pending") {
            return Err(Refused::Session);
        }
        Ok(())
    }

    async fn ask(&self, secret: &Secret, identity: &mut Identity) -> Result<(), FederationError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if !identity.subject.bytes().all(plain) {
            return Err(Refused::Subject.into());
        }
        let url =
            format!("{}/v1/users/{}", self.app.api_url.trim_end_matches('/'), identity.subject);
        let user: User = self.http.get(&url, Some(secret.reveal())).await?;
        let proved = |address: &Address| {
            self.trust_email
                || address.verification.as_ref().is_some_and(|said| said.status == "verified")
        };
        let primary = user.email_addresses.iter().find(|address| {
            Some(&address.id) == user.primary_email_address_id.as_ref() && proved(address)
        });
        identity.email = primary.and_then(|address| Email::parse(&address.email_address));
        let names: Vec<String> = user.first_name.into_iter().chain(user.last_name).collect();
        identity.name = identity.name.take().or_else(|| wording::name(&names.join(" ")));
        Ok(())
    }
}
