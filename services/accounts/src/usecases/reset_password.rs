//! Somebody who forgot their password sets another by the link that was sent to their address.

use super::{
    Failure, Guess, ask_for_mail::forgive_mails, end_all_access, prove_address::prove_address,
    tell_owner::tell,
};
use crate::{
    domain::email,
    store::{
        mails::{Place, What},
        one_time::{self, Opened, Purpose},
        persons,
    },
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::PersonId};

/// Opens the address that the link was sent to.
pub(crate) const LINK: Purpose =
    Purpose { name: "reset-password", life: SignedDuration::from_mins(30) };

/// Who has a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reset {
    pub(crate) person: PersonId,
    pub(crate) email: String,
    /// Sessions that ended by it: all.
    pub(crate) ended: Vec<SessionRevoked>,
}

/// Uses the link up, sets the password, ends whatever acts as the person, who may have lost the account
/// to somebody, and tells them. Nothing when the link was used, is too old, or was sent to an address
/// that the account has left.
pub(crate) fn reset_password(
    tx: &mut Tx<'_>,
    env: &Env,
    secret: &str,
    password_hash: &str,
    (address, place): (Option<&str>, &Place),
) -> Result<Option<Reset>, Failure> {
    let opened = one_time::look::<String>(tx, LINK, secret, env.now)?;
    let Some(Opened { person: Some(id), data: sent_to }) = opened else { return Ok(None) };
    // First, as everywhere.
    let found = persons::lock(tx, id)?;
    if one_time::redeem::<String>(tx, LINK, secret, env.now)?.is_none() {
        return Ok(None);
    }
    let Some(mut person) = found.filter(|one| email::key(&one.email) == email::key(&sent_to))
    else {
        return Ok(None);
    };
    let mut ended = prove_address(tx, env, &mut person)?;
    persons::set_password(tx, id, password_hash, env.now)?;
    ended.extend(end_all_access(tx, env, id)?.sessions);
    forgive_mails(tx, &Guess { email: sent_to, address: address.map(ToOwned::to_owned) })?;
    tell(tx, env, &person, Some(place), What::PasswordReset)?;
    Ok(Some(Reset { person: id, email: person.email, ended }))
}
