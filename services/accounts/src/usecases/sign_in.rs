//! Somebody has proved who they are: open a session.

use super::{Failure, Guess, notice_place::notice_place, principal};
use crate::{
    domain::{method::Method, throttle::Scope},
    store::{
        attempts, persons,
        sessions::{self, Session},
    },
};
use database::Tx;
use kernel::{Env, ids::PersonId};
use session::{ABSOLUTE_LIFE, Principal};

/// The longest user agent that is kept, in characters.
const AGENT_MAX: usize = 300;

/// Who comes in, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) person: PersonId,
    pub(crate) methods: Vec<Method>,
    pub(crate) user_agent: String,
    pub(crate) network: String,
    /// What was typed, where attempts are counted.
    pub(crate) guess: Option<Guess>,
}

/// Opens a session and forgives the attempts that led to it. Nothing when the person is gone since.
pub(crate) fn sign_in(
    tx: &mut Tx<'_>,
    env: &Env,
    entry: &Entry,
) -> Result<Option<Principal>, Failure> {
    let opened = open_session(tx, env, entry)?;
    if let Some(who) = &opened {
        notice_place(tx, env, who, entry)?;
    }
    if let (Some(_), Some(guess)) = (&opened, &entry.guess) {
        forgive(tx, guess)?;
    }
    Ok(opened)
}

/// What was typed was right: the attempts before it do not count.
pub(super) fn forgive(tx: &mut Tx<'_>, guess: &Guess) -> Result<(), Failure> {
    for subject in guess.subjects() {
        match subject.scope {
            Scope::Pair => attempts::forgive_all(tx, subject)?,
            _ => attempts::forgive_one(tx, subject)?,
        }
    }
    Ok(())
}

/// Opens a session with an id of its own: what a browser had before is never promoted.
pub(super) fn open_session(
    tx: &mut Tx<'_>,
    env: &Env,
    entry: &Entry,
) -> Result<Option<Principal>, Failure> {
    let Some(person) = persons::by_id(tx, entry.person)? else { return Ok(None) };
    let session = Session {
        id: env.id(),
        person_id: person.id,
        user_agent: entry.user_agent.chars().filter(|c| !c.is_control()).take(AGENT_MAX).collect(),
        network: entry.network.clone(),
        methods: entry.methods.clone(),
        created_at: env.now,
        proved_at: env.now,
        used_at: env.now,
        ends_at: env.now.checked_add(ABSOLUTE_LIFE).unwrap_or(env.now),
        revoked_at: None,
    };
    sessions::insert(tx, &session)?;
    Ok(Some(principal(tx, &person, session.id)?))
}
