//! The first half of a passkey's dialogue: a question for the browser, good once and for five minutes.

use super::{Failure, TooSoon, begin_sign_in::count_attempt};
use crate::{
    domain::throttle::Scope,
    passkeys::{PATIENCE, Passkeys, Question},
    store::{
        attempts::Subject,
        one_time::{self, Purpose},
        passkeys, persons,
    },
};
use database::Tx;
use kernel::{Env, ids::PersonId};
use serde_json::Value;

/// A person makes a new one.
pub(super) const NEW_PASSKEY: Purpose = Purpose { name: "new-passkey", life: PATIENCE };
/// Somebody uses theirs.
pub(super) const PASSKEY: Purpose = Purpose { name: "passkey", life: PATIENCE };

/// A question, and the secret that finds it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) secret: String,
    /// For the browser.
    pub(crate) options: Value,
}

/// Asks whoever it is for their passkey. Counted by address, because it leaves a row.
pub(crate) fn ask_for_passkey(
    tx: &mut Tx<'_>,
    env: &Env,
    passkeys: &Passkeys,
    address: Option<&str>,
) -> Result<Asked, TooSoon> {
    let subject = address.map(|address| Subject::new(Scope::Passkey, &[address]));
    count_attempt(tx, env, subject.into_iter())?.now()?;
    let question = passkeys.ask().map_err(Failure::from)?;
    Ok(keep(tx, env, PASSKEY, None, question)?)
}

/// Asks a person for a new passkey. Nothing when the person is gone.
pub(crate) fn ask_for_new_passkey(
    tx: &mut Tx<'_>,
    env: &Env,
    passkeys: &Passkeys,
    person: PersonId,
) -> Result<Option<Asked>, Failure> {
    let Some(owner) = persons::by_id(tx, person)? else { return Ok(None) };
    let known = passkeys::of_person(tx, person)?;
    let question = passkeys.ask_for_new(&owner, &known)?;
    Ok(Some(keep(tx, env, NEW_PASSKEY, Some(person), question)?))
}

fn keep(
    tx: &mut Tx<'_>,
    env: &Env,
    purpose: Purpose,
    person: Option<PersonId>,
    Question { state, options }: Question,
) -> Result<Asked, database::Error> {
    let secret = one_time::issue(tx, env, purpose, person, &state)?;
    Ok(Asked { secret, options })
}
