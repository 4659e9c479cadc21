//! Machine tokens: one audience, a type of their own, minutes.

use crate::{ISSUER, ana, keys, now, signer};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use session::{MACHINE_TOKEN_LIFE, Machine, Refused, Signer, read, read_machine};
use std::time::Duration;

fn token() -> String {
    signer().sign_machine("accounts", "orderhub", now())
}

fn verdict(token: &str) -> Result<Machine, Refused> {
    read_machine(token, &keys(), ISSUER, "orderhub", now())
}

fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "machine+jwt", "kid": signer().kid()})
}

fn claims() -> Value {
    let at = now().as_second();
    json!({"iss": ISSUER, "sub": "accounts", "aud": "orderhub", "iat": at, "exp": at + 60})
}

/// Signed by the real key, whatever it says.
fn forged(header: &Value, claims: &Value) -> String {
    let signed =
        format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = SigningKey::from_bytes(&[7; 32]).sign(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

#[test]
fn a_machine_token_tells_its_audience_which_service_asks() {
    assert_eq!(verdict(&token()), Ok(Machine { service: "accounts".to_owned() }));
    assert_eq!(
        verdict(&forged(&header(), &claims())).map(|machine| machine.service),
        Ok("accounts".to_owned())
    );
}

#[test]
fn a_machine_token_for_another_audience_is_refused() {
    for audience in ["prepstation", "landing", "accounts", "", "orderhub "] {
        let read = read_machine(&token(), &keys(), ISSUER, audience, now());
        assert_eq!(read, Err(Refused::Issuer), "{audience}");
    }
    let many = with(claims(), "aud", json!(["orderhub", "prepstation"]));
    assert_eq!(verdict(&forged(&header(), &many)), Err(Refused::Malformed));
}

#[test]
fn a_machine_token_is_never_a_session_token() {
    assert_eq!(read(&token(), &keys(), ISSUER, now()), Err(Refused::Type));
    // Not with the other type on it either: it names nobody who is signed in.
    let dressed = forged(&with(header(), "typ", "JWT"), &claims());
    assert_eq!(read(&dressed, &keys(), ISSUER, now()), Err(Refused::Malformed));
}

#[test]
fn a_session_token_is_never_a_machine_token() {
    let session = signer().sign(&ana(), now()).token;
    assert_eq!(verdict(&session), Err(Refused::Type));
    let own = BASE64.decode(session.split('.').nth(1).unwrap()).unwrap();
    let own: Value = serde_json::from_slice(&own).unwrap();
    let dressed = forged(&header(), &with(own, "aud", "orderhub"));
    assert_eq!(verdict(&dressed), Err(Refused::Malformed));
}

#[test]
fn a_machine_token_is_over_in_minutes_and_never_longer_than_it_may() {
    assert!(MACHINE_TOKEN_LIFE >= Duration::from_secs(60));
    assert!(MACHINE_TOKEN_LIFE <= Duration::from_secs(300));
    let later = |seconds| {
        let at = now() + MACHINE_TOKEN_LIFE + Duration::from_secs(seconds);
        read_machine(&token(), &keys(), ISSUER, "orderhub", at).is_ok()
    };
    assert!(later(9) && !later(10), "with the leeway of clocks");
    let at = now().as_second();
    assert_eq!(
        verdict(&forged(&header(), &with(claims(), "exp", at + 3600))),
        Err(Refused::NotYet)
    );
    let ahead = with(with(claims(), "iat", at + 11), "exp", at + 71);
    assert_eq!(verdict(&forged(&header(), &ahead)), Err(Refused::NotYet));
}

#[test]
fn a_machine_token_of_another_key_issuer_or_algorithm_is_refused() {
    let stranger = Signer::new(ISSUER, &[9; 32]).sign_machine("accounts", "orderhub", now());
    assert_eq!(verdict(&stranger), Err(Refused::UnknownKey));
    let elsewhere = with(claims(), "iss", "http://accounts.evil.test");
    assert_eq!(verdict(&forged(&header(), &elsewhere)), Err(Refused::Issuer));
    for alg in ["none", "HS256", "eddsa"] {
        let header = with(header(), "alg", alg);
        assert_eq!(verdict(&forged(&header, &claims())), Err(Refused::Algorithm), "{alg}");
    }
    let changed = token().replacen("ey", "fy", 1);
    assert!(verdict(&changed).is_err());
    let more = with(claims(), "roles", json!({}));
    assert_eq!(verdict(&forged(&header(), &more)), Err(Refused::Malformed));
    for bad in ["", ".", "a.b.c", &"x".repeat(3000)] {
        assert_eq!(verdict(bad), Err(Refused::Malformed));
    }
}
