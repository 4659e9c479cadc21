//! An app says who it is at the token endpoint. Wrong secrets wait longer and longer, as wrong
//! passwords do.

use super::super::Failure;
use crate::{
    domain::throttle::{Attempts, Scope},
    store::{
        attempts::{self, Subject},
        clients::{self, Client},
    },
};
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::ClientId};

/// What it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Presented {
    pub(crate) id: ClientId,
    pub(crate) secret: Option<String>,
    /// Where it came from; nothing when it is not to be throttled.
    pub(crate) address: Option<String>,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authenticated {
    /// The app.
    Client(Box<Client>),
    /// Unknown, or not its secret; which one is not said.
    Wrong,
    /// Too many wrong ones before.
    Wait(SignedDuration),
}

/// Finds the app. A public one has no secret, and PKCE proves that it is the one that asked: there is
/// nothing to guess, so nothing is counted, and nobody keeps it from others of their network.
pub(crate) fn authenticate_client(
    tx: &mut Tx<'_>,
    env: &Env,
    presented: &Presented,
) -> Result<Authenticated, Failure> {
    let client = clients::by_id(tx, presented.id)?;
    if let Some(client) = client.as_ref().filter(|client| !client.is_confidential()) {
        return Ok(match &presented.secret {
            None => Authenticated::Client(Box::new(client.clone())),
            Some(_) => Authenticated::Wrong,
        });
    }
    let id = presented.id.to_string();
    let subject = presented.address.as_deref();
    let subject = subject.map(|address| Subject::new(Scope::Pair, &["client", &id, address]));
    let before = match subject {
        Some(subject) => attempts::lock(tx, subject)?,
        None => None,
    };
    let wait = before.map_or(SignedDuration::ZERO, |it| it.wait(Scope::Pair, env.now));
    if wait > SignedDuration::ZERO {
        return Ok(Authenticated::Wait(wait));
    }
    let knows = |client: &Client| presented.secret.as_deref().is_some_and(|it| client.knows(it));
    match (client.filter(knows), subject) {
        (Some(client), subject) => {
            if let Some(subject) = subject.filter(|_| before.is_some()) {
                attempts::forgive_all(tx, subject)?;
            }
            Ok(Authenticated::Client(Box::new(client)))
        }
        (None, Some(subject)) => wrong(tx, env, presented, subject),
        (None, None) => Ok(Authenticated::Wrong),
    }
}

/// Counts it against the place, too, or made-up names would leave a row each. Who is right is never
/// kept out by others of the same place: only here is that looked at.
fn wrong(
    tx: &mut Tx<'_>,
    env: &Env,
    presented: &Presented,
    pair: Subject,
) -> Result<Authenticated, Failure> {
    let address = presented.address.as_deref().unwrap_or_default();
    for subject in [Subject::new(Scope::Address, &["client", address]), pair] {
        attempts::prepare(tx, subject, env.now)?;
        let before = attempts::lock(tx, subject)?;
        let wait = before.map_or(SignedDuration::ZERO, |it| it.wait(subject.scope, env.now));
        if wait > SignedDuration::ZERO {
            return Ok(Authenticated::Wait(wait));
        }
        let before = before.map_or(0, |it| it.counting(env.now));
        let after = Attempts { failures: before.saturating_add(1), last_at: env.now };
        attempts::set(tx, subject, after)?;
    }
    Ok(Authenticated::Wrong)
}
