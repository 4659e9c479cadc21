//! The owner of an account, signed in to it, takes a provider in as another way in; or takes one out
//! again, but never the last way.

use super::{
    Failure,
    arrive::{TO_LINK, Waiting, linked},
    tell_owner::tell_owner,
};
use crate::store::{
    identities,
    mails::{Place, What},
    one_time::{self, Opened},
    persons, ways,
};
use database::Tx;
use kernel::{Env, ids::PersonId};
use runtime::Refuses;

/// Why it is not linked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotLinked {
    /// Too late, or used before.
    #[error("nothing waits to be linked")]
    Gone,
    /// It waits for another account.
    #[error("it waits for another account")]
    OfAnother,
    /// The database.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why it is not taken out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotUnlinked {
    /// There is no other way in.
    #[error("it is the last way in")]
    LastWay,
    /// The database.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Refuses for NotLinked {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Gone => Some("gone"),
            Self::OfAnother => Some("of_another"),
            Self::Failure(_) => None,
        }
    }
}

impl Refuses for NotUnlinked {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::LastWay => Some("last_way"),
            Self::Failure(_) => None,
        }
    }
}

impl From<database::Error> for NotLinked {
    fn from(error: database::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<database::Error> for NotUnlinked {
    fn from(error: database::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// What waits behind `secret`, and for whose account, without using it up.
pub(crate) fn waiting(
    tx: &mut Tx<'_>,
    env: &Env,
    secret: &str,
) -> Result<Option<Opened<Waiting>>, Failure> {
    Ok(one_time::look(tx, TO_LINK, secret, env.now)?)
}

/// Links what waits behind `secret` to `person`, who is signed in. The answer: the issuer.
pub(crate) fn link_identity(
    tx: &mut Tx<'_>,
    env: &Env,
    secret: &str,
    (person, place): (PersonId, &Place),
) -> Result<String, NotLinked> {
    let opened: Option<Opened<Waiting>> = one_time::look(tx, TO_LINK, secret, env.now)?;
    let Some(Opened { person: owner, data }) = opened else { return Err(NotLinked::Gone) };
    if owner != Some(person) || persons::lock(tx, person)?.is_none() {
        return Err(NotLinked::OfAnother);
    }
    if one_time::redeem::<Waiting>(tx, TO_LINK, secret, env.now)?.is_none() {
        return Err(NotLinked::Gone);
    }
    // What else waited is asked for again, if it is still wanted.
    one_time::withdraw(tx, TO_LINK, person)?;
    let Waiting { issuer, subject, email } = data;
    let row = linked(issuer.clone(), subject.clone(), person, &email, env.now);
    if identities::insert(tx, &row)? {
        let told = What::ProviderLinked { issuer: issuer.clone() };
        tell_owner(tx, env, person, Some(place), told)?;
    } else if identities::person(tx, &issuer, &subject)? != Some(person) {
        return Err(NotLinked::OfAnother);
    }
    Ok(issuer)
}

/// Takes an identity out of a person's ways in. Those of issuers that are not in `issuers` let nobody
/// in today.
pub(crate) fn unlink_identity(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, place): (PersonId, &Place),
    (issuer, subject): (&str, &str),
    issuers: &[String],
) -> Result<(), NotUnlinked> {
    if persons::lock(tx, person)?.is_none() {
        return Ok(());
    }
    let mine = identities::of_person(tx, person)?;
    let (removed, kept): (Vec<_>, Vec<_>) =
        mine.into_iter().partition(|one| one.issuer == issuer && one.subject == subject);
    if removed.is_empty() {
        return Ok(());
    }
    let by_another = kept.iter().any(|one| issuers.contains(&one.issuer));
    let ways = ways::of_person(tx, person)?;
    if !(by_another || ways.password || ways.passkeys) {
        return Err(NotUnlinked::LastWay);
    }
    identities::delete(tx, issuer, subject)?;
    let told = What::ProviderUnlinked { issuer: issuer.to_owned() };
    Ok(tell_owner(tx, env, person, Some(place), told)?)
}
