//! The password was right: open a session.

use super::{Failure, Guess, principal};
use crate::{
    domain::throttle::Scope,
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

/// Who comes in, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) person: PersonId,
    pub(crate) user_agent: String,
}

/// Opens a session and forgives the attempts that led to it. Nothing when the person is gone since.
pub(crate) fn sign_in(
    tx: &mut Tx<'_>,
    env: &Env,
    guess: &Guess,
    entry: &Entry,
) -> Result<Option<Principal>, Failure> {
    let opened = open_session(tx, env, entry)?;
    if opened.is_some() {
        for subject in guess.subjects() {
            match subject.scope {
                Scope::Pair => attempts::forgive_all(tx, subject)?,
                Scope::Account | Scope::Address | Scope::SignUp => {
                    attempts::forgive_one(tx, subject)?
                }
            }
        }
        if let Some(place) = guess.place() {
            attempts::know_place(tx, &place, entry.person, env.now)?;
        }
    }
    Ok(opened)
}

/// Opens a session with an id of its own: what a browser had before is never promoted.
pub(crate) fn open_session(
    tx: &mut Tx<'_>,
    env: &Env,
    entry: &Entry,
) -> Result<Option<Principal>, Failure> {
    let Some(person) = persons::by_id(tx, entry.person)? else { return Ok(None) };
    let session = Session {
        id: env.id(),
        person_id: person.id,
        user_agent: entry.user_agent.chars().filter(|c| !c.is_control()).take(AGENT_MAX).collect(),
        created_at: env.now,
        used_at: env.now,
        ends_at: env.now.checked_add(ABSOLUTE_LIFE).unwrap_or(env.now),
        revoked_at: None,
    };
    sessions::insert(tx, &session)?;
    Ok(Some(principal(tx, &person, session.id)?))
}
