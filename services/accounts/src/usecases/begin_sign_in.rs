//! Before a password is looked at: is it time for another attempt? The attempt is counted at once, so
//! that a hundred at the same moment count as a hundred; success takes it back.

use super::Failure;
use crate::{
    domain::{
        email,
        throttle::{Attempts, Scope},
    },
    store::{
        attempts::{self, Subject, place},
        persons,
    },
};
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::PersonId};
use runtime::Refuses;

/// Somebody types an address and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guess {
    /// As typed.
    pub(crate) email: String,
    /// Where the request came from; nothing when it is not to be throttled.
    pub(crate) address: Option<String>,
}

/// What to compare the password with. Unknown addresses are compared, too, with nobody's hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Whose account.
    pub(crate) person: Option<PersonId>,
    /// Their password's hash.
    pub(crate) hash: Option<String>,
}

/// Why the password is not looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TooSoon {
    /// Too many failures just before.
    #[error("wait {} s before the next attempt", .0.as_secs())]
    Wait(SignedDuration),
    /// It could not be found out.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Refuses for TooSoon {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Wait(_) => Some("too_soon"),
            Self::Failure(_) => None,
        }
    }
}

impl From<database::Error> for TooSoon {
    fn from(error: database::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl Guess {
    /// What this attempt counts against, narrow scopes first, always in this order.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let Some(address) = self.address.as_deref() else { return Vec::new() };
        let account = email::key(&self.email);
        vec![
            Subject::new(Scope::Pair, &[&account, address]),
            Subject::new(Scope::Account, &[&account]),
            Subject::new(Scope::Address, &[address]),
        ]
    }

    fn place(&self) -> Option<[u8; 32]> {
        Some(place(&email::key(&self.email), self.address.as_deref()?))
    }
}

/// Counts the attempt and finds what to compare with.
pub(crate) fn begin_sign_in(tx: &mut Tx<'_>, env: &Env, guess: &Guess) -> Result<Begun, TooSoon> {
    let known = at_home(tx, guess)?;
    let subjects = guess.subjects();
    // At home, what strangers do to the account does not count, and what they do is not counted.
    let counted = subjects.iter().filter(|subject| !(known && subject.scope == Scope::Account));
    count_attempt(tx, env, counted.copied())?;
    let credential = persons::credential(tx, &email::key(&guess.email))?;
    let (person, hash) = credential.unzip();
    Ok(Begun { person, hash })
}

/// Whether the owner of the account has signed in from there.
pub(super) fn at_home(tx: &mut Tx<'_>, guess: &Guess) -> Result<bool, database::Error> {
    match guess.place() {
        Some(place) => attempts::is_known_place(tx, &place),
        None => Ok(false),
    }
}

/// Counts one attempt against each subject, unless one of them has to wait.
pub(super) fn count_attempt(
    tx: &mut Tx<'_>,
    env: &Env,
    subjects: impl Iterator<Item = Subject>,
) -> Result<(), TooSoon> {
    let mut counted = Vec::new();
    let mut wait = SignedDuration::ZERO;
    for subject in subjects {
        attempts::prepare(tx, subject, env.now)?;
        let before =
            attempts::lock(tx, subject)?.unwrap_or(Attempts { failures: 0, last_at: env.now });
        wait = wait.max(before.wait(subject.scope, env.now));
        counted.push((subject, before.counting(env.now).saturating_add(1)));
    }
    if wait > SignedDuration::ZERO {
        return Err(TooSoon::Wait(wait));
    }
    for (subject, failures) in counted {
        attempts::set(tx, subject, Attempts { failures, last_at: env.now })?;
    }
    Ok(())
}
