//! An app gives a token back (RFC 7009).

use super::super::Failure;
use crate::store::{clients::hash, grants};
use database::Tx;
use kernel::{Env, ids::ClientId};

/// A refresh token ends its whole family, an access token itself. One of another app is not touched.
pub(crate) fn revoke_token(
    tx: &mut Tx<'_>,
    env: &Env,
    client: ClientId,
    token: &str,
) -> Result<(), Failure> {
    let id = hash(token);
    let refresh = grants::lock_refresh(tx, &id)?.map(|refresh| refresh.grant);
    let access = grants::of_access(tx, &id, env.now)?;
    let Some(grant) = refresh.or(access) else { return Ok(()) };
    let owner = grants::by_id(tx, grant)?.map(|grant| grant.client);
    if owner != Some(client) {
        return Ok(());
    }
    match refresh {
        Some(grant) => grants::end(tx, grant, env.now)?,
        None => grants::delete_access(tx, &id)?,
    }
    Ok(())
}
