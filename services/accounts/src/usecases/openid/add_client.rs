//! An operator adds an app, gives it another secret or another algorithm, or removes it.

use super::super::Failure;
use crate::{
    domain::signing::SigningAlgorithm,
    store::clients::{self, Client, hash},
};
use database::Tx;
use kernel::{Env, ids::ClientId};

/// An app to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewClient {
    pub(crate) name: String,
    /// Whether it runs on a server and can keep a secret.
    pub(crate) confidential: bool,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_uris: Vec<String>,
    /// Of its ID tokens.
    pub(crate) algorithm: SigningAlgorithm,
}

/// Adds it, and tells its secret for the only time.
pub(crate) fn add_client(
    tx: &mut Tx<'_>,
    env: &Env,
    new: &NewClient,
) -> Result<(Client, Option<String>), Failure> {
    let secret = new.confidential.then(|| super::secret(env, "ccs_"));
    let client = Client {
        id: env.id(),
        name: new.name.clone(),
        secret_hash: secret.as_deref().map(|secret| hash(secret).to_vec()),
        redirect_uris: new.redirect_uris.clone(),
        post_logout_uris: new.post_logout_uris.clone(),
        created_at: env.now,
        algorithm: new.algorithm,
    };
    clients::insert(tx, &client)?;
    Ok((client, secret))
}

/// Another secret; the one before opens nothing from now on. Nothing for an app that has none.
pub(crate) fn replace_secret(
    tx: &mut Tx<'_>,
    env: &Env,
    id: ClientId,
) -> Result<Option<(Client, String)>, Failure> {
    let secret = super::secret(env, "ccs_");
    if !clients::set_secret(tx, id, &hash(&secret))? {
        return Ok(None);
    }
    Ok(clients::by_id(tx, id)?.map(|client| (client, secret)))
}

/// Its ID tokens are signed by another algorithm from now on. `false`: it was not there.
pub(crate) fn set_algorithm(
    tx: &mut Tx<'_>,
    _: &Env,
    id: ClientId,
    algorithm: SigningAlgorithm,
) -> Result<bool, Failure> {
    Ok(clients::set_algorithm(tx, id, algorithm)?)
}

/// Removes it: nobody signs in there any more, and all its tokens are void. `false`: it was not
/// there.
pub(crate) fn remove_client(tx: &mut Tx<'_>, _: &Env, id: ClientId) -> Result<bool, Failure> {
    Ok(clients::delete(tx, id)?)
}
