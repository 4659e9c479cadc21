//! A person who has shown that it is them sets another password.

use super::{
    Failure, Guess, Which, end_sessions, open_link, pass_second_step::SECOND_STEP, reset_password,
    sign_in::forgive, tell_owner::tell,
};
use crate::store::{
    mails::{Place, What},
    one_time, persons,
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};

/// Sets the password, ends all other sessions and tells the person. The answer: what ended.
/// `guess`: what was typed to show that it is them.
pub(crate) fn change_password(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
    guess: Option<&Guess>,
    password_hash: &str,
    place: &Place,
) -> Result<Vec<SessionRevoked>, Failure> {
    let Some(person) = persons::lock(tx, person)? else { return Ok(Vec::new()) };
    persons::set_password(tx, person.id, password_hash, env.now)?;
    if let Some(guess) = guess {
        forgive(tx, guess)?;
    }
    withdraw_links(tx, person.id)?;
    tell(tx, env, &person, Some(place), What::PasswordChanged)?;
    end_sessions(tx, env, person.id, Which::Others(session))
}

/// Links that were sent before open nothing any more, and nobody is half inside.
pub(super) fn withdraw_links(tx: &mut Tx<'_>, person: PersonId) -> Result<(), database::Error> {
    one_time::withdraw(tx, reset_password::LINK, person)?;
    one_time::withdraw(tx, open_link::LINK, person)?;
    one_time::withdraw(tx, SECOND_STEP, person)
}
