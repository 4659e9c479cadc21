//! A token is what it is for: an ID token, an app's access token and a session's token are never taken
//! for one another.

use super::{parsed, send, userinfo};
use crate::Place;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};

/// The status with this bearer at accounts' API and at a sibling.
async fn as_a_session(place: &Place, token: &str) -> [u16; 4] {
    let browser = place.browser();
    let bearer = format!("Bearer {token}");
    let me = async |service: &str| {
        let request = browser.request("GET", service, "/api/v1/me");
        browser.send(request.header("authorization", &bearer)).await.status
    };
    let cookie =
        browser.request("GET", "orderhub", "/api/v1/me").header("accept", "application/json");
    let cookie = browser.send(cookie.header("cookie", format!("comanda={token}"))).await.status;
    let renew = browser.request("POST", "accounts", "/internal/sessions/renew");
    let renew = renew.header("content-type", "application/json");
    let renew = browser.send(renew.body(json!({"token": token}).to_string())).await.status;
    [me("accounts").await, me("orderhub").await, cookie, renew]
}

#[tokio::test]
async fn an_id_token_opens_no_service_and_is_not_renewed() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let tokens = app.tokens(&place, &mut place.ana().await).await;
    let token = tokens["id_token"].as_str().unwrap();
    assert_eq!(as_a_session(&place, token).await, [401; 4]);
    assert_eq!(userinfo(&place, token).await.status, 401);
}

#[tokio::test]
async fn an_apps_tokens_open_no_service_and_are_not_renewed() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let tokens = app.tokens(&place, &mut place.ana().await).await;
    for name in ["access_token", "refresh_token"] {
        assert_eq!(as_a_session(&place, tokens[name].as_str().unwrap()).await, [401; 4], "{name}");
    }
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(userinfo(&place, refresh).await.status, 401);
    assert_eq!(app.refresh(&place, &tokens["access_token"]).await.status, 400);
    assert_eq!(app.refresh(&place, &tokens["id_token"]).await.status, 400);
}

#[tokio::test]
async fn a_sessions_token_is_no_apps_token_and_no_hint() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let session = place.token("ana@demo.test").await;
    assert_eq!(as_a_session(&place, &session).await, [200; 4]);
    assert_eq!(userinfo(&place, &session).await.status, 401);
    let posted = send(&place, "/oauth/userinfo", &[("access_token", &session)]).await;
    assert_eq!(posted.status, 401);
    assert_eq!(app.refresh(&place, &json!(session)).await.status, 400);
    assert_eq!(app.redeem(&place, &session).await.status, 400);
    let mut ana = place.ana().await;
    let own = ana.cookies["comanda"].clone();
    let hinted = ana.get("accounts", &app.address(&[("id_token_hint", &own)])).await;
    assert_eq!(super::part(hinted.location(), "error"), "invalid_request");
    let page = ana.get("accounts", &format!("/oauth/end-session?id_token_hint={own}")).await;
    assert!(page.body.contains("Leaving, Ana?"), "the person is asked: {page:?}");
}

/// `token` with this header, and with `sign` instead of its signature.
fn with_header(token: &str, header: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let claims = token.split('.').nth(1).unwrap();
    let signed = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header.to_string()));
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(sign(signed.as_bytes())))
}

/// Whether accounts takes it as what an app sends back.
async fn is_a_hint(place: &Place, app: &super::App, token: &str) -> bool {
    let address = app.address(&[("id_token_hint", token), ("prompt", "none")]);
    let answer = place.ana().await.get("accounts", &address).await;
    !answer.location().contains("error=invalid_request")
}

#[tokio::test]
async fn an_rs256_id_token_presented_as_a_session_is_refused() {
    let place = Place::open().await;
    let app = place.app_signed("public", "RS256").await;
    let token = place.id_token(&app).await;
    assert_eq!(place.verified_by(&token).await["alg"], "RS256", "it is as good as can be");
    assert_eq!(as_a_session(&place, &token).await, [401; 4]);
    assert_eq!(userinfo(&place, &token).await.status, 401);
    assert!(is_a_hint(&place, &app, &token).await);
}

#[tokio::test]
async fn hs256_with_the_rsa_public_key_as_its_secret_is_refused() {
    let place = Place::open().await;
    let app = place.app_signed("public", "RS256").await;
    let token = place.id_token(&app).await;
    let session = place.token("ana@demo.test").await;
    let key = place.verified_by(&token).await;
    let n = key["n"].as_str().unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(n).unwrap();
    // The SubjectPublicKeyInfo (RFC 8017, A.1) and its PEM, as libraries keep it.
    let start = hex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100");
    let spki = [start.as_slice(), &modulus, &hex("0203010001")].concat();
    let text = base64::engine::general_purpose::STANDARD.encode(&spki);
    let lines: Vec<&str> =
        (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    let pem =
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
    for secret in [n.as_bytes(), &modulus, &spki, pem.as_bytes(), key.to_string().as_bytes()] {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let header = json!({"alg": "HS256", "typ": "JWT", "kid": key["kid"]});
        for stolen in [&token, &session] {
            let sign = |signed: &[u8]| hmac::sign(&secret, signed).as_ref().to_vec();
            let forged = with_header(stolen, &header, sign);
            assert_eq!(as_a_session(&place, &forged).await, [401; 4]);
            assert!(!is_a_hint(&place, &app, &forged).await);
        }
    }
}

#[tokio::test]
async fn an_algorithm_that_is_not_the_named_keys_own_is_refused() {
    let place = Place::open().await;
    let rsa = place.app_signed("public", "RS256").await;
    let rsa_token = place.id_token(&rsa).await;
    let ed = place.app_signed("public", "EdDSA").await;
    let ed_token = place.id_token(&ed).await;
    let session = place.token("ana@demo.test").await;
    for token in [&rsa_token, &ed_token, &session] {
        let own = parsed(token, 0);
        let signature = URL_SAFE_NO_PAD.decode(token.rsplit_once('.').unwrap().1).unwrap();
        for kid in [&parsed(&rsa_token, 0)["kid"], &parsed(&ed_token, 0)["kid"]] {
            for alg in ["RS256", "EdDSA", "PS256", "RS384", "none"] {
                if (&own["alg"], &own["kid"]) == (&json!(alg), kid) {
                    continue;
                }
                let header = json!({"alg": alg, "typ": "JWT", "kid": kid});
                let forged = with_header(token, &header, |_| signature.clone());
                assert_eq!(as_a_session(&place, &forged).await, [401; 4], "{header}");
                assert!(!is_a_hint(&place, &rsa, &forged).await, "{header}");
            }
        }
    }
    assert!(is_a_hint(&place, &rsa, &rsa_token).await && is_a_hint(&place, &ed, &ed_token).await);
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
