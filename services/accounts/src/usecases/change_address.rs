//! A person wants another e-mail address: confirmed by a mail to the new one, told to the old one.

use super::{
    Failure, Guess, TooSoon, Turn, Which,
    ask_for_mail::{count_mail, forgive_mails},
    change_password::withdraw_links,
    end_sessions,
    living_session::living_session,
    sign_in::forgive,
    sign_up::registered,
    tell_owner::tell,
};
use crate::{
    domain::email::{self, Email},
    events::publish::publish,
    store::{
        attempts,
        mails::{self, Letter, Place, What},
        one_time::{self, Purpose},
        persons,
    },
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use jiff::SignedDuration;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::Principal;

/// Opens the new address.
pub(crate) const LINK: Purpose =
    Purpose { name: "new-address", life: SignedDuration::from_hours(1) };

/// What came of a link, or of two that were opened at once for one address.
pub(crate) fn or_taken(done: Result<Changed, Failure>) -> Result<Changed, Failure> {
    match done {
        Err(Failure::Database(database::Error::Unique { .. })) => Ok(Changed::Taken),
        done => done,
    }
}

/// What came of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Changed {
    /// The address is the account's.
    Done {
        /// As the token says from now on.
        principal: Box<Principal>,
        /// The other sessions.
        ended: Vec<SessionRevoked>,
    },
    /// The address belongs to another account.
    Taken,
    /// The link was used, is too old, or is somebody else's; or the session has ended.
    TooLate,
}

/// Posts the mail to the new address. `old`: what was typed to show that it is them.
pub(crate) fn ask_to_change_address(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    new: &Guess,
    old: Option<&Guess>,
) -> Result<Turn, TooSoon> {
    if let Turn::Later(wait) = count_mail(tx, env, new)? {
        return Ok(Turn::Later(wait));
    }
    if let Some(old) = old {
        forgive(tx, old)?;
    }
    one_time::withdraw(tx, LINK, person)?;
    mails::post(tx, env, new.email.trim(), Some(person), &Letter::ConfirmAddress)?;
    Ok(Turn::Now(()))
}

/// Uses the link up and changes the address of the person who is signed in by `session`.
pub(crate) fn change_address(
    tx: &mut Tx<'_>,
    env: &Env,
    (id, session): (PersonId, SessionId),
    secret: &str,
    place: &Place,
) -> Result<Changed, Failure> {
    let opened = one_time::look::<String>(tx, LINK, secret, env.now)?;
    let Some(opened) = opened.filter(|opened| opened.person == Some(id)) else {
        return Ok(Changed::TooLate);
    };
    let (Some(mut person), Some(new)) = (persons::lock(tx, id)?, Email::parse(&opened.data)) else {
        return Ok(Changed::TooLate);
    };
    let Some(living) = living_session(tx, env, (id, session))? else {
        return Ok(Changed::TooLate);
    };
    if one_time::redeem::<String>(tx, LINK, secret, env.now)?.is_none() {
        return Ok(Changed::TooLate);
    }
    if !persons::set_email(tx, id, &new)? {
        return Ok(Changed::Taken);
    }
    let changed = What::AddressChanged { to: new.as_str().to_owned() };
    tell(tx, env, &person, Some(place), changed)?;
    new.as_str().clone_into(&mut person.email);
    person.email_verified = true;
    person.version += 1;
    publish(tx, env, person.version.cast_unsigned(), registered(&person))?;
    withdraw_links(tx, id)?;
    // Places are kept by address.
    let known = attempts::place(&email::key(&person.email), &place.network);
    attempts::know_place(tx, &known, id, env.now)?;
    let guess = Guess { email: person.email.clone(), address: Some(place.network.clone()) };
    forgive_mails(tx, &guess)?;
    let ended = end_sessions(tx, env, id, Which::Others(session))?;
    Ok(Changed::Done { principal: Box::new(living.principal(tx, &person)?), ended })
}
