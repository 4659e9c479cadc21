//! Tokens by which one service proves to another who asks: signed by accounts for one audience, of a
//! `typ` of their own, and over within minutes. Neither kind of token is ever taken for the other.

use crate::{
    KeySet, LEEWAY, Refused, Sessions, Signer,
    token::{parse, part},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signature;
use jiff::Timestamp;
use kernel::ids::PersonId;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A machine token's life: long enough for one call and its repetition.
pub const MACHINE_TOKEN_LIFE: Duration = Duration::from_secs(60);

/// The `typ` of a machine token (RFC 8725, 3.11: explicit typing).
const TYPE: &str = "machine+jwt";

/// Longer than any of ours.
const MAX_LENGTH: usize = 2 * 1024;

/// The service that asks, as its token proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its name, such as `accounts`.
    pub service: String,
}

/// Whose data a service is asked for at its internal door.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AboutPerson {
    /// Who.
    pub person_id: PersonId,
    /// An address that is proved to be theirs: also what came from it without an account is theirs.
    pub email: Option<String>,
}

/// What a person's data is, table by table, as one service knows it.
pub type Known = serde_json::Map<String, serde_json::Value>;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl Signer {
    /// A token by which `service` proves itself to `audience`, good for [`MACHINE_TOKEN_LIFE`].
    #[must_use]
    pub fn sign_machine(&self, service: &str, audience: &str, now: Timestamp) -> String {
        let header =
            Header { alg: "EdDSA".to_owned(), typ: TYPE.to_owned(), kid: self.kid().to_owned() };
        let until = now.checked_add(MACHINE_TOKEN_LIFE).unwrap_or(now);
        let claims = Claims {
            iss: self.issuer().to_owned(),
            sub: service.to_owned(),
            aud: audience.to_owned(),
            iat: now.as_second(),
            exp: until.as_second(),
        };
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = URL_SAFE_NO_PAD.encode(self.signature(&signed));
        format!("{signed}.{signature}")
    }
}

/// Reads a machine token for this audience.
///
/// # Errors
/// Why it is not honoured; never [`Refused::Expired`], which is for sessions: a machine asks for a
/// fresh one.
pub fn read_machine(
    token: &str,
    keys: &KeySet,
    issuer: &str,
    audience: &str,
    now: Timestamp,
) -> Result<Machine, Refused> {
    if token.len() > MAX_LENGTH {
        return Err(Refused::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let header: Header = parse(header)?;
    if header.alg != "EdDSA" {
        return Err(Refused::Algorithm);
    }
    if header.typ != TYPE {
        return Err(Refused::Type);
    }
    let key = keys.get(&header.kid).ok_or(Refused::UnknownKey)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Malformed)?;
    let signature = Signature::from_slice(&signature).map_err(|_| Refused::Signature)?;
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| Refused::Signature)?;
    let claims: Claims = parse(claims)?;
    // A token for somebody else is as bad as one from somebody else.
    if claims.iss != issuer || claims.aud != audience {
        return Err(Refused::Issuer);
    }
    let (now, leeway) = (now.as_second(), LEEWAY.as_secs().cast_signed());
    let longest = MACHINE_TOKEN_LIFE.as_secs().cast_signed();
    let in_time = claims.iat <= now + leeway
        && claims.exp.saturating_add(leeway) > now
        && claims.exp.saturating_sub(claims.iat) <= longest;
    if in_time { Ok(Machine { service: claims.sub }) } else { Err(Refused::NotYet) }
}

impl Sessions {
    /// Which service the bearer of a machine token for `audience` is; nobody when it is not honoured.
    pub async fn machine(&self, token: &str, audience: &str) -> Option<Machine> {
        let read =
            |keys: &KeySet, issuer: &str, now| read_machine(token, keys, issuer, audience, now);
        self.verify_by(token, read).await
    }
}
