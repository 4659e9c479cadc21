//! A new account, made when its owner has opened the link in the mail: the address is verified by that.

use super::{
    Failure, Guess, TooSoon, Turn,
    ask_for_mail::forgive_mails,
    begin_sign_in::{at_home, count_attempt},
};
use crate::{
    domain::{email::Email, throttle::Scope},
    events::publish::publish,
    store::{
        mails::SignUp,
        one_time::{self, Purpose},
        persons::{self, Person},
    },
};
use contracts::accounts::v1::PersonRegistered;
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::PersonId};

/// Opens a [`SignUp`].
pub(crate) const LINK: Purpose = Purpose { name: "sign-up", life: SignedDuration::from_hours(24) };

/// What came of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignedUp {
    /// An account.
    Made(PersonId),
    /// Nothing: the address got an account meanwhile.
    Taken,
    /// Nothing: it was used or is too old.
    TooLate,
}

/// Before the password is looked at that a stranger's browser must show: counts the attempt.
pub(crate) fn begin_confirming(tx: &mut Tx<'_>, env: &Env, guess: &Guess) -> Result<Turn, TooSoon> {
    let home = at_home(tx, guess)?;
    let subjects = guess.subjects().into_iter();
    count_attempt(tx, env, subjects.filter(|one| !(home && one.scope == Scope::Account)))
}

/// Uses the link up and makes the account.
pub(crate) fn sign_up(
    tx: &mut Tx<'_>,
    env: &Env,
    secret: &str,
    address: Option<&str>,
) -> Result<SignedUp, Failure> {
    let Some(opened) = one_time::redeem::<SignUp>(tx, LINK, secret, env.now)? else {
        return Ok(SignedUp::TooLate);
    };
    let new = opened.data;
    let Some(email) = Email::parse(&new.email) else { return Ok(SignedUp::TooLate) };
    let guess = Guess { email: new.email, address: address.map(ToOwned::to_owned) };
    forgive_mails(tx, &guess)?;
    let made = register(tx, env, &email, &new.name, &new.password_hash)?;
    Ok(made.map_or(SignedUp::Taken, SignedUp::Made))
}

/// Registers a person who comes in by password. Nothing when the address is taken.
pub(super) fn register(
    tx: &mut Tx<'_>,
    env: &Env,
    email: &Email,
    name: &str,
    password_hash: &str,
) -> Result<Option<PersonId>, Failure> {
    let Some(person) = add_person(tx, env, email, name)? else { return Ok(None) };
    persons::set_password(tx, person, password_hash, env.now)?;
    Ok(Some(person))
}

/// Adds a person with an address that was proved to be theirs, and tells the others. Nothing when it
/// is taken.
pub(super) fn add_person(
    tx: &mut Tx<'_>,
    env: &Env,
    email: &Email,
    name: &str,
) -> Result<Option<PersonId>, Failure> {
    let person = Person {
        id: env.id(),
        email: email.as_str().to_owned(),
        name: name.to_owned(),
        email_verified: true,
        operator: false,
        version: 1,
        created_at: env.now,
    };
    if !persons::insert(tx, &person, email, false)? {
        return Ok(None);
    }
    publish(tx, env, 1, registered(&person))?;
    Ok(Some(person.id))
}

/// What the others hear of a person.
pub(super) fn registered(person: &Person) -> PersonRegistered {
    PersonRegistered {
        person_id: person.id,
        email: person.email.clone(),
        email_verified: person.email_verified,
        name: person.name.clone(),
    }
}
