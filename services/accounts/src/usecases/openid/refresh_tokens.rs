//! An app changes its refresh token for the next one (RFC 9700, 4.14.2). Of a token that comes again
//! one of two was stolen: the whole family ends. Within ten seconds it is an answer that got lost, or
//! another tab, and the same successor is given again.

use super::{super::Failure, Exchange, Issue, issue_access, keep_refresh, live_grant};
use crate::store::{clients::hash, grants};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::ClientId};
use sha2::{Digest, Sha256};

/// For an answer that got lost.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// Gives the next tokens.
pub(crate) fn refresh_tokens(
    tx: &mut Tx<'_>,
    env: &Env,
    client: ClientId,
    token: &str,
) -> Result<Exchange, Failure> {
    let id = hash(token);
    let Some(refresh) = grants::lock_refresh(tx, &id)? else {
        return Ok(Exchange::Refused("the refresh token is not known"));
    };
    let grant = live_grant(tx, refresh.grant, env.now)?;
    let Some(grant) = grant.filter(|grant| grant.client == client) else {
        return Ok(Exchange::Refused("the refresh token is not known, or has ended"));
    };
    if env.now >= refresh.ends_at {
        return Ok(Exchange::Refused("the refresh token is too old"));
    }
    let refresh_token = match refresh.used {
        None => {
            let salt = env.secret();
            let next = successor(token, &salt);
            grants::use_refresh(tx, &id, &salt, env.now)?;
            keep_refresh(tx, env, &grant, &next)?;
            next
        }
        Some((used_at, salt)) if env.now.duration_since(used_at) <= GRACE => {
            successor(token, &salt)
        }
        Some(_) => {
            tracing::warn!(%client, grant = %grant.id, "a refresh token was used twice");
            grants::end(tx, grant.id, env.now)?;
            return Ok(Exchange::Refused(
                "the refresh token was used before; all of its kind have ended",
            ));
        }
    };
    let access_token = issue_access(tx, env, &grant)?;
    Ok(Exchange::Issued(Box::new(Issue { grant, nonce: None, access_token, refresh_token })))
}

/// Made of the token, which the table does not hold, and of the salt, which nobody else has.
fn successor(token: &str, salt: &[u8]) -> String {
    let made = Sha256::new_with_prefix(salt).chain_update(token).finalize();
    format!("crt_{}", URL_SAFE_NO_PAD.encode(made))
}
