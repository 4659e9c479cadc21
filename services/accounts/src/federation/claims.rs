//! What every token must claim, whoever issued it (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725).

use super::{jose::Claims, refused::Refused};
use crate::domain::{email::Email, identity::Identity, wording};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How far a provider's clock may be from ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

const MULTI_FACTOR: &str = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

pub(super) fn issuer(claims: &Claims, expected: &str) -> Result<(), Refused> {
    if text(claims, "iss") == Some(expected) { Ok(()) } else { Err(Refused::Issuer) }
}

/// The audience is ours; where others are named, too, or a party is named, we are that party.
pub(super) fn audience(claims: &Claims, ours: &str) -> Result<(), Refused> {
    let (among, alone) = match claims.get("aud") {
        Some(Value::String(one)) => (one == ours, true),
        Some(Value::Array(many)) => (many.iter().any(|one| one == ours), many.len() == 1),
        _ => (false, false),
    };
    if !among {
        return Err(Refused::Audience);
    }
    match claims.get("azp") {
        None if alone => Ok(()),
        Some(party) if party == ours => Ok(()),
        _ => Err(Refused::Party),
    }
}

/// It has been issued, is valid already, and is valid still.
pub(super) fn times(claims: &Claims, now: Timestamp) -> Result<(), Refused> {
    let (earliest, latest) = (now - SKEW, now + SKEW);
    if instant(claims, "exp").ok_or(Refused::Expired)? <= earliest {
        return Err(Refused::Expired);
    }
    let issued = instant(claims, "iat").ok_or(Refused::Future)?;
    let valid_from = claims.get("nbf").map_or(Some(issued), |_| instant(claims, "nbf"));
    if issued > latest || valid_from.is_none_or(|from| from > latest) {
        return Err(Refused::Future);
    }
    Ok(())
}

/// An instant that lies in the past.
pub(super) fn past(claims: &Claims, name: &str, now: Timestamp) -> Result<(), Refused> {
    let past = instant(claims, name).is_some_and(|instant| instant <= now + SKEW);
    if past { Ok(()) } else { Err(Refused::Future) }
}

/// Whoever it names, with an address only where the provider has proved it (or `trusted`).
pub(super) fn identity(claims: &Claims, issuer: &str, trusted: bool) -> Result<Identity, Refused> {
    let subject = text(claims, "sub").unwrap_or_default();
    let sound = (1..=255).contains(&subject.len()) && !subject.chars().any(char::is_control);
    if !sound {
        return Err(Refused::Subject);
    }
    let (email, name) = contact(claims, trusted);
    let second_step = tells_of_two(claims);
    Ok(Identity {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        email,
        name,
        second_step,
    })
}

/// Whether the person showed more than one factor there: by `amr` (RFC 8176), by the one value of `acr`
/// that says so anywhere (OpenID PAPE 1.0, 4), or as Clerk and Firebase have it.
fn tells_of_two(claims: &Claims) -> bool {
    let among = |list: Option<&Value>, word: &str| {
        list.and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == word))
    };
    let at_firebase = claims.get("firebase").and_then(|said| said.get("sign_in_second_factor"));
    // Minutes since the first and the second factor; -1: never.
    let at_clerk = claims.get("fva").and_then(|ages| ages.get(1)).and_then(Value::as_i64);
    among(claims.get("amr"), "mfa")
        || text(claims, "acr") == Some(MULTI_FACTOR)
        || at_firebase.is_some_and(Value::is_string)
        || at_clerk.is_some_and(|minutes| minutes >= 0)
}

/// The proved address and the name.
pub(super) fn contact(claims: &Claims, trusted: bool) -> (Option<Email>, Option<String>) {
    // Some write their truth as text.
    let proved = claims.get("email_verified").is_some_and(|said| *said == true || said == "true");
    let email = text(claims, "email").filter(|_| proved || trusted).and_then(Email::parse);
    let names = ["name", "given_name", "preferred_username", "nickname"];
    let name = names.iter().find_map(|key| wording::name(text(claims, key)?));
    (email, name)
}

pub(super) fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

fn instant(claims: &Claims, name: &str) -> Option<Timestamp> {
    let value = claims.get(name)?;
    let seconds = value.as_i64().or_else(|| {
        // NumericDate may have a fraction (RFC 7519, 2).
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it saturates, and the bounds of Timestamp follow"
        )]
        value.as_f64().map(|seconds| seconds as i64)
    })?;
    Timestamp::from_second(seconds).ok()
}
