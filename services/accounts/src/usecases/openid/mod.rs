//! What apps do that people sign in to with their account here: one file per verb.

mod add_client;
mod authenticate_client;
mod authorize;
mod begin_authorization;
mod redeem_code;
mod refresh_tokens;
mod revoke_token;
#[cfg(test)]
mod tests;
mod withdraw_consent;

pub(crate) use add_client::{NewClient, add_client, remove_client, replace_secret, set_algorithm};
pub(crate) use authenticate_client::{Authenticated, Presented, authenticate_client};
pub(crate) use authorize::{Authorized, Authorizing, authorize};
pub(crate) use begin_authorization::{About, Pending, begin_authorization, pending};
pub(crate) use redeem_code::{Redeeming, redeem_code};
pub(crate) use refresh_tokens::refresh_tokens;
pub(crate) use revoke_token::revoke_token;
pub(crate) use withdraw_consent::withdraw_consent;

use super::Failure;
use crate::store::{
    clients::hash,
    grants::{self, Grant},
    sessions,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Env, ids::GrantId};

/// An access token's life.
pub(crate) const ACCESS_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What an app gets at the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// Its tokens.
    Issued(Box<Issue>),
    /// `invalid_grant`, with a sentence for its author. What had to end has ended.
    Refused(&'static str),
}

/// Tokens of a grant, in the clear for the one time that they are handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) grant: Grant,
    pub(crate) nonce: Option<String>,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// The grant, while it counts: not ended, and its session lives or is not needed.
pub(crate) fn live_grant(
    tx: &mut Tx<'_>,
    id: GrantId,
    now: Timestamp,
) -> Result<Option<Grant>, Failure> {
    let grant = grants::by_id(tx, id)?;
    let Some(grant) = grant.filter(|grant| grant.ended_at.is_none() && now < grant.ends_at) else {
        return Ok(None);
    };
    if grant.is_offline() {
        return Ok(Some(grant));
    }
    let session = sessions::by_id(tx, grant.session)?;
    Ok(session.filter(|session| session.lives(now)).map(|_| grant))
}

/// The grant of an access token, while both count.
pub(crate) fn grant_of_access(
    tx: &mut Tx<'_>,
    token: &str,
    now: Timestamp,
) -> Result<Option<Grant>, Failure> {
    match grants::of_access(tx, &hash(token), now)? {
        Some(grant) => live_grant(tx, grant, now),
        None => Ok(None),
    }
}

/// 256 random bits behind a prefix by which people and scanners know what it is.
fn secret(env: &Env, prefix: &str) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(env.secret()))
}

fn issue_access(tx: &mut Tx<'_>, env: &Env, grant: &Grant) -> Result<String, Failure> {
    let token = secret(env, "cat_");
    let ends_at = after(env.now, ACCESS_LIFE).min(grant.ends_at);
    grants::insert_access(tx, &hash(&token), grant.id, ends_at)?;
    Ok(token)
}

fn keep_refresh(tx: &mut Tx<'_>, env: &Env, grant: &Grant, token: &str) -> Result<(), Failure> {
    let idle = SignedDuration::try_from(session::IDLE_LIFE).unwrap_or(SignedDuration::MAX);
    let ends_at = after(env.now, idle).min(grant.ends_at);
    Ok(grants::insert_refresh(tx, &hash(token), grant.id, ends_at)?)
}

fn after(now: Timestamp, life: SignedDuration) -> Timestamp {
    now.checked_add(life).unwrap_or(Timestamp::MAX)
}
