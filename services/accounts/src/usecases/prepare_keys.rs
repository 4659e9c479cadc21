//! The first start makes two signing keys; every later one, and every replica, finds them. Those for
//! RS256 are made when the first app needs them: most towns have none that does, and it takes a second.

use super::Failure;
use crate::{
    rsa_key::{RsaJwk, RsaKey, RsaSigner},
    store::{
        keys::{self, Key},
        rsa_keys,
    },
};
use database::{Error, Tx};
use kernel::Env;
use session::{Jwk, JwkSet, Signer};

/// Of each kind one key signs, and one will.
pub(crate) const STANDINGS: [&str; 2] = ["current", "next"];

/// What signs, and what is published.
#[derive(Debug, Clone)]
pub(crate) struct Keyring {
    pub(crate) signer: Signer,
    /// The one that signs, the one that will, and those that did.
    pub(crate) document: JwkSet,
    /// For ID tokens of apps that want RS256; nothing before the first of them.
    pub(crate) rsa_signer: Option<RsaSigner>,
    /// The same as `document`, for RS256.
    pub(crate) rsa_document: Vec<RsaJwk>,
    /// As the table says, to see when it changes.
    pub(crate) standings: Vec<(String, String)>,
}

/// Makes the current and the next key where they are missing.
pub(crate) fn prepare_keys(
    tx: &mut Tx<'_>,
    env: &Env,
    issuer: &str,
) -> Result<Option<Keyring>, Failure> {
    for standing in STANDINGS {
        add_key(tx, env, issuer, standing)?;
    }
    keyring(tx, issuer)
}

/// Adds the current and the next key for RS256 where they are missing.
pub(crate) fn prepare_rsa_keys(
    tx: &mut Tx<'_>,
    env: &Env,
    fresh: &[RsaKey],
) -> Result<(), Failure> {
    for (key, standing) in fresh.iter().zip(STANDINGS) {
        rsa_keys::insert(tx, key, standing, env.now)?;
    }
    Ok(())
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
    let rsa_rows = rsa_keys::all(tx)?;
    let rsa_document = rsa_rows.iter().map(|key| RsaJwk::of(&key.modulus)).collect();
    let rsa_current = rsa_rows.iter().find(|key| key.standing == "current");
    let rsa_signer = rsa_current.map(|key| RsaSigner::read(&key.kid, &key.secret)).transpose()?;
    let standings = rows.into_iter().map(|key| (key.kid, key.standing));
    let rsa_standings = rsa_rows.into_iter().map(|key| (key.kid, key.standing));
    let mut standings: Vec<_> = standings.chain(rsa_standings).collect();
    standings.sort_unstable();
    Ok(current.map(|signer| Keyring { signer, document, rsa_signer, rsa_document, standings }))
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
