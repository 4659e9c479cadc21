//! Keys of a provider of the test's own, and tokens that they sign.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PSS_SHA256, RsaKeyPair, RsaPublicKeyComponents,
    },
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::{Value, json};

/// One key of each kind. The RSA keys are of this folder, because ring makes none; they open nothing.
pub(crate) struct Keys {
    rsa: RsaKeyPair,
    p256: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
}

impl Keys {
    pub(crate) fn fresh() -> Self {
        Self::with_rsa(include_bytes!("rsa.pem"))
    }

    /// Those of somebody who gives them the same ids.
    pub(crate) fn of_another() -> Self {
        Self::with_rsa(include_bytes!("rsa-of-another.pem"))
    }

    fn with_rsa(pem: &[u8]) -> Self {
        let random = SystemRandom::new();
        let pem = PrivatePkcs8KeyDer::from_pem_slice(pem).unwrap();
        let p256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let p256 =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, p256.as_ref(), &random);
        let ed25519 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        Self {
            rsa: RsaKeyPair::from_pkcs8(pem.secret_pkcs8_der()).unwrap(),
            p256: p256.unwrap(),
            ed25519: Ed25519KeyPair::from_pkcs8(ed25519.as_ref()).unwrap(),
        }
    }

    /// The public keys, with ids `rsa`, `p256` and `ed`.
    pub(crate) fn jwks(&self) -> Value {
        let RsaPublicKeyComponents { n, e } =
            RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        let point = self.p256.public_key().as_ref();
        json!({"keys": [
            {"kty": "RSA", "kid": "rsa", "use": "sig", "n": B64.encode(&n), "e": B64.encode(&e)},
            {"kty": "EC", "crv": "P-256", "kid": "p256", "alg": "ES256", "x": B64.encode(&point[1..33]), "y": B64.encode(&point[33..])},
            {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "alg": "EdDSA", "x": B64.encode(self.ed25519.public_key().as_ref())},
            {"kty": "RSA", "kid": "for-encryption", "use": "enc", "n": B64.encode(&n), "e": "AQAB"},
            {"kty": "what", "kid": "comes-next"},
        ]})
    }

    /// A token with a header of the test's own; signed as the header's `alg` says.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| B64.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.signature(header["alg"].as_str().unwrap(), signed.as_bytes());
        format!("{signed}.{}", B64.encode(signature))
    }

    fn signature(&self, algorithm: &str, signed: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let mut signature = vec![0; self.rsa.public().modulus_len()];
        match algorithm {
            "RS256" => self.rsa.sign(&RSA_PKCS1_SHA256, &random, signed, &mut signature).unwrap(),
            "PS256" => self.rsa.sign(&RSA_PSS_SHA256, &random, signed, &mut signature).unwrap(),
            "ES256" => signature = self.p256.sign(&random, signed).unwrap().as_ref().to_vec(),
            "EdDSA" => signature = self.ed25519.sign(signed).as_ref().to_vec(),
            // The attack on verifiers that let the token choose: the public key as a shared secret.
            "HS256" => {
                let public = self.jwks()["keys"][0].to_string();
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
                signature = ring::hmac::sign(&key, signed).as_ref().to_vec();
            }
            _ => signature.clear(),
        }
        signature
    }
}

/// The id of the key that signs with `algorithm`.
pub(crate) fn kid(algorithm: &str) -> &'static str {
    match algorithm {
        "ES256" => "p256",
        "EdDSA" => "ed",
        _ => "rsa",
    }
}
