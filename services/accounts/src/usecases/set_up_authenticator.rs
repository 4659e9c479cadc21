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
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
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
    sealing: &Sealing,
    person: PersonId,
) -> Result<(String, String), Failure> {
    one_time::withdraw(tx, AUTHENTICATOR, person)?;
    let authenticator = Authenticator::new(env);
    let sealed = sealing.seal(env, person, authenticator.secret())?;
    let sealed = URL_SAFE_NO_PAD.encode(sealed);
    let secret = one_time::issue(tx, env, AUTHENTICATOR, Some(person), &sealed)?;
    Ok((authenticator.key(), secret))
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
    let sealed = URL_SAFE_NO_PAD.decode(&found.data).unwrap_or_default();
    let Ok(secret) = sealing.open(person, &sealed) else { return Ok(Confirmed::Over) };
    let authenticator = Authenticator::of(&secret);
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).take(7).collect();
    let Some(step) = authenticator.step(&digits, env.now, -1) else {
        return Ok(Confirmed::Wrong(authenticator.key()));
    };
    one_time::withdraw(tx, AUTHENTICATOR, person)?;
    authenticators::set(tx, person, &sealed, step, env.now)?;
    let none_left = ways::of_person(tx, person)?.recovery_codes == 0;
    let codes = none_left.then(|| make(tx, env, person)).transpose()?;
    tell_owner(tx, env, person, Some(place), What::AuthenticatorAdded)?;
    Ok(Confirmed::Yes(codes))
}
