//! Somebody who is signed in, and has nothing else to show, proves by a link in a mail that it is them.

use super::{
    Failure, Guess, TooSoon, Turn,
    ask_for_mail::{count_mail, forgive_mails},
    prove_again::{Proved, Proving},
};
use crate::{
    domain::{email, method::Method},
    store::{
        mails::{self, Letter},
        one_time::{self, Purpose},
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
    pub(crate) return_to: String,
}

/// Posts the link to the address of the account. `false`: the person has something better to show, or
/// the session is over.
pub(crate) fn ask_for_proof(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
    (guess, return_to): (&Guess, &str),
    demanded: bool,
) -> Result<Turn<bool>, TooSoon> {
    let proving = Proving::begin(tx, env, (person, session), demanded)?;
    if !proving.is_some_and(|proving| proving.offer().link) {
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
    whose: (PersonId, SessionId),
    (secret, address): (&str, Option<&str>),
    demanded: bool,
) -> Result<Option<(Proved, String)>, Failure> {
    let Some(Proof { return_to, .. }) = asked_by(tx, env, whose, secret)? else { return Ok(None) };
    let Some(proving) = Proving::begin(tx, env, whose, demanded)? else {
        return Ok(Some((Proved::Over, return_to)));
    };
    let Some(opened) = one_time::redeem::<Proof>(tx, LINK, secret, env.now)? else {
        return Ok(None);
    };
    let proof = opened.data;
    if email::key(&proving.person.email) != email::key(&proof.email) {
        return Ok(None);
    }
    let proved = proving.note(tx, env, Method::EmailLink)?;
    forgive_mails(tx, &Guess { email: proof.email, address: address.map(ToOwned::to_owned) })?;
    Ok(Some((proved, proof.return_to)))
}

/// What this session asked for by the link, without using it up.
pub(crate) fn asked_by(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
    secret: &str,
) -> Result<Option<Proof>, Failure> {
    let asked = one_time::look::<Proof>(tx, LINK, secret, env.now)?;
    let mine = asked.filter(|one| one.person == Some(person) && one.data.session == session);
    Ok(mine.map(|one| one.data))
}
