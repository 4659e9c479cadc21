//! Signed tokens of others (RFC 7515, 7517, 7518, 8037): which algorithms are taken, which key fits,
//! and whether the signature is right. The cryptography is ring's. What the token claims is looked at
//! only after that.

use super::refused::Refused;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest token, in bytes.
const LONGEST: usize = 16 * 1024;

/// The claims of a token whose signature is right.
pub(crate) type Claims = Map<String, Value>;

/// The algorithms that are taken. `none` and those with a shared secret are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    Ed25519,
}

impl Algorithm {
    /// All, under the names that tokens give them.
    const NAMES: [(&'static str, Self); 5] = [
        ("RS256", Self::Rs256),
        ("PS256", Self::Ps256),
        ("ES256", Self::Es256),
        ("EdDSA", Self::Ed25519),
        ("Ed25519", Self::Ed25519),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }
}

/// A public key of a provider.
#[derive(Debug, Clone)]
struct Key {
    kid: Option<String>,
    /// The one algorithm it is for, if it says so.
    algorithm: Option<String>,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// The public keys of a provider.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys(Vec<Key>);

/// A JSON Web Key, as far as it matters.
#[derive(Debug, Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A token that nobody has vouched for yet.
#[derive(Debug)]
pub(crate) struct Unverified<'t> {
    algorithm: Algorithm,
    kid: Option<String>,
    signed: &'t [u8],
    claims: &'t str,
    signature: Vec<u8>,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl Keys {
    /// Those of a JWK set that a signature can be checked with; the others are for something else.
    pub(crate) fn read(document: &Value) -> Self {
        let keys = document.get("keys").and_then(Value::as_array);
        let key = |value: &Value| Key::read(serde_json::from_value(value.clone()).ok()?);
        Self(keys.into_iter().flatten().filter_map(key).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that a token names. One that names none is taken where only one can be meant.
    fn find(&self, token: &Unverified<'_>) -> Option<&Key> {
        let mut fitting = self.0.iter().filter(|key| {
            key.fits(token.algorithm) && (token.kid.is_none() || key.kid == token.kid)
        });
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }
}

impl Key {
    fn read(jwk: Jwk) -> Option<Self> {
        if jwk.purpose.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let bytes = |part: Option<String>| URL_SAFE_NO_PAD.decode(part?).ok();
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => {
                let n: Vec<u8> = bytes(jwk.n)?.into_iter().skip_while(|byte| *byte == 0).collect();
                // Shorter ones can be broken; ring takes none longer than 8192 bits.
                if !(256..=1024).contains(&n.len()) {
                    return None;
                }
                Material::Rsa { n, e: bytes(jwk.e)? }
            }
            ("EC", Some("P-256")) => {
                Material::P256([vec![4], bytes(jwk.x)?, bytes(jwk.y)?].concat())
            }
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes(jwk.x)?),
            _ => return None,
        };
        Some(Self { kid: jwk.kid, algorithm: jwk.alg, material })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        let meant =
            self.algorithm.as_deref().is_none_or(|name| Algorithm::named(name) == Some(algorithm));
        let able = matches!(
            (&self.material, algorithm),
            (Material::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
                | (Material::P256(_), Algorithm::Es256)
                | (Material::Ed25519(_), Algorithm::Ed25519)
        );
        meant && able
    }

    fn verify(&self, token: &Unverified<'_>) -> Result<(), ring::error::Unspecified> {
        let (signed, signature) = (token.signed, token.signature.as_slice());
        match &self.material {
            Material::Rsa { n, e } => {
                let parameters = match token.algorithm {
                    Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                RsaPublicKeyComponents { n, e }.verify(parameters, signed, signature)
            }
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            Material::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(signed, signature)
            }
        }
    }
}

impl<'t> Unverified<'t> {
    /// Takes a token apart; its algorithm must be one of `allowed`.
    pub(crate) fn parse(token: &'t str, allowed: &[Algorithm]) -> Result<Self, Refused> {
        if token.len() > LONGEST {
            return Err(Refused::Form);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Form)?;
        let (header, claims) = signed.split_once('.').ok_or(Refused::Form)?;
        let header: Header = json(header)?;
        let algorithm = Algorithm::named(&header.alg).filter(|named| allowed.contains(named));
        let algorithm = algorithm.ok_or(Refused::Algorithm)?;
        let is_jwt = header.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("jwt"));
        if !is_jwt || header.crit.is_some() {
            return Err(Refused::Type);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Form)?;
        Ok(Self { algorithm, kid: header.kid, signed: signed.as_bytes(), claims, signature })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether one of `keys` may have signed it.
    pub(crate) fn has_key_in(&self, keys: &Keys) -> bool {
        keys.find(self).is_some()
    }

    /// What it claims, when one of `keys` signed it.
    pub(crate) fn verify(&self, keys: &Keys) -> Result<Claims, Refused> {
        let key = keys.find(self).ok_or(Refused::Key)?;
        key.verify(self).map_err(|_| Refused::Signature)?;
        json(self.claims)
    }
}

/// One part of a token.
pub(super) fn json<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, Refused> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Form)?;
    serde_json::from_slice(&bytes).map_err(|_| Refused::Form)
}
