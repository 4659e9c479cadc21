//! Somebody types a code: of the authenticator app, or one of the recovery codes. Few tries, then
//! longer and longer waits, never a lock-out.

use super::{Failure, TooSoon, begin_sign_in::count_attempt, tell_owner::tell_owner};
use crate::{
    authenticator::Authenticator,
    domain::{email, method::Method, recovery, throttle::Scope},
    sealing::Sealing,
    store::{
        attempts::{self, Subject, place},
        authenticators,
        mails::{Place, What},
        persons, recovery_codes, ways,
    },
};
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};

/// A code, and who types it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeGuess {
    /// Where the request came from; nothing when it is not to be throttled.
    pub(crate) address: Option<String>,
    pub(crate) place: Place,
    /// The session that the browser holds.
    pub(crate) held: Option<(PersonId, SessionId)>,
    /// As typed.
    pub(crate) code: String,
}

/// By what it was proved; nothing when the code is wrong or was used before.
pub(super) fn guess_code(
    tx: &mut Tx<'_>,
    env: &Env,
    sealing: &Sealing,
    person: PersonId,
    guess: &CodeGuess,
) -> Result<Option<Method>, TooSoon> {
    let subject = subject(tx, person, guess.address.as_deref())?;
    count_attempt(tx, env, subject.into_iter())?.now()?;
    let method = check(tx, env, sealing, person, guess)?;
    if let (Some(_), Some(subject)) = (method, subject) {
        attempts::forgive_all(tx, subject)?;
    }
    Ok(method)
}

/// At home, what strangers try elsewhere does not count.
fn subject(
    tx: &mut Tx<'_>,
    person: PersonId,
    address: Option<&str>,
) -> Result<Option<Subject>, database::Error> {
    let Some(address) = address else { return Ok(None) };
    let Some(owner) = persons::by_id(tx, person)? else { return Ok(None) };
    let id = person.to_string();
    let home = attempts::is_known_place(tx, &place(&email::key(&owner.email), address))?;
    let parts = if home { vec![id.as_str(), address] } else { vec![id.as_str()] };
    Ok(Some(Subject::new(Scope::Code, &parts)))
}

fn check(
    tx: &mut Tx<'_>,
    env: &Env,
    sealing: &Sealing,
    person: PersonId,
    CodeGuess { place, code, .. }: &CodeGuess,
) -> Result<Option<Method>, Failure> {
    if let Some(code) = recovery::read(code) {
        if !recovery_codes::take(tx, person, &code)? {
            return Ok(None);
        }
        let left = ways::of_person(tx, person)?.recovery_codes;
        tell_owner(tx, env, person, Some(place), What::RecoveryCodeUsed { left })?;
        return Ok(Some(Method::RecoveryCode));
    }
    let Some((sealed, last)) = authenticators::lock(tx, person)? else { return Ok(None) };
    let authenticator = Authenticator::of(&sealing.open(person, &sealed)?);
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).take(7).collect();
    let Some(step) = authenticator.step(&digits, env.now, last) else { return Ok(None) };
    authenticators::use_step(tx, person, step)?;
    Ok(Some(Method::Authenticator))
}
