//! Somebody who is signed in, and has nothing else to show, proves by a link in a mail that it is them.

use super::{
    Failure, Guess, TooSoon, Turn,
    ask_for_mail::{count_mail, forgive_mails},
    prove_again::{Proved, prove_again},
};
use crate::{
    domain::{email, method::Method},
    store::{
        mails::{self, Letter},
        one_time::{self, Purpose},
        persons, ways,
    },
};
use database::Tx;
use jiff::SignedDuration;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use serde::{Deserialize, Serialize};

/// Opens a [`Proof`] (ASVS 5.0, 6.5.5: ten minutes at most).
pub(super) const LINK: Purpose =
    Purpose { name: "proof-link", life: SignedDuration::from_mins(10) };

/// What the link in the mail stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// Where it was sent: it opens nothing once the account has another address.
    pub(super) email: String,
    /// The session that asked. No other one is proved by it, and nobody is who presses the button of a
    /// link that somebody else has asked for.
    pub(super) session: SessionId,
    pub(super) return_to: String,
}

/// Posts the link to the address of the account. `false`: the person has something better to show.
pub(crate) fn ask_for_proof(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
    guess: &Guess,
    return_to: &str,
) -> Result<Turn<bool>, TooSoon> {
    if !ways::of_person(tx, person)?.may_prove_by_mail() {
        return Ok(Turn::Now(false));
    }
    if let Turn::Later(wait) = count_mail(tx, env, guess)? {
        return Ok(Turn::Later(wait));
    }
    one_time::withdraw(tx, LINK, person)?;
    let letter = Letter::Proof { session, return_to: return_to.to_owned() };
    mails::post(tx, env, guess.email.trim(), Some(person), &letter)?;
    Ok(Turn::Now(true))
}

/// Uses the link up in the session that asked for it, and tells what it is worth and where to go on.
/// Nothing when it was used, is too old, or another session asked.
pub(crate) fn prove_by_link(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
    (secret, address): (&str, Option<&str>),
    demanded: bool,
) -> Result<Option<(Proved, String)>, Failure> {
    let asked = one_time::look::<Proof>(tx, LINK, secret, env.now)?;
    let mine = asked.filter(|one| one.person == Some(person) && one.data.session == session);
    let Some(owner) = persons::by_id(tx, person)?.filter(|_| mine.is_some()) else {
        return Ok(None);
    };
    let Some(opened) = one_time::redeem::<Proof>(tx, LINK, secret, env.now)? else {
        return Ok(None);
    };
    let proof = opened.data;
    if email::key(&owner.email) != email::key(&proof.email) {
        return Ok(None);
    }
    let proved = prove_again(tx, env, (person, session), Method::EmailLink, demanded)?;
    forgive_mails(tx, &Guess { email: proof.email, address: address.map(ToOwned::to_owned) })?;
    Ok(Some((proved, proof.return_to)))
}
