//! The first start makes two signing keys; every later one, and every replica, finds them.

use super::Failure;
use crate::store::keys::{self, Key};
use database::{Error, Tx};
use kernel::Env;
use session::{Jwk, JwkSet, Signer};

/// What signs, and what is published.
#[derive(Debug, Clone)]
pub(crate) struct Keyring {
    pub(crate) signer: Signer,
    /// The one that signs, the one that will, and those that did.
    pub(crate) document: JwkSet,
    /// As the table says, to see when it changes.
    pub(crate) standings: Vec<(String, String)>,
}

/// Makes the current and the next key where they are missing.
pub(crate) fn prepare_keys(
    tx: &mut Tx<'_>,
    env: &Env,
    issuer: &str,
) -> Result<Option<Keyring>, Failure> {
    for standing in ["current", "next"] {
        add_key(tx, env, issuer, standing)?;
    }
    keyring(tx, issuer)
}

/// A fresh key, unless there is one of this standing.
pub(super) fn add_key(
    tx: &mut Tx<'_>,
    env: &Env,
    issuer: &str,
    standing: &str,
) -> Result<(), Failure> {
    let secret = env.secret();
    Ok(keys::insert(tx, Signer::new(issuer, &secret).kid(), &secret, standing, env.now)?)
}

/// The keys as they are now. Nothing while there is none that signs.
pub(crate) fn keyring(tx: &mut Tx<'_>, issuer: &str) -> Result<Option<Keyring>, Failure> {
    let rows = keys::all(tx)?;
    let mut document = JwkSet::default();
    let mut current = None;
    for key in &rows {
        let signer = signer(key, issuer)?;
        let public = key.public.as_deref().and_then(|bytes| bytes.try_into().ok());
        let published = match &signer {
            Some(signer) => Some(signer.jwk()),
            None => public.and_then(Jwk::of_public),
        };
        document.keys.extend(published);
        if key.standing == "current" {
            current = signer;
        }
    }
    let standings = rows.into_iter().map(|key| (key.kid, key.standing)).collect();
    Ok(current.map(|signer| Keyring { signer, document, standings }))
}

/// Nothing for a key whose secret is gone.
pub(super) fn signer(key: &Key, issuer: &str) -> Result<Option<Signer>, Failure> {
    if key.secret.is_empty() {
        return Ok(None);
    }
    let secret: Result<[u8; 32], _> = key.secret.as_slice().try_into();
    let secret =
        secret.map_err(|_| Error::Conversion { column: 2, expected: "32 secret bytes" })?;
    Ok(Some(Signer::new(issuer, &secret)))
}
