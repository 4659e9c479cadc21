//! Other providers that say who somebody is. What they say is checked here and becomes an
//! [`Identity`]; what that means for an account is for the use-cases (ADR 16).

mod claims;
mod clerk;
mod discovery;
mod examine;
mod firebase;
mod http;
pub(crate) mod jose;
mod key_source;
mod open_id;
mod refused;

pub(crate) use examine::examine;
pub(crate) use open_id::{Leaving, Returned};
pub(crate) use refused::{FederationError, Refused};

use crate::domain::identity::Identity;
use clerk::Clerk;
use discovery::Discovery;
use firebase::Firebase;
use http::Http;
use kernel::Clock;
use key_source::KeySource;
use open_id::OpenId;
use runtime::{ClerkApp, FirebaseApp, ProviderKind};
use std::{future::Future, sync::Arc, time::Duration};

/// Nobody waits longer for a provider.
const PATIENCE: Duration = Duration::from_secs(5);

/// All providers of the settings. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Federation(Arc<[Provider]>);

/// One of them.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) issuer: String,
    /// Its sign-in counts as two steps, whatever its token says.
    trust_second_step: bool,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    OpenId(OpenId),
    Clerk(Clerk),
    Firebase(Firebase),
}

/// How somebody signs in with a provider.
pub(crate) enum Way<'p> {
    /// The browser goes there and comes back.
    Redirect,
    /// Clerk's script on a page of ours.
    Clerk(&'p ClerkApp, &'p str),
    /// Firebase's script on a page of ours.
    Firebase(&'p FirebaseApp),
}

impl Federation {
    /// Reads the settings of all providers; `own_origin` is where our pages are.
    ///
    /// The error is a sentence about a file that cannot be used.
    pub(crate) fn new(
        settings: &[runtime::Provider],
        own_origin: &str,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let open = |settings| Provider::new(settings, own_origin, clock);
        Ok(Self(settings.iter().map(open).collect::<Result<Vec<_>, _>>()?.into()))
    }

    pub(crate) fn all(&self) -> &[Provider] {
        &self.0
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.name == name)
    }

    pub(crate) fn of_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.issuer == issuer)
    }

    /// Whose identities are ways in today.
    pub(crate) fn issuers(&self) -> Vec<String> {
        self.0.iter().map(|provider| provider.issuer.clone()).collect()
    }
}

impl Provider {
    fn new(
        settings: &runtime::Provider,
        own_origin: &str,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let http = Http::new(settings.authorities.as_deref())?;
        let (clock, issuer) = (clock.clone(), settings.issuer.clone());
        let keys = KeySource::new(http.clone(), clock.clone());
        let trust_email = settings.trust_email;
        let kind = match settings.kind.clone() {
            ProviderKind::OpenId(client) => {
                let discovery = Discovery::new(issuer.clone(), http.clone(), clock.clone());
                Kind::OpenId(OpenId { client, trust_email, http, clock, discovery, keys })
            }
            ProviderKind::Clerk(mut app) => {
                if app.authorized_parties.is_empty() {
                    app.authorized_parties.push(own_origin.to_owned());
                }
                let issuer = issuer.clone();
                Kind::Clerk(Clerk { app, issuer, trust_email, http, clock, keys })
            }
            ProviderKind::Firebase(app) => {
                let issuer = issuer.clone();
                Kind::Firebase(Firebase { app, issuer, trust_email, clock, keys })
            }
        };
        let (name, label) = (settings.name.clone(), settings.label.clone());
        let trust_second_step = settings.trust_second_step;
        Ok(Self { name, label, issuer, trust_second_step, kind })
    }

    /// Whether its addresses count as proved, whatever it says of them.
    pub(crate) fn trusts_email(&self) -> bool {
        match &self.kind {
            Kind::OpenId(OpenId { trust_email, .. })
            | Kind::Clerk(Clerk { trust_email, .. })
            | Kind::Firebase(Firebase { trust_email, .. }) => *trust_email,
        }
    }

    pub(crate) fn way(&self) -> Way<'_> {
        match &self.kind {
            Kind::OpenId(_) => Way::Redirect,
            Kind::Clerk(clerk) => Way::Clerk(&clerk.app, &clerk.issuer),
            Kind::Firebase(firebase) => Way::Firebase(&firebase.app),
        }
    }

    /// Where the browser goes to sign in. Nothing where it stays here.
    pub(crate) async fn address(
        &self,
        leaving: &Leaving<'_>,
    ) -> Result<Option<String>, FederationError> {
        match &self.kind {
            Kind::OpenId(open_id) => in_time(open_id.address(leaving)).await.map(Some),
            Kind::Clerk(_) | Kind::Firebase(_) => Ok(None),
        }
    }

    /// Who has come back with a code. Nothing where nobody was sent away.
    pub(crate) async fn returned(
        &self,
        back: &Returned<'_>,
    ) -> Result<Option<Identity>, FederationError> {
        match &self.kind {
            Kind::OpenId(open_id) => Ok(Some(self.vouch(in_time(open_id.identity(back)).await?))),
            Kind::Clerk(_) | Kind::Firebase(_) => Ok(None),
        }
    }

    /// Whose token it is, of Clerk or Firebase. Nothing where tokens are not exchanged: an ID token
    /// of OpenID Connect answers one sign-in and no other.
    pub(crate) async fn holder(&self, token: &str) -> Result<Option<Identity>, FederationError> {
        let identity = match &self.kind {
            Kind::OpenId(_) => return Ok(None),
            Kind::Clerk(clerk) => in_time(clerk.identity(token)).await?,
            Kind::Firebase(firebase) => in_time(firebase.identity(token)).await?,
        };
        Ok(Some(self.vouch(identity)))
    }

    fn vouch(&self, identity: Identity) -> Identity {
        let second_step = identity.second_step || self.trust_second_step;
        Identity { second_step, ..identity }
    }

    /// Where to sign out at the provider, too, if it has such a place and we know of it.
    pub(crate) async fn way_out(&self, back_to: &str) -> Option<String> {
        match &self.kind {
            Kind::OpenId(open_id) => open_id.way_out(back_to).await,
            Kind::Clerk(_) | Kind::Firebase(_) => None,
        }
    }
}

async fn in_time<T>(
    work: impl Future<Output = Result<T, FederationError>>,
) -> Result<T, FederationError> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(FederationError::Slow))
}
