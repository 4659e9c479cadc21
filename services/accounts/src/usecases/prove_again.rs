//! Somebody who is signed in proves again that it is them, before something dangerous. Who has set up
//! a second step gives two proofs, in any order, within ten minutes.

use super::{
    CodeGuess, Failure, Guess, TooSoon,
    guess_code::guess_code,
    living_session::living_session,
    sign_in::{forgive, is_staff},
};
use crate::{
    domain::{
        method::Method,
        second_step::{LATELY, Missing},
    },
    sealing::Sealing,
    store::{
        persons,
        sessions::{self, Session},
        ways,
    },
};
use database::Tx;
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::Principal;

/// What a proof is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proved {
    /// All that is asked for.
    Enough(Principal),
    /// The first of two.
    Half,
    /// The session is over.
    Over,
}

/// Notes in the session that its person has proved it by `method`. `demanded`: of owners and operators
/// a second step is demanded.
pub(crate) fn prove_again(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
    method: Method,
    demanded: bool,
) -> Result<Proved, Failure> {
    let Some(person) = persons::lock(tx, person)? else { return Ok(Proved::Over) };
    let Some(living) = living_session(tx, env, (person.id, session))? else {
        return Ok(Proved::Over);
    };
    let Some(session) = sessions::by_id(tx, session)? else { return Ok(Proved::Over) };
    let mut shown = shown_lately(&session, env.now);
    add(&mut shown, method);
    let demanded = demanded && is_staff(tx, person.id)?;
    if !ways::of_person(tx, person.id)?.missing(&shown, demanded).nothing() {
        sessions::prove_first(tx, session.id, &shown, env.now)?;
        return Ok(Proved::Half);
    }
    let mut methods = session.methods;
    for method in shown {
        add(&mut methods, method);
    }
    sessions::prove(tx, session.id, &methods, env.now)?;
    Ok(Proved::Enough(living.principal(tx, &person)?))
}

/// The same by the password, which was right: the attempts before it do not count.
pub(crate) fn prove_by_password(
    tx: &mut Tx<'_>,
    env: &Env,
    whose: (PersonId, SessionId),
    guess: &Guess,
    demanded: bool,
) -> Result<Proved, Failure> {
    forgive(tx, guess)?;
    prove_again(tx, env, whose, Method::Password, demanded)
}

/// The same by a code. Nothing: it is wrong, or was used before.
pub(crate) fn prove_by_code(
    tx: &mut Tx<'_>,
    env: &Env,
    sealing: &Sealing,
    (person, session): (PersonId, SessionId),
    guess: &CodeGuess,
    demanded: bool,
) -> Result<Option<Proved>, TooSoon> {
    let Some(method) = guess_code(tx, env, sealing, person, guess)? else {
        return Ok(None);
    };
    Ok(Some(prove_again(tx, env, (person, session), method, demanded)?))
}

/// What the person of a session has yet to show.
pub(crate) fn missing_proofs(
    tx: &mut Tx<'_>,
    now: Timestamp,
    (person, session): (PersonId, SessionId),
    demanded: bool,
) -> Result<Missing, Failure> {
    let session = sessions::by_id(tx, session)?.filter(|found| found.person_id == person);
    let shown = session.map_or_else(Vec::new, |session| shown_lately(&session, now));
    let demanded = demanded && is_staff(tx, person)?;
    Ok(ways::of_person(tx, person)?.missing(&shown, demanded))
}

fn shown_lately(session: &Session, now: Timestamp) -> Vec<Method> {
    let first = session.first_proof.as_ref();
    let lately = first.filter(|(at, _)| now.duration_since(*at) <= LATELY);
    lately.map_or_else(Vec::new, |(_, methods)| methods.clone())
}

fn add(methods: &mut Vec<Method>, method: Method) {
    if !methods.contains(&method) {
        methods.push(method);
    }
}
