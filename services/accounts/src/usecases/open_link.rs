//! Somebody opens a link that signs in.

use super::{Failure, Guess, ask_for_mail::forgive_mails, prove_address::prove_address};
use crate::{
    domain::email,
    store::{
        one_time::{self, Opened, Purpose},
        persons,
    },
};
use contracts::accounts::v1::SessionRevoked;
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Env, ids::PersonId};
use serde::{Deserialize, Serialize};

/// Opens a [`Link`] (ASVS 5.0, 6.5.5: ten minutes at most).
pub(crate) const LINK: Purpose =
    Purpose { name: "sign-in-link", life: SignedDuration::from_mins(10) };

/// What the link in the mail stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Where it was sent: it opens nothing once the account has another address.
    pub(crate) email: String,
    pub(crate) return_to: String,
}

/// Who has shown by a link who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) person: PersonId,
    pub(crate) return_to: String,
    /// Since when they have their password.
    pub(crate) password_set_at: Option<Timestamp>,
    /// Sessions that ended by it.
    pub(crate) ended: Vec<SessionRevoked>,
}

/// Uses the link up. Nothing when it was used, is too old, or was sent to an address that the account
/// has left.
pub(crate) fn open_link(
    tx: &mut Tx<'_>,
    env: &Env,
    secret: &str,
    address: Option<&str>,
) -> Result<Option<Shown>, Failure> {
    let Some(Opened { person: Some(id), data }) =
        one_time::look::<Link>(tx, LINK, secret, env.now)?
    else {
        return Ok(None);
    };
    // First, as everywhere.
    let found = persons::lock(tx, id)?;
    if one_time::redeem::<Link>(tx, LINK, secret, env.now)?.is_none() {
        return Ok(None);
    }
    let Some(mut person) = found.filter(|one| email::key(&one.email) == email::key(&data.email))
    else {
        return Ok(None);
    };
    let ended = prove_address(tx, env, &mut person)?;
    forgive_mails(tx, &Guess { email: data.email, address: address.map(ToOwned::to_owned) })?;
    let password_set_at = persons::password_set_at(tx, id)?;
    Ok(Some(Shown { person: id, return_to: data.return_to, password_set_at, ended }))
}
