//! Signing in by another provider: what the pages and the API share. A browser that leaves gets a
//! cookie of its own, so that what comes back is taken from that browser alone.

use crate::{
    app::{App, seconds},
    client::Client,
    domain::{identity::Identity, method::Method, throttle::Scope},
    entrance::Entrance,
    federation::{FederationError, Leaving, Provider, Refused, Returned},
    store::{attempts::Subject, identities, one_time::Opened, sessions},
    usecases::{self, Arrived, Credential, Departure, Entry, Failure, Kept, TooSoon},
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::PersonId, in_words};
use session::Principal;
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;
use web::{
    Problem,
    cookie::{Cookie, Reach},
};

/// Why nobody comes in by a provider.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotFederated {
    /// The provider, or what it says.
    #[error(transparent)]
    Provider(#[from] FederationError),
    /// It was used, is too old, or another browser left with it.
    #[error("it was used, is too old or belongs to another browser")]
    Stale,
    /// Too often from there.
    #[error("wait {} s", .0.as_secs())]
    Wait(SignedDuration),
    /// The database.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<TooSoon> for NotFederated {
    fn from(refusal: TooSoon) -> Self {
        match refusal {
            TooSoon::Wait(wait) => Self::Wait(wait),
            TooSoon::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// What becomes of somebody a provider vouches for.
pub(crate) enum Outcome {
    /// They are in, or at the second step.
    In(Box<Entrance>),
    /// They own an account here and have to prove that first; the secret opens what waits.
    ToLink(String),
    /// The identity belongs to another account.
    OfAnother,
    /// No address that the provider has proved, and no account.
    Unproved,
}

/// The query of an answer (OpenID Connect Core 1.0, 3.1.2.5; RFC 9207).
pub(crate) struct Answer<'a> {
    pub(crate) code: &'a str,
    pub(crate) issuer: Option<&'a str>,
}

impl App {
    /// Where a provider sends browsers back to.
    pub(crate) fn redirect_uri(&self, provider: &Provider) -> String {
        format!("{}/sign-in/with/{}/callback", self.context.site.origin(), provider.name)
    }

    /// Where the browser goes; nothing where it stays here.
    pub(crate) async fn leave(
        &self,
        provider: &Provider,
        browser: &str,
        return_to: &str,
        adding: Option<PersonId>,
        client: &Client,
    ) -> Result<Option<String>, NotFederated> {
        let departure = Departure {
            provider: provider.name.clone(),
            browser: hash(browser),
            return_to: return_to.to_owned(),
            adding,
            address: client.address.clone(),
        };
        let leave =
            move |tx: &mut Tx<'_>, env: &Env| usecases::leave_for_provider(tx, env, &departure);
        let away: Result<_, TooSoon> = self.context.run("leave_for_provider", leave).await;
        let away = away?;
        let leaving = Leaving {
            redirect_uri: &self.redirect_uri(provider),
            state: &away.state,
            nonce: &away.nonce,
            verifier: &away.verifier,
        };
        Ok(provider.address(&leaving).await?)
    }

    /// Who left with this `state`, from the browser that holds `browser`. It serves once.
    pub(crate) async fn back(
        &self,
        provider: &Provider,
        state: &str,
        browser: Option<&str>,
    ) -> Result<Opened<Kept>, NotFederated> {
        let state = state.to_owned();
        let redeem =
            move |tx: &mut Tx<'_>, env: &Env| usecases::return_from_provider(tx, env, &state);
        let opened = self.context.run("return_from_provider", redeem).await?;
        let opened = opened.ok_or(NotFederated::Stale)?;
        let same: bool = browser.is_some_and(|browser| {
            hash(browser).as_bytes().ct_eq(opened.data.browser.as_bytes()).into()
        });
        let here = opened.data.provider == provider.name;
        if same && here { Ok(opened) } else { Err(NotFederated::Stale) }
    }

    /// Who the provider says has come back.
    pub(crate) async fn identify(
        &self,
        provider: &Provider,
        kept: &Kept,
        answer: &Answer<'_>,
    ) -> Result<Identity, NotFederated> {
        let back = Returned {
            code: answer.code,
            issuer: answer.issuer,
            redirect_uri: &self.redirect_uri(provider),
            nonce: &kept.nonce,
            verifier: &kept.verifier,
        };
        Ok(provider.returned(&back).await?.ok_or(FederationError::Token(Refused::Form))?)
    }

    /// Who the provider says holds this token; nothing when it exchanges none.
    pub(crate) async fn holder(
        &self,
        provider: &Provider,
        token: &str,
        client: &Client,
    ) -> Result<Option<Identity>, NotFederated> {
        let address = client.address.clone();
        let begin =
            move |tx: &mut Tx<'_>, env: &Env| usecases::begin_exchange(tx, env, address.as_deref());
        let begun: Result<(), TooSoon> = self.context.run("begin_exchange", begin).await;
        begun?;
        Ok(provider.holder(token).await?)
    }

    /// Lets in whom a provider vouches for, if that is enough. `scope`: as what it was counted.
    pub(crate) async fn admit(
        &self,
        identity: Identity,
        adding: Option<PersonId>,
        (client, scope): (&Client, Scope),
    ) -> Result<Outcome, Failure> {
        let counted = client.address.as_deref().map(|address| Subject::new(scope, &[address]));
        let methods: &[Method] = match identity.second_step {
            true => &[Method::Provider, Method::ProviderStep],
            false => &[Method::Provider],
        };
        let (issuer, subject) = (identity.issuer.clone(), identity.subject.clone());
        let by = Some(Credential::Identity { issuer, subject });
        let arrive =
            move |tx: &mut Tx<'_>, env: &Env| usecases::arrive(tx, env, &identity, adding, counted);
        Ok(match self.context.run("arrive", arrive).await? {
            Arrived::Person(person) => {
                let entry = Entry { by, ..client.entry(person, methods) };
                let entrance = self.let_in(entry).await?;
                entrance.map_or(Outcome::Unproved, |entrance| Outcome::In(Box::new(entrance)))
            }
            Arrived::ToLink(secret) => Outcome::ToLink(secret),
            Arrived::OfAnother => Outcome::OfAnother,
            Arrived::Unproved => Outcome::Unproved,
        })
    }

    /// Where somebody whose session a provider opened may sign out there, too.
    pub(crate) async fn provider_of(&self, who: &Principal) -> Result<Option<&Provider>, Failure> {
        let (person, session) = (who.person_id, who.session_id);
        let found = move |tx: &mut Tx<'_>| {
            let sessions = sessions::of_person(tx, person)?;
            let by_provider = sessions
                .iter()
                .any(|one| one.id == session && one.methods.contains(&Method::Provider));
            let identities = identities::of_person(tx, person)?;
            Ok::<_, Failure>(identities.into_iter().next().filter(|_| by_provider))
        };
        let last = self.context.database.read(found).await?;
        Ok(last.and_then(|last| self.federation.of_issuer(&last.issuer)))
    }

    /// What a browser is known by while it is away: what it has already, or something fresh.
    pub(crate) fn browser(&self, headers: &HeaderMap) -> String {
        let known = self.browser_cookie().read(headers).filter(|known| known.len() == 43);
        let fresh = || URL_SAFE_NO_PAD.encode(self.context.random.bytes::<32>());
        known.map_or_else(fresh, ToOwned::to_owned)
    }

    pub(crate) fn browser_cookie(&self) -> Cookie<'static> {
        self.own_cookie("comanda-browser")
    }

    /// Holds the secret of what waits to be linked.
    pub(crate) fn link_cookie(&self) -> Cookie<'static> {
        self.own_cookie("comanda-link")
    }

    /// For as long as what waits.
    pub(crate) fn set_link_cookie(&self, secret: &str) -> Option<HeaderValue> {
        self.link_cookie().set(secret, Some(Duration::from_secs(15 * 60)))
    }

    fn own_cookie(&self, name: &'static str) -> Cookie<'static> {
        Cookie { name, reach: Reach::Host, https: self.context.site.origins.https() }
    }
}

fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

impl From<NotFederated> for Problem {
    fn from(refusal: NotFederated) -> Self {
        match refusal {
            NotFederated::Failure(failure) => failure.into(),
            NotFederated::Stale => Self::bad_request("stale_state"),
            NotFederated::Wait(wait) => Self::too_many(seconds(wait)),
            NotFederated::Provider(error) => error.into(),
        }
    }
}

impl From<FederationError> for Problem {
    fn from(error: FederationError) -> Self {
        if error.is_outage() {
            tracing::warn!(reason = in_words(&error), "a provider does not do its part");
            return Self::unavailable(60);
        }
        Self::new(StatusCode::UNAUTHORIZED, "token_refused")
            .detail(format!("{}.", in_words(&error)))
    }
}
