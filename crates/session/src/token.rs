//! The token: a compact JWS (RFC 7515) read as strictly as the rules allow. One algorithm, one
//! `typ`, one issuer, known keys, no header that could name a key from elsewhere.

use crate::{AUDIENCE, KeySet, LEEWAY, MAX_ROLES, Principal, Role};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use jiff::Timestamp;
use kernel::ids::{PersonId, RestaurantId, SessionId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// Longer than any token of ours.
const MAX_LENGTH: usize = 8 * 1024;

/// A signed token and when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The compact form.
    pub token: String,
    /// Not honoured after this.
    pub expires_at: Timestamp,
}

/// A token that accounts signed, for one of our sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub principal: Principal,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// Not honoured after this.
    pub expires_at: Timestamp,
}

/// Why a token is not honoured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a compact JWS with the header and the claims of ours.
    #[error("the token has not the form of ours")]
    Malformed,
    /// `alg` is not EdDSA.
    #[error("the token names another algorithm")]
    Algorithm,
    /// `typ` is not JWT.
    #[error("the token is of another type")]
    Type,
    /// `kid` names none of the known keys.
    #[error("the token names an unknown key")]
    UnknownKey,
    /// The signature is not that key's.
    #[error("the token's signature is wrong")]
    Signature,
    /// `iss` is somebody else.
    #[error("the token comes from somebody else")]
    Issuer,
    /// `aud` is somebody else: an ID token of a client, a token for one service.
    #[error("the token is for somebody else")]
    Audience,
    /// `iat` or `nbf` lies in the future.
    #[error("the token is not valid yet")]
    NotYet,
    /// All is right but the time: it may be renewed while its session lives.
    #[error("the token has expired")]
    Expired(Box<Verified>),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    /// Tokens of the version before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aud: Option<Audience>,
    sub: PersonId,
    sid: SessionId,
    name: String,
    email: String,
    #[serde(default)]
    operator: bool,
    #[serde(default)]
    roles: BTreeMap<RestaurantId, Role>,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
}

/// One or several (RFC 7519, 4.1.3).
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Ours are for all services of the town and nobody else.
    fn is_ours(&self) -> bool {
        matches!(self, Self::One(audience) if audience == AUDIENCE)
    }
}

impl Claims {
    pub(crate) fn new(issuer: &str, who: &Principal, now: Timestamp, until: Timestamp) -> Self {
        Self {
            iss: issuer.to_owned(),
            aud: Some(Audience::One(AUDIENCE.to_owned())),
            sub: who.person_id,
            sid: who.session_id,
            name: who.name.clone(),
            email: who.email.clone(),
            operator: who.operator,
            roles: who.roles.iter().take(MAX_ROLES).map(|(at, role)| (*at, *role)).collect(),
            iat: now.as_second(),
            nbf: None,
            exp: until.as_second(),
        }
    }

    fn verified(self) -> Result<Verified, Refused> {
        let instant = |second| Timestamp::from_second(second).map_err(|_| Refused::Malformed);
        Ok(Verified {
            issued_at: instant(self.iat)?,
            expires_at: instant(self.exp)?,
            principal: Principal {
                person_id: self.sub,
                session_id: self.sid,
                name: self.name,
                email: self.email,
                operator: self.operator,
                roles: self.roles,
            },
        })
    }
}

pub(crate) fn encode(kid: &str, claims: &impl Serialize, key: &SigningKey) -> String {
    let header = Header { alg: "EdDSA".to_owned(), typ: "JWT".to_owned(), kid: kid.to_owned() };
    let mut token = format!("{}.{}", part(&header), part(claims));
    let signature = key.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature.to_bytes(), &mut token);
    token
}

pub(crate) fn part(value: &impl Serialize) -> String {
    // Structs of texts and numbers are always JSON.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

pub(crate) fn parse<T: DeserializeOwned>(part: &str) -> Result<T, Refused> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)
}

/// Reads `token` with these keys, for this issuer, at this instant.
///
/// # Errors
/// Why it is not honoured. [`Refused::Expired`] is the only case that renewal can mend.
pub fn read(token: &str, keys: &KeySet, issuer: &str, now: Timestamp) -> Result<Verified, Refused> {
    let claims: Claims = open(token, keys)?;
    if claims.iss != issuer {
        return Err(Refused::Issuer);
    }
    if claims.aud.as_ref().is_some_and(|audience| !audience.is_ours()) {
        return Err(Refused::Audience);
    }
    let (now, leeway) = (now.as_second(), LEEWAY.as_secs().cast_signed());
    if claims.iat.max(claims.nbf.unwrap_or(i64::MIN)) > now + leeway {
        return Err(Refused::NotYet);
    }
    let expired = claims.exp.saturating_add(leeway) <= now;
    let verified = claims.verified()?;
    if expired { Err(Refused::Expired(Box::new(verified))) } else { Ok(verified) }
}

/// The key that a token names.
pub(crate) fn kid(token: &str) -> Option<String> {
    let header: Header = parse(token.split('.').next()?).ok()?;
    Some(header.kid)
}

/// The claims of a token that one of these keys signed, whatever they say: who asks looks at `iss`,
/// `aud` and the times.
///
/// # Errors
/// It is not of our form, or none of these keys signed it.
pub fn open<T: DeserializeOwned>(token: &str, keys: &KeySet) -> Result<T, Refused> {
    if token.len() > MAX_LENGTH {
        return Err(Refused::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let header: Header = parse(header)?;
    if header.alg != "EdDSA" {
        return Err(Refused::Algorithm);
    }
    if header.typ != "JWT" {
        return Err(Refused::Type);
    }
    let key = keys.get(&header.kid).ok_or(Refused::UnknownKey)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Malformed)?;
    let signature = Signature::from_slice(&signature).map_err(|_| Refused::Signature)?;
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| Refused::Signature)?;
    parse(claims)
}
