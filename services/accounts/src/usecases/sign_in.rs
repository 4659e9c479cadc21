//! Somebody has proved who they are: open a session, or ask for a second proof.

use super::{
    Failure, Guess, Which, end_sessions, living_session::begin_session, notice_place::notice_place,
    pass_second_step::wait,
};
use crate::{
    domain::{method::Method, throttle::Scope},
    store::{
        attempts, identities, memberships, passkeys,
        persons::{self, Person},
        sessions::Session,
        ways,
    },
};
use database::Tx;
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{PasskeyId, PersonId, SessionId},
};
use serde::{Deserialize, Serialize};
use session::{ABSOLUTE_LIFE, Principal, Role};

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
    /// The session that the browser holds, which ends when this one begins.
    pub(crate) held: Option<(PersonId, SessionId)>,
    /// Since when the person had their password when the proof was looked at. Another one since then,
    /// and the proof is worth nothing.
    pub(crate) password_set_at: Option<Timestamp>,
    /// The same of what they came by otherwise: taken out since then, it lets nobody in.
    pub(crate) by: Option<Credential>,
}

/// What a proof was looked at in another transaction, and can be taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Credential {
    Passkey(PasskeyId),
    Identity { issuer: String, subject: String },
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Opened {
    /// In. `alone`: of an owner or operator a second step is demanded, and they have set up none.
    In { principal: Principal, alone: bool },
    /// One proof is not enough: the secret finds the entry again.
    SecondStep(String),
}

/// Opens a session, or asks for a second step. Nothing when the person is gone since, has another
/// password, or has taken out what they came by. `demanded`: of owners and operators a second step is demanded.
pub(crate) fn sign_in(
    tx: &mut Tx<'_>,
    env: &Env,
    entry: &Entry,
    demanded: bool,
) -> Result<Option<Opened>, Failure> {
    if lock_person(tx, entry)?.is_none() {
        return Ok(None);
    }
    let demanded = demanded && is_staff(tx, entry.person)?;
    let ways = ways::of_person(tx, entry.person)?;
    if ways.ask_more_than(&entry.methods, demanded) {
        return Ok(Some(Opened::SecondStep(wait(tx, env, entry)?)));
    }
    let alone = demanded && !ways.are_strong() && !entry.methods.contains(&Method::ProviderStep);
    Ok(enter(tx, env, entry)?.map(|principal| Opened::In { principal, alone }))
}

/// The person, unless what they have proved is worth nothing any more. Nobody erases them and nobody
/// changes what lets them in before the transaction ends.
fn lock_person(tx: &mut Tx<'_>, entry: &Entry) -> Result<Option<Person>, database::Error> {
    let Some(person) = persons::lock(tx, entry.person)? else { return Ok(None) };
    let set_at = entry.password_set_at;
    let same = set_at.is_none() || persons::password_set_at(tx, person.id)? == set_at;
    Ok((same && has(tx, person.id, entry.by.as_ref())?).then_some(person))
}

fn has(
    tx: &mut Tx<'_>,
    person: PersonId,
    credential: Option<&Credential>,
) -> Result<bool, database::Error> {
    Ok(match credential {
        Some(Credential::Passkey(id)) => {
            passkeys::of_person(tx, person)?.iter().any(|passkey| passkey.id == *id)
        }
        Some(Credential::Identity { issuer, subject }) => {
            identities::person(tx, issuer, subject)? == Some(person)
        }
        None => true,
    })
}

/// Whether somebody answers for more than themselves.
pub(super) fn is_staff(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Failure> {
    let operator = persons::by_id(tx, person)?.is_some_and(|person| person.operator);
    let owner = memberships::of_person(tx, person)?.iter().any(|work| work.role == Role::Owner);
    Ok(operator || owner)
}

/// Opens a session, ends the one before it in the same browser (ASVS 5.0, 7.2.4), and forgives the
/// attempts that led to it.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    env: &Env,
    entry: &Entry,
) -> Result<Option<Principal>, Failure> {
    let opened = open_session(tx, env, entry)?;
    if let Some(who) = &opened {
        notice_place(tx, env, who, entry)?;
        if let Some((person, session)) = entry.held {
            end_sessions(tx, env, person, Which::One(session))?;
        }
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
    let Some(person) = lock_person(tx, entry)? else { return Ok(None) };
    let session = Session {
        id: env.id(),
        person_id: person.id,
        user_agent: entry.user_agent.chars().filter(|c| !c.is_control()).take(AGENT_MAX).collect(),
        network: entry.network.clone(),
        methods: entry.methods.clone(),
        created_at: env.now,
        proved_at: env.now,
        first_proof: None,
        used_at: env.now,
        ends_at: env.now.checked_add(ABSOLUTE_LIFE).unwrap_or(env.now),
        revoked_at: None,
    };
    let living = begin_session(tx, &session)?;
    Ok(Some(living.principal(tx, &person)?))
}
