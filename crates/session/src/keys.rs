//! Signing keys and their public halves (Ed25519; RFC 8037 as JWK).

use crate::{
    Issued, Principal, TOKEN_LIFE,
    token::{Claims, encode},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// One public key as JSON Web Key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// The public key, base64url.
    pub x: String,
    /// The key's name: its thumbprint (RFC 7638).
    pub kid: String,
    /// `EdDSA`.
    pub alg: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub purpose: String,
}

impl Jwk {
    /// A public key of 32 bytes; nothing when they are none.
    #[must_use]
    pub fn of_public(bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().map(|key| Self::of(&key))
    }

    fn of(key: &VerifyingKey) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: public(key),
            kid: thumbprint(key),
            alg: "EdDSA".to_owned(),
            purpose: "sig".to_owned(),
        }
    }
}

/// A document of public keys (`/.well-known/jwks.json`). Keys of kinds that we do not use, such as
/// those for RS256, are left out when it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys.
    #[serde(deserialize_with = "ours")]
    pub keys: Vec<Jwk>,
}

/// Only what may be one of ours: another key, however it is written, does not spoil the document.
fn ours<'de, D: Deserializer<'de>>(keys: D) -> Result<Vec<Jwk>, D::Error> {
    let keys = Vec::<serde_json::Value>::deserialize(keys)?;
    Ok(keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect())
}

/// Public keys by name, Ed25519 alone.
#[derive(Debug, Clone, Default)]
pub struct KeySet(HashMap<String, VerifyingKey>);

impl KeySet {
    /// The usable keys of a document.
    #[must_use]
    pub fn of(document: &JwkSet) -> Self {
        let key = |jwk: &Jwk| {
            if jwk.kty != "OKP" || jwk.crv != "Ed25519" || jwk.alg != "EdDSA" {
                return None;
            }
            let bytes = URL_SAFE_NO_PAD.decode(&jwk.x).ok()?;
            let key = VerifyingKey::from_bytes(bytes.as_slice().try_into().ok()?).ok()?;
            Some((jwk.kid.clone(), key))
        };
        Self(document.keys.iter().filter_map(key).collect())
    }

    /// The same without the keys of these names.
    pub(crate) fn without(mut self, withdrawn: &HashSet<String>) -> Self {
        self.0.retain(|kid, _| !withdrawn.contains(kid));
        self
    }

    pub(crate) fn holds_any(&self, withdrawn: &HashSet<String>) -> bool {
        withdrawn.iter().any(|kid| self.0.contains_key(kid))
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.0.get(kid)
    }
}

/// Signs tokens. Accounts alone has one.
#[derive(Clone)]
pub struct Signer {
    issuer: String,
    kid: String,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer from 32 secret bytes. `issuer` is accounts' public origin.
    #[must_use]
    pub fn new(issuer: impl Into<String>, secret: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(secret);
        Self { issuer: issuer.into(), kid: thumbprint(&key.verifying_key()), key }
    }

    /// The key's name.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Accounts' public origin.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn signature(&self, signed: &str) -> [u8; 64] {
        self.key.sign(signed.as_bytes()).to_bytes()
    }

    /// The public half.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        Jwk::of(&self.key.verifying_key())
    }

    /// The public half as 32 bytes.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Other claims than a session's, such as those of an ID token, as a compact JWS.
    #[must_use]
    pub fn sign_claims(&self, claims: &impl Serialize) -> String {
        encode(&self.kid, claims, &self.key)
    }

    /// A token for `principal`, good for [`TOKEN_LIFE`] from `now`.
    #[must_use]
    pub fn sign(&self, principal: &Principal, now: Timestamp) -> Issued {
        let expires_at = now.checked_add(TOKEN_LIFE).unwrap_or(now);
        let claims = Claims::new(&self.issuer, principal, now, expires_at);
        // Whole seconds, as the token says it.
        let expires_at = Timestamp::from_second(expires_at.as_second()).unwrap_or(expires_at);
        Issued { token: encode(&self.kid, &claims, &self.key), expires_at }
    }
}

fn public(key: &VerifyingKey) -> String {
    URL_SAFE_NO_PAD.encode(key.as_bytes())
}

/// RFC 7638 with the members that RFC 8037 names.
fn thumbprint(key: &VerifyingKey) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, public(key));
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}
