//! An authenticator as a telephone has one, and as an attacker would like it: it signs whatever it is
//! told. WebAuthn level 3, 6.1 and 6.5; CBOR by hand, for there are two small maps of it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_KEY: u8 = 0x40;

/// What it tells; by default the truth.
#[derive(Clone)]
pub(crate) struct Says {
    pub(crate) origin: String,
    pub(crate) relying_party: String,
    pub(crate) verified: bool,
    pub(crate) counter: u32,
    /// Instead of the one that it was asked with.
    pub(crate) challenge: Option<String>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) user: Option<Vec<u8>>,
}

impl Says {
    pub(crate) fn the_truth(origin: &str, counter: u32) -> Self {
        Self {
            origin: origin.to_owned(),
            relying_party: "accounts.comanda.localhost".to_owned(),
            verified: true,
            counter,
            challenge: None,
            kind: None,
            user: None,
        }
    }
}

/// With one passkey.
#[derive(Clone)]
pub(crate) struct Device {
    key: SigningKey,
    credential: Vec<u8>,
    user: Vec<u8>,
}

impl Device {
    pub(crate) fn new(seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        Self { key, credential: vec![seed; 16], user: Vec::new() }
    }

    /// With the key of this one and the name and the owner of the other.
    pub(crate) fn pretending_to_be(&self, other: &Self) -> Self {
        Self { key: self.key.clone(), ..other.clone() }
    }

    /// Makes its passkey: `PublicKeyCredential.toJSON()`.
    pub(crate) fn make(&mut self, options: &Value, says: &Says) -> Value {
        self.user = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let client = client_data(options, says, "webauthn.create");
        let mut about = self.about(says, HAS_KEY);
        about.extend([0; 16]);
        about.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        about.extend(&self.credential);
        about.extend(self.public_key());
        let mut attestation = vec![0xa3];
        attestation.extend(text("fmt"));
        attestation.extend(text("none"));
        attestation.extend(text("attStmt"));
        attestation.push(0xa0);
        attestation.extend(text("authData"));
        attestation.extend(byte_string(&about));
        let response = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
            "attestationObject": URL_SAFE_NO_PAD.encode(attestation),
            "transports": ["internal"],
        });
        self.credential(response)
    }

    /// Uses it.
    pub(crate) fn sign(&self, options: &Value, says: &Says) -> Value {
        let client = client_data(options, says, "webauthn.get");
        let about = self.about(says, 0);
        let signed = [about.as_slice(), &Sha256::digest(&client)].concat();
        let signature: Signature = self.key.sign(&signed);
        let user = says.user.as_ref().unwrap_or(&self.user);
        let response = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
            "authenticatorData": URL_SAFE_NO_PAD.encode(about),
            "signature": URL_SAFE_NO_PAD.encode(signature.to_der()),
            "userHandle": URL_SAFE_NO_PAD.encode(user),
        });
        self.credential(response)
    }

    fn credential(&self, response: Value) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.credential);
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response,
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
        })
    }

    /// Authenticator data (6.1).
    fn about(&self, says: &Says, more: u8) -> Vec<u8> {
        let flags = PRESENT | more | if says.verified { VERIFIED } else { 0 };
        let mut about = Sha256::digest(&says.relying_party).to_vec();
        about.push(flags);
        about.extend(says.counter.to_be_bytes());
        about
    }

    /// COSE: EC2, ES256, P-256, x, y.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
        key.extend(byte_string(point.x().unwrap()));
        key.push(0x22);
        key.extend(byte_string(point.y().unwrap()));
        key
    }
}

fn client_data(options: &Value, says: &Says, kind: &str) -> Vec<u8> {
    let asked = options["challenge"].as_str().unwrap();
    let challenge = says.challenge.as_deref().unwrap_or(asked);
    let kind = says.kind.unwrap_or(kind);
    let data =
        json!({"type": kind, "challenge": challenge, "origin": says.origin, "crossOrigin": false});
    data.to_string().into_bytes()
}

fn text(text: &str) -> Vec<u8> {
    let mut cbor = vec![0x60 + u8::try_from(text.len()).unwrap()];
    cbor.extend(text.as_bytes());
    cbor
}

fn byte_string(bytes: &[u8]) -> Vec<u8> {
    let mut cbor = vec![0x58, u8::try_from(bytes.len()).unwrap()];
    cbor.extend(bytes);
    cbor
}
