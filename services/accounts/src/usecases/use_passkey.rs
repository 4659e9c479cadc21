//! Somebody proves by a passkey who they are.

use super::{Failure, ask_for_passkey::PASSKEY};
use crate::{
    passkeys::{PasskeyRefused, Passkeys, Signed},
    store::{one_time, passkeys},
};
use database::Tx;
use kernel::{
    Env,
    ids::{PasskeyId, PersonId},
};

/// What the browser brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Of the question.
    pub(crate) secret: String,
    /// `PublicKeyCredential.toJSON()`.
    pub(crate) answer: String,
    /// Who must answer; nothing: whoever it is.
    pub(crate) person: Option<PersonId>,
}

/// Who it is, and by which of their passkeys. The question is over, whatever the answer is worth.
pub(crate) fn use_passkey(
    tx: &mut Tx<'_>,
    env: &Env,
    checker: &Passkeys,
    answer: &Answer,
) -> Result<Result<(PersonId, PasskeyId), PasskeyRefused>, Failure> {
    let Some(asked) = one_time::redeem::<String>(tx, PASSKEY, &answer.secret, env.now)? else {
        return Ok(Err(PasskeyRefused::Late));
    };
    let signed = match Signed::read(&answer.answer) {
        Ok(signed) => signed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let found = passkeys::lock(tx, &signed.credential_id())?;
    let mine = |owner| answer.person.is_none_or(|person| person == owner);
    let Some(passkey) = found.filter(|passkey| mine(passkey.person_id)) else {
        return Ok(Err(PasskeyRefused::Unknown));
    };
    match checker.check(&asked.data, &signed, &passkey) {
        Ok(state) => {
            passkeys::set_used(tx, passkey.id, &state, env.now)?;
            Ok(Ok((passkey.person_id, passkey.id)))
        }
        Err(refusal) => {
            if matches!(refusal, PasskeyRefused::Counter) {
                tracing::warn!(passkey = %passkey.id, "a passkey counts its signatures backwards");
            }
            Ok(Err(refusal))
        }
    }
}
