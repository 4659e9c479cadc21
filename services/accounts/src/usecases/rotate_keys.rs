//! The operator changes the signing keys: the next one signs, the one before stays published for the
//! tokens that it has signed, and a new next one is published long before it signs. Keys for RS256,
//! where there are any, go the same way at the same moment.

use super::{
    Failure,
    prepare_keys::{STANDINGS, add_key, prepare_rsa_keys, signer},
};
use crate::{
    events::publish::publish,
    rsa_key::RsaKey,
    store::{grants, keys, rsa_keys, sessions},
};
use contracts::accounts::v1::KeysWithdrawn;
use database::Tx;
use jiff::SignedDuration;
use kernel::Env;
use runtime::Refuses;

/// A key is published for so long before it signs: services fetch keys every ten minutes, and others
/// may keep them for five.
const PUBLISHED_BEFORE: SignedDuration = SignedDuration::from_mins(15);

/// How soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Nobody notices.
    InTurn,
    /// Somebody has the keys: nothing that they signed counts any more, everybody signs in again.
    Stolen,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rotated {
    /// These keys sign now.
    InTurn { current: Vec<String> },
    /// All keys are new, and so many sessions ended.
    Replaced { current: Vec<String>, sessions: u64 },
}

impl Urgency {
    /// How many keys of a kind it wants new ones of.
    pub(crate) const fn fresh(self) -> usize {
        match self {
            Self::InTurn => 1,
            Self::Stolen => STANDINGS.len(),
        }
    }
}

/// Why the keys stay.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRotated {
    /// Not every service can know the next key yet.
    #[error(
        "the next key was published a moment ago and not every service knows it yet; rotate in {}, or use --now if a key was stolen",
        minutes(*.0)
    )]
    TooSoon(SignedDuration),
    /// Accounts has never run on this database.
    #[error("there are no keys yet; start accounts first")]
    NoKeys,
    /// It could not be done.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Refuses for NotRotated {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::TooSoon(_) => Some("too_soon"),
            Self::NoKeys => Some("no_keys"),
            Self::Failure(_) => None,
        }
    }
}

impl From<database::Error> for NotRotated {
    fn from(error: database::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// Rotates, and tells what signs now. `fresh`: new keys for RS256, made before the transaction; none
/// where there are none so far.
pub(crate) fn rotate_keys(
    tx: &mut Tx<'_>,
    env: &Env,
    issuer: &str,
    urgency: Urgency,
    fresh: &[RsaKey],
) -> Result<Rotated, NotRotated> {
    let published_at = keys::lock_next(tx)?;
    let rsa_published_at = rsa_keys::lock_next(tx)?;
    if urgency == Urgency::Stolen {
        return replace(tx, env, issuer, fresh);
    }
    let rows = keys::all(tx)?;
    let standing = |name| rows.iter().find(|key| key.standing == name);
    let (Some(current), Some(next)) = (standing("current"), standing("next")) else {
        return Err(NotRotated::NoKeys);
    };
    // Who waited for another rotation finds the row changed, and nothing here.
    let youngest = published_at.map(|at| rsa_published_at.map_or(at, |rsa_at| at.max(rsa_at)));
    let age = youngest.map_or(SignedDuration::ZERO, |at| env.now.duration_since(at));
    if age < PUBLISHED_BEFORE {
        return Err(NotRotated::TooSoon(PUBLISHED_BEFORE - age));
    }
    let retired = signer(current, issuer)?.ok_or(NotRotated::NoKeys)?;
    let mut now_signing = vec![next.kid.clone()];
    keys::retire_current(tx, &retired.public(), env.now)?;
    keys::promote_next(tx)?;
    add_key(tx, env, issuer, "next")?;
    if rsa_published_at.is_some() {
        rsa_keys::retire_current(tx, env.now)?;
        rsa_keys::promote_next(tx)?;
        for key in fresh {
            rsa_keys::insert(tx, key, "next", env.now)?;
        }
        now_signing.extend(current_rsa(tx)?);
    }
    Ok(Rotated::InTurn { current: now_signing })
}

/// All keys lay in one database: who has one has them all.
fn replace(
    tx: &mut Tx<'_>,
    env: &Env,
    issuer: &str,
    fresh: &[RsaKey],
) -> Result<Rotated, NotRotated> {
    let mut withdrawn = keys::withdraw_all(tx)?;
    if withdrawn.is_empty() {
        return Err(NotRotated::NoKeys);
    }
    for standing in STANDINGS {
        add_key(tx, env, issuer, standing)?;
    }
    withdrawn.extend(rsa_keys::withdraw_all(tx)?);
    prepare_rsa_keys(tx, env, fresh)?;
    let rows = keys::all(tx)?;
    let current = rows.into_iter().find(|key| key.standing == "current");
    let current = current.map(|key| key.kid).ok_or(NotRotated::NoKeys)?;
    let sessions = sessions::revoke_all(tx, env.now)?;
    // With forged tokens somebody may have let an app in.
    grants::end_all(tx, env.now)?;
    let fact = KeysWithdrawn { current: current.clone(), withdrawn };
    publish(tx, env, 1, fact).map_err(Failure::from)?;
    let current = std::iter::once(current).chain(current_rsa(tx)?).collect();
    Ok(Rotated::Replaced { current, sessions })
}

fn current_rsa(tx: &mut Tx<'_>) -> Result<Option<String>, NotRotated> {
    let keys = rsa_keys::all(tx)?;
    Ok(keys.into_iter().find(|key| key.standing == "current").map(|key| key.kid))
}

fn minutes(wait: SignedDuration) -> String {
    match (wait.as_secs() + 59) / 60 {
        1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}
