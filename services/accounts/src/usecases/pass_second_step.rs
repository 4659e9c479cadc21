//! Somebody whose first proof was right brings the second, and is in.

use super::{
    CodeGuess, Credential, Entry, Failure, Guess, TooSoon, Which, end_sessions,
    guess_code::guess_code, sign_in::enter,
};
use crate::{
    domain::method,
    sealing::Sealing,
    store::{
        one_time::{self, Purpose},
        persons,
    },
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use serde::{Deserialize, Serialize};
use session::Principal;

/// From the first proof to the second.
pub(crate) const SECOND_STEP: Purpose =
    Purpose { name: "second-step", life: SignedDuration::from_mins(10) };

/// An entry that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    methods: String,
    user_agent: String,
    network: String,
    /// What was typed, and where from.
    guess: Option<(String, Option<String>)>,
    /// The session that the browser held then.
    #[serde(default)]
    held: Option<(PersonId, SessionId)>,
    #[serde(default)]
    password_set_at: Option<Timestamp>,
    #[serde(default)]
    by: Option<Credential>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passed {
    /// In.
    In(Principal),
    /// The code is wrong, or was used before.
    Wrong,
    /// Too late, or done already: from the start, please.
    Over,
}

/// Checks a code for the entry that waits behind `secret`.
pub(crate) fn pass_second_step(
    tx: &mut Tx<'_>,
    env: &Env,
    sealing: &Sealing,
    secret: &str,
    guess: &CodeGuess,
) -> Result<Passed, TooSoon> {
    let found = one_time::look::<Waiting>(tx, SECOND_STEP, secret, env.now)?;
    let Some((person, waiting)) = found.and_then(|found| found.person.zip(Some(found.data))) else {
        return Ok(Passed::Over);
    };
    // In the order in which a change of the password locks.
    if persons::lock(tx, person)?.is_none() {
        return Ok(Passed::Over);
    }
    let Some(method) = guess_code(tx, env, sealing, person, guess)? else {
        return Ok(Passed::Wrong);
    };
    if one_time::redeem::<Waiting>(tx, SECOND_STEP, secret, env.now)?.is_none() {
        return Ok(Passed::Over);
    }
    let mut entry = waiting.entry(person);
    entry.methods.push(method);
    let Some(who) = enter(tx, env, &entry)? else { return Ok(Passed::Over) };
    // In another tab the browser may have got one since the first step.
    if let Some((person, session)) = guess.held.filter(|held| Some(*held) != entry.held) {
        end_sessions(tx, env, person, Which::One(session))?;
    }
    Ok(Passed::In(who))
}

/// Lets an entry wait for its second step. The secret finds it again.
pub(super) fn wait(tx: &mut Tx<'_>, env: &Env, entry: &Entry) -> Result<String, Failure> {
    let waiting = Waiting {
        methods: method::words(&entry.methods),
        user_agent: entry.user_agent.clone(),
        network: entry.network.clone(),
        guess: entry.guess.clone().map(|guess| (guess.email, guess.address)),
        held: entry.held,
        password_set_at: entry.password_set_at,
        by: entry.by.clone(),
    };
    Ok(one_time::issue(tx, env, SECOND_STEP, Some(entry.person), &waiting)?)
}

impl Waiting {
    fn entry(self, person: PersonId) -> Entry {
        Entry {
            person,
            methods: method::methods(&self.methods),
            user_agent: self.user_agent,
            network: self.network,
            guess: self.guess.map(|(email, address)| Guess { email, address }),
            held: self.held,
            password_set_at: self.password_set_at,
            by: self.by,
        }
    }
}

/// Whose entry waits behind `secret`, if one does.
pub(crate) fn waiting_for(
    tx: &mut Tx<'_>,
    secret: &str,
    now: Timestamp,
) -> Result<Option<PersonId>, Failure> {
    let found = one_time::look::<Waiting>(tx, SECOND_STEP, secret, now)?;
    Ok(found.and_then(|found| found.person))
}
