//! Somebody who is signed in proves again that it is them, before something dangerous.

use super::{CodeGuess, Failure, TooSoon, guess_code::guess_code};
use crate::{domain::method::Method, sealing::Sealing, store::sessions};
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};

/// Notes in the session that its person has proved it by `method`.
pub(crate) fn prove_again(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
    method: Method,
) -> Result<(), Failure> {
    let found = sessions::lock(tx, session)?;
    let Some(found) = found.filter(|found| found.person_id == person && found.lives(env.now))
    else {
        return Ok(());
    };
    let mut methods = found.methods;
    if !methods.contains(&method) {
        methods.push(method);
    }
    Ok(sessions::prove(tx, session, &methods, env.now)?)
}

/// The same by a code. `false`: it is wrong, or was used before.
pub(crate) fn prove_by_code(
    tx: &mut Tx<'_>,
    env: &Env,
    sealing: &Sealing,
    (person, session): (PersonId, SessionId),
    guess: &CodeGuess,
) -> Result<bool, TooSoon> {
    let Some(method) = guess_code(tx, env, sealing, person, guess)? else {
        return Ok(false);
    };
    prove_again(tx, env, (person, session), method)?;
    Ok(true)
}
