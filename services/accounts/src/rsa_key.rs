//! Keys for RS256 (RFC 7518, 3.3): ID tokens of apps whose library reads nothing else are signed with
//! them, and never a session. The crate `rsa` makes them and does no more with them, because its
//! private keys tell by the time that they take (RUSTSEC-2023-0071); ring signs in constant time.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Random;
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, rand_core, traits::PublicKeyParts};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What every library reads, and enough until 2030 (NIST SP 800-57 part 1, table 4).
const BITS: usize = 2048;
/// 65537, which `rsa` always takes, as a JWK has it.
const EXPONENT: &str = "AQAB";

/// A key for RS256 cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RsaError {
    /// No primes were found.
    #[error("no RSA key could be made")]
    Make(#[from] rsa::Error),
    /// It cannot be written down.
    #[error("an RSA key could not be written as PKCS #8")]
    Write(#[from] rsa::pkcs8::Error),
    /// The thread ended early.
    #[error("the thread that makes RSA keys ended")]
    Thread(#[from] tokio::task::JoinError),
    /// What is kept is no key.
    #[error("a kept RSA key cannot be read")]
    Read,
    /// ring found its own signature wrong.
    #[error("an RSA key did not sign")]
    Sign,
}

/// A key as it is kept.
#[derive(Clone)]
pub(crate) struct RsaKey {
    /// Its name: the thumbprint (RFC 7638).
    pub(crate) kid: String,
    /// PKCS #8.
    pub(crate) secret: Vec<u8>,
    /// Big-endian, without leading zeros.
    pub(crate) modulus: Vec<u8>,
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RsaKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl RsaKey {
    /// So many new ones, made beside the server's threads: each takes about half a second.
    pub(crate) async fn make(random: &Random, count: usize) -> Result<Vec<Self>, RsaError> {
        let one = || {
            let random = random.clone();
            tokio::task::spawn_blocking(move || Self::make_one(&random))
        };
        let mut keys = Vec::with_capacity(count);
        for making in (0..count).map(|_| one()).collect::<Vec<_>>() {
            keys.push(making.await??);
        }
        Ok(keys)
    }

    fn make_one(random: &Random) -> Result<Self, RsaError> {
        let key = RsaPrivateKey::new(&mut Source(random), BITS)?;
        let modulus = key.n().to_bytes_be();
        let secret = key.to_pkcs8_der()?.as_bytes().to_vec();
        Ok(Self { kid: thumbprint(&modulus), secret, modulus })
    }
}

/// The public half as JSON Web Key (RFC 7518, 6.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RsaJwk {
    kty: &'static str,
    n: String,
    e: &'static str,
    pub(crate) kid: String,
    alg: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
}

impl RsaJwk {
    pub(crate) fn of(modulus: &[u8]) -> Self {
        Self {
            kty: "RSA",
            n: URL_SAFE_NO_PAD.encode(modulus),
            e: EXPONENT,
            kid: thumbprint(modulus),
            alg: "RS256",
            purpose: "sig",
        }
    }
}

/// Signs claims.
#[derive(Debug, Clone)]
pub(crate) struct RsaSigner {
    kid: String,
    key: Arc<RsaKeyPair>,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

impl RsaSigner {
    /// From PKCS #8.
    pub(crate) fn read(kid: &str, secret: &[u8]) -> Result<Self, RsaError> {
        let key = RsaKeyPair::from_pkcs8(secret).map_err(|_| RsaError::Read)?;
        Ok(Self { kid: kid.to_owned(), key: Arc::new(key) })
    }

    /// The claims as a compact JWS (RFC 7515).
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, RsaError> {
        let header = Header { alg: "RS256", typ: "JWT", kid: &self.kid };
        let signed = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        // PKCS #1 v1.5 takes nothing from it.
        let random = SystemRandom::new();
        self.key
            .sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature)
            .map_err(|_| RsaError::Sign)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn part(value: &impl Serialize) -> String {
    // Structs of texts and numbers are always JSON.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

fn thumbprint(modulus: &[u8]) -> String {
    let n = URL_SAFE_NO_PAD.encode(modulus);
    let members = format!(r#"{{"e":"{EXPONENT}","kty":"RSA","n":"{n}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

/// Our randomness, as `rsa` asks for it.
struct Source<'a>(&'a Random);

impl rand_core::RngCore for Source<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.0.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.0.bytes())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            chunk.copy_from_slice(&self.0.bytes::<32>()[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core::CryptoRng for Source<'_> {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

    /// Keys of these tests; making them takes a second.
    pub(crate) async fn fresh<const N: usize>() -> [RsaKey; N] {
        RsaKey::make(&Random::system(), N).await.unwrap().try_into().unwrap()
    }

    #[tokio::test]
    async fn what_a_made_key_signs_its_published_half_verifies() {
        let [key] = fresh().await;
        assert_eq!(key.modulus.len() * 8, BITS);
        let jwk = RsaJwk::of(&key.modulus);
        assert_eq!(jwk.kid, key.kid);
        let signer = RsaSigner::read(&key.kid, &key.secret).unwrap();
        let token = signer.sign(&["claims"]).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (n, e) = (&jwk.n, jwk.e);
        let [n, e, signature] =
            [n.as_str(), e, signature].map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
        let public = RsaPublicKeyComponents { n, e };
        let verify = |signed: &str| {
            public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        };
        assert!(verify(signed).is_ok() && verify("other").is_err());
    }

    /// The example of RFC 7638, 3.1.
    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk = RsaJwk::of(&URL_SAFE_NO_PAD.decode(n).unwrap());
        assert_eq!(jwk.kid, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn what_is_no_key_is_not_read() {
        assert!(matches!(RsaSigner::read("k", &[]), Err(RsaError::Read)));
    }
}
