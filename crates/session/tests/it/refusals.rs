//! Tokens that must not be honoured.

use crate::{ISSUER, ana, keys, now, signer};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer as _, SigningKey};
use kernel::ids::{Id, RestaurantId};
use serde_json::{Value, json};
use session::{JwkSet, KeySet, Refused, Role, Signer, read};
use std::time::Duration;

fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "JWT", "kid": signer().kid()})
}

fn claims() -> Value {
    let token = signer().sign(&ana(), now()).token;
    let claims = BASE64.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

/// Signed by the real key, whatever it says.
fn forged(header: &Value, claims: &Value) -> String {
    forged_text(&header.to_string(), &claims.to_string())
}

fn forged_text(header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let signature = SigningKey::from_bytes(&[7; 32]).sign(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
}

fn verdict(token: &str) -> Result<(), Refused> {
    read(token, &keys(), ISSUER, now()).map(|_| ())
}

#[test]
fn a_token_tells_who_signed_in_until_it_expires() {
    let issued = signer().sign(&ana(), now());
    let verified = read(&issued.token, &keys(), ISSUER, now()).unwrap();
    assert_eq!(verified.principal, ana());
    assert_eq!(verified.expires_at, issued.expires_at);
    assert_eq!(issued.expires_at, now() + Duration::from_secs(300));
    assert_eq!(verdict(&forged(&header(), &claims())), Ok(()));
}

#[test]
fn algorithm_none_is_refused_in_every_spelling() {
    for alg in ["none", "None", "NONE", "nOnE", "", "eddsa", "Ed25519", "ES256"] {
        let header = with(header(), "alg", alg);
        assert_eq!(verdict(&forged(&header, &claims())), Err(Refused::Algorithm), "{alg}");
        let unsigned = format!(
            "{}.{}.",
            BASE64.encode(header.to_string()),
            BASE64.encode(claims().to_string())
        );
        assert_eq!(verdict(&unsigned), Err(Refused::Algorithm), "{alg}");
    }
}

#[test]
fn hs256_with_the_public_key_as_secret_is_refused() {
    let header = with(header(), "alg", "HS256");
    assert_eq!(verdict(&forged(&header, &claims())), Err(Refused::Algorithm));
}

#[test]
fn keys_for_other_algorithms_are_left_out_of_what_is_published_and_verify_nothing() {
    let own = serde_json::to_value(signer().jwk()).unwrap();
    let rsa =
        json!({"kty": "RSA", "n": "u7Qw", "e": "AQAB", "kid": "rsa", "alg": "RS256", "use": "sig"});
    let disguised = with(with(own.clone(), "kid", "disguised"), "alg", "RS256");
    let published = json!({"keys": [rsa, own, disguised, {"kty": "what"}, 7, null]});
    let document: JwkSet = serde_json::from_value(published).unwrap();
    let keys = KeySet::of(&document);
    let verdict =
        |header: &Value| read(&forged(header, &claims()), &keys, ISSUER, now()).map(|_| ());
    assert_eq!(verdict(&header()), Ok(()), "the others do not spoil it");
    for kid in ["rsa", "disguised"] {
        let named = with(header(), "kid", kid);
        assert_eq!(verdict(&named), Err(Refused::UnknownKey), "{kid}");
        assert_eq!(verdict(&with(named, "alg", "RS256")), Err(Refused::Algorithm), "{kid}");
    }
    assert_eq!(verdict(&with(header(), "alg", "RS256")), Err(Refused::Algorithm), "not this key's");
}

#[test]
fn another_type_issuer_or_key_is_refused() {
    assert_eq!(verdict(&forged(&with(header(), "typ", "at+jwt"), &claims())), Err(Refused::Type));
    let elsewhere = with(claims(), "iss", "http://accounts.comanda.localhost.evil.test");
    assert_eq!(verdict(&forged(&header(), &elsewhere)), Err(Refused::Issuer));
    assert_eq!(
        verdict(&forged(&with(header(), "kid", "other"), &claims())),
        Err(Refused::UnknownKey)
    );
    let stranger = Signer::new(ISSUER, &[9; 32]).sign(&ana(), now()).token;
    assert_eq!(verdict(&stranger), Err(Refused::UnknownKey));
    let wrong_key = with(header(), "kid", Signer::new(ISSUER, &[8; 32]).kid());
    assert_eq!(verdict(&forged(&wrong_key, &claims())), Err(Refused::Signature));
}

#[test]
fn a_token_for_somebody_else_is_refused_and_one_of_the_version_before_is_not() {
    for audience in [
        json!("cli_0192f0c1e5a07b3e8c5d6f708192a3b4"),
        json!("orderhub"),
        json!(""),
        json!(["comanda"]),
        json!(["comanda", "cli_0192f0c1e5a07b3e8c5d6f708192a3b4"]),
    ] {
        let elsewhere = with(claims(), "aud", audience.clone());
        assert_eq!(verdict(&forged(&header(), &elsewhere)), Err(Refused::Audience), "{audience}");
    }
    assert_eq!(claims()["aud"], session::AUDIENCE);
    let mut before = claims();
    before.as_object_mut().unwrap().remove("aud");
    assert_eq!(verdict(&forged(&header(), &before)), Ok(()));
}

#[test]
fn a_header_that_names_keys_from_elsewhere_is_refused() {
    for (name, value) in [
        ("jku", json!("https://evil.test/keys")),
        ("x5u", json!("https://evil.test/cert")),
        ("jwk", json!({"kty": "OKP"})),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
    ] {
        assert_eq!(
            verdict(&forged(&with(header(), name, value), &claims())),
            Err(Refused::Malformed),
            "{name}"
        );
    }
    let twice = format!(r#"{{"alg":"none","alg":"EdDSA","typ":"JWT","kid":"{}"}}"#, signer().kid());
    assert_eq!(verdict(&forged_text(&twice, &claims().to_string())), Err(Refused::Malformed));
}

#[test]
fn an_expired_token_is_refused_and_one_from_the_future_too() {
    let token = signer().sign(&ana(), now()).token;
    let at = |seconds| read(&token, &keys(), ISSUER, now() + Duration::from_secs(seconds));
    assert!(at(309).is_ok());
    assert!(matches!(at(310), Err(Refused::Expired(who)) if who.principal == ana()));
    let early = read(&token, &keys(), ISSUER, now() - Duration::from_secs(11));
    assert_eq!(early, Err(Refused::NotYet));
    let later = with(claims(), "nbf", now().as_second() + 11);
    assert_eq!(verdict(&forged(&header(), &later)), Err(Refused::NotYet));
    let endless = with(claims(), "exp", i64::MAX);
    assert_eq!(verdict(&forged(&header(), &endless)), Err(Refused::Malformed));
}

#[test]
fn one_flipped_bit_anywhere_is_refused() {
    let token = signer().sign(&ana(), now()).token;
    for at in 0..token.len() {
        for bit in 0..7 {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let Ok(flipped) = String::from_utf8(bytes) else { continue };
            assert!(verdict(&flipped).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn what_is_not_a_token_is_refused() {
    let token = signer().sign(&ana(), now()).token;
    let parts: Vec<&str> = token.split('.').collect();
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        parts[..2].join("."),
        format!("{token}."),
        format!("{token}="),
        format!("{token}.{}", parts[2]),
        format!("{}..{}", parts[0], parts[2]),
        "x".repeat(100_000),
    ] {
        assert!(verdict(&text).is_err(), "{text}");
    }
}

#[test]
fn a_person_of_a_thousand_restaurants_still_has_a_cookie_that_browsers_keep() {
    let mut owner = ana();
    for number in 0..1000 {
        owner.roles.insert(RestaurantId::from_natural_key(&number.to_string()), Role::Manager);
    }
    owner.name = "é".repeat(100);
    owner.email = format!("{}@demo.test", "a".repeat(200));
    let token = signer().sign(&owner, now()).token;
    assert!(token.len() < 3600, "{}", token.len());
}
