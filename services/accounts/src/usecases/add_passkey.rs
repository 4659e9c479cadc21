//! A person has made a passkey: it is theirs from now on.

use super::{Failure, ask_for_passkey::NEW_PASSKEY, tell_owner::tell_owner};
use crate::{
    passkeys::{PasskeyRefused, Passkeys},
    store::{
        mails::{Place, What},
        one_time,
        passkeys::{self, Passkey},
    },
};
use database::Tx;
use kernel::{Env, ids::PersonId};

/// What the browser brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPasskey {
    pub(crate) person: PersonId,
    /// What its owner calls it.
    pub(crate) name: String,
    /// Of the question.
    pub(crate) secret: String,
    /// `PublicKeyCredential.toJSON()`.
    pub(crate) answer: String,
    pub(crate) place: Place,
}

/// Adds a passkey and tells its owner. The question is over, whatever the answer is worth.
pub(crate) fn add_passkey(
    tx: &mut Tx<'_>,
    env: &Env,
    checker: &Passkeys,
    new: &NewPasskey,
) -> Result<Result<(), PasskeyRefused>, Failure> {
    let asked = one_time::redeem::<String>(tx, NEW_PASSKEY, &new.secret, env.now)?;
    let Some(asked) = asked.filter(|asked| asked.person == Some(new.person)) else {
        return Ok(Err(PasskeyRefused::Late));
    };
    let made = match checker.check_new(&asked.data, &new.answer) {
        Ok(made) => made,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let passkey = Passkey {
        id: env.id(),
        person_id: new.person,
        credential_id: made.credential_id,
        name: new.name.clone(),
        public_key: made.public_key,
        state: made.state,
        transports: made.transports,
        created_at: env.now,
        used_at: None,
    };
    if !passkeys::insert(tx, &passkey)? {
        return Ok(Err(PasskeyRefused::Taken));
    }
    tell_owner(tx, env, new.person, Some(&new.place), What::PasskeyAdded)?;
    Ok(Ok(()))
}
