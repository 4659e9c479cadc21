//! Where a request comes from: its network address, for throttling, and its user agent, for the list
//! of sessions.

use crate::{
    app::App,
    domain::{device, method::Method},
    store::mails::Place,
    usecases::{CodeGuess, Entry, Guess},
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use kernel::ids::{PersonId, SessionId};
use std::convert::Infallible;
use web::Visitor;

/// The other end.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// Nothing when it is not to be throttled.
    pub(crate) address: Option<String>,
    /// The same, for the person's own list of sessions.
    pub(crate) network: String,
    pub(crate) user_agent: String,
    /// Whose session the browser holds.
    pub(crate) held: Option<(PersonId, SessionId)>,
}

impl Client {
    /// This client where attempts at the account of `email` are counted.
    pub(crate) fn guess(&self, email: &str) -> Guess {
        Guess { email: email.to_owned(), address: self.address.clone() }
    }

    /// The code that this client brings.
    pub(crate) fn code(&self, code: &str) -> CodeGuess {
        CodeGuess {
            address: self.address.clone(),
            place: self.place(),
            held: self.held,
            code: code.to_owned(),
        }
    }

    /// In words that its person recognises.
    pub(crate) fn place(&self) -> Place {
        Place { device: device::name(&self.user_agent), network: self.network.clone() }
    }

    /// This client as the person who proved by `methods` to be `person`.
    pub(crate) fn entry(&self, person: PersonId, methods: &[Method]) -> Entry {
        Entry {
            person,
            methods: methods.to_vec(),
            user_agent: self.user_agent.clone(),
            network: self.network.clone(),
            guess: None,
            held: self.held,
            password_set_at: None,
            by: None,
        }
    }

    fn of(parts: &Parts, app: &App, held: Option<(PersonId, SessionId)>) -> Self {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = agent.unwrap_or_default().to_owned();
        let settings = &app.context.settings;
        let address =
            runtime::client_address(&parts.headers, &parts.extensions, &settings.trusted_proxies);
        let exempt = !settings.throttle_loopback && address.is_some_and(|ip| ip.is_loopback());
        let network = address.map_or_else(|| "unknown".to_owned(), runtime::network);
        let address = (!exempt).then(|| network.clone());
        Self { address, network, user_agent, held }
    }
}

/// The other end where no cookie counts: whose session a browser holds is not looked at, nor is it
/// renewed.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Client);

/// Programs hold what they are given beside one another; a browser has one cookie.
async fn held(parts: &mut Parts, app: &App) -> Option<(PersonId, SessionId)> {
    let program =
        parts.uri.path().starts_with("/api/") || parts.headers.contains_key(header::AUTHORIZATION);
    if program {
        return None;
    }
    let Visitor(visitor) = Visitor::from_request_parts(parts, app).await.ok()?;
    visitor.map(|who| (who.person_id, who.session_id))
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let held = held(parts, app).await;
        Ok(Self::of(parts, app, held))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(Client::of(parts, app, None)))
    }
}
