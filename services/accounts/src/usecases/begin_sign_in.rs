//! Before a password is looked at: is it time for another attempt? The attempt is counted at once, so
//! that a hundred at the same moment count as a hundred; success takes it back.

use super::Failure;
use crate::{
    domain::{
        email,
        throttle::{Attempts, Queue, Scope},
    },
    store::{
        attempts::{self, Subject, place},
        persons,
    },
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Whose account.
    pub(crate) person: Option<PersonId>,
    /// Their password's hash.
    pub(crate) hash: Option<String>,
    /// Since when it is theirs.
    pub(crate) set_at: Option<Timestamp>,
}

/// Whether an attempt is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn<T = ()> {
    /// It is.
    Now(T),
    /// Others are before it. It is noted since when this network waits, so this is no refusal that takes
    /// back what was written.
    Later(SignedDuration),
}

impl<T> Turn<T> {
    /// What it is worth now.
    pub(crate) fn now(self) -> Result<T, TooSoon> {
        match self {
            Self::Now(worth) => Ok(worth),
            Self::Later(wait) => Err(TooSoon::Wait(wait)),
        }
    }
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
pub(crate) fn begin_sign_in(
    tx: &mut Tx<'_>,
    env: &Env,
    guess: &Guess,
) -> Result<Turn<Begun>, TooSoon> {
    let known = at_home(tx, guess)?;
    let subjects = guess.subjects();
    // At home, what strangers do to the account does not count, and what they do is not counted.
    let counted = subjects.iter().filter(|subject| !(known && subject.scope == Scope::Account));
    if let Turn::Later(wait) = count_attempt(tx, env, counted.copied())? {
        return Ok(Turn::Later(wait));
    }
    let found = persons::credential(tx, &email::key(&guess.email))?;
    let begun = found.map(|(person, hash, set_at)| Begun {
        person: Some(person),
        hash: Some(hash),
        set_at: Some(set_at),
    });
    Ok(Turn::Now(begun.unwrap_or_default()))
}

/// Whether the owner of the account has signed in from there.
pub(super) fn at_home(tx: &mut Tx<'_>, guess: &Guess) -> Result<bool, database::Error> {
    match guess.place() {
        Some(place) => attempts::is_known_place(tx, &place),
        None => Ok(false),
    }
}

/// Counts one attempt against each subject, unless one of them has to wait. Where many networks share a
/// queue, the subject before it tells since when this one waits.
pub(super) fn count_attempt(
    tx: &mut Tx<'_>,
    env: &Env,
    subjects: impl Iterator<Item = Subject>,
) -> Result<Turn, TooSoon> {
    let (mut wait, mut turn) = (SignedDuration::ZERO, SignedDuration::ZERO);
    let (mut counted, mut since) = (Vec::new(), env.now);
    for subject in subjects {
        attempts::prepare(tx, subject, env.now)?;
        let before =
            attempts::lock(tx, subject)?.unwrap_or(Attempts { failures: 0, last_at: env.now });
        let queue = subject.scope.queue();
        match queue {
            Some(queue) => turn = turn.max(queue.wait(before, since, env.now)),
            None => wait = wait.max(before.wait(subject.scope, env.now)),
        }
        since = before.last_at;
        counted.push((subject, after(queue, before, env)));
    }
    if wait > SignedDuration::ZERO {
        return Err(TooSoon::Wait(wait.max(turn)));
    }
    if turn > SignedDuration::ZERO {
        return Ok(Turn::Later(turn));
    }
    for (subject, after) in counted {
        attempts::set(tx, subject, after)?;
    }
    Ok(Turn::Now(()))
}

fn after(queue: Option<Queue>, before: Attempts, env: &Env) -> Attempts {
    let one_more = || before.counting(env.now).saturating_add(1);
    match queue {
        Some(queue) => queue.after(before, env.now),
        None => Attempts { failures: one_more(), last_at: env.now },
    }
}
