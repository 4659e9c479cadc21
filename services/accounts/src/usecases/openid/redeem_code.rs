//! An app changes its code for tokens, once. A code that comes twice was stolen by one of the two:
//! what came of it ends (OAuth 2.1, 4.1.3).

use super::{super::Failure, Exchange, Issue, issue_access, keep_refresh, live_grant, secret};
use crate::store::{
    clients::hash,
    grants::{self, Code},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Tx;
use kernel::{Env, ids::ClientId};
use sha2::{Digest, Sha256};

/// What the app presents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redeeming {
    pub(crate) client: ClientId,
    pub(crate) code: String,
    pub(crate) redirect_uri: String,
    pub(crate) verifier: String,
}

/// Gives the tokens.
pub(crate) fn redeem_code(
    tx: &mut Tx<'_>,
    env: &Env,
    request: &Redeeming,
) -> Result<Exchange, Failure> {
    let id = hash(&request.code);
    let Some(code) = grants::lock_code(tx, &id)? else {
        return Ok(Exchange::Refused("the code is not known"));
    };
    let owner = grants::by_id(tx, code.grant)?.map(|grant| grant.client);
    if owner != Some(request.client) {
        // Whoever shows the code of another app cannot spoil it.
        return Ok(Exchange::Refused("the code is not known"));
    }
    if code.used {
        tracing::warn!(client = %request.client, grant = %code.grant, "a code was used twice");
        grants::end(tx, code.grant, env.now)?;
        return Ok(Exchange::Refused("the code was used before; all that came of it has ended"));
    }
    grants::use_code(tx, &id, env.now)?;
    if let Some(why) = problem(&code, request, env) {
        grants::end(tx, code.grant, env.now)?;
        return Ok(Exchange::Refused(why));
    }
    let Some(grant) = live_grant(tx, code.grant, env.now)? else {
        return Ok(Exchange::Refused("the person has signed out"));
    };
    let access_token = issue_access(tx, env, &grant)?;
    let refresh_token = secret(env, "crt_");
    keep_refresh(tx, env, &grant, &refresh_token)?;
    let nonce = code.nonce;
    Ok(Exchange::Issued(Box::new(Issue { grant, nonce, access_token, refresh_token })))
}

fn problem(code: &Code, request: &Redeeming, env: &Env) -> Option<&'static str> {
    if env.now >= code.ends_at {
        return Some("the code is too old");
    }
    if code.redirect_uri != request.redirect_uri {
        return Some("redirect_uri is not the one that the code was sent to");
    }
    // RFC 7636, 4.1 and 4.6.
    let fits = (43..=128).contains(&request.verifier.len())
        && URL_SAFE_NO_PAD.encode(Sha256::digest(&request.verifier)) == code.challenge;
    (!fits).then_some("code_verifier does not fit")
}
