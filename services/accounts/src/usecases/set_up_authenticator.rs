//! A person sets up an authenticator app: it reads a key, and its first code proves that it did.

use super::{Failure, make_recovery_codes::make, tell_owner::tell_owner};
use crate::{
    authenticator::Authenticator,
    sealing::Sealing,
    store::{
        authenticators,
        mails::{Place, What},
        one_time::{self, Purpose},
        ways,
    },
};
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::PersonId};

/// From the key to its first code.
const AUTHENTICATOR: Purpose =
    Purpose { name: "authenticator", life: SignedDuration::from_mins(15) };

/// What became of the first code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirmed {
    /// The app counts from now on. Recovery codes, where there were none.
    Yes(Option<Vec<String>>),
    /// The code is not the one of this key.
    Wrong(String),
    /// Too late, or done already.
    Over,
}

/// A fresh key in base32, and the secret that finds it again. One before is over.
pub(crate) fn begin_authenticator(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
) -> Result<(String, String), Failure> {
    one_time::withdraw(tx, AUTHENTICATOR, person)?;
    let key = Authenticator::new(env).key();
    let secret = one_time::issue(tx, env, AUTHENTICATOR, Some(person), &key)?;
    Ok((key, secret))
}

/// Takes the app, if `code` is what it shows, and tells its owner.
pub(crate) fn confirm_authenticator(
    tx: &mut Tx<'_>,
    env: &Env,
    sealing: &Sealing,
    (person, place): (PersonId, &Place),
    (secret, code): (&str, &str),
) -> Result<Confirmed, Failure> {
    let found = one_time::look::<String>(tx, AUTHENTICATOR, secret, env.now)?;
    let Some(found) = found.filter(|found| found.person == Some(person)) else {
        return Ok(Confirmed::Over);
    };
    let Some(authenticator) = Authenticator::of_key(&found.data) else {
        return Ok(Confirmed::Over);
    };
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).take(7).collect();
    let Some(step) = authenticator.step(&digits, env.now, -1) else {
        return Ok(Confirmed::Wrong(found.data));
    };
    one_time::withdraw(tx, AUTHENTICATOR, person)?;
    let sealed = sealing.seal(env, person, authenticator.secret())?;
    authenticators::set(tx, person, &sealed, step, env.now)?;
    let none_left = ways::of_person(tx, person)?.recovery_codes == 0;
    let codes = none_left.then(|| make(tx, env, person)).transpose()?;
    tell_owner(tx, env, person, Some(place), What::AuthenticatorAdded)?;
    Ok(Confirmed::Yes(codes))
}
