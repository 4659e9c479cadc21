//! What is refused: each attack by name.

use super::{Town, keys::Keys};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

#[tokio::test]
async fn a_token_that_nobody_signed_is_refused() {
    let town = Town::open().await;
    for none in ["none", "None", "NONE", "nOnE"] {
        town.op.tamper(move |header, _| header["alg"] = json!(none));
        town.refuses(none).await;
    }
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() {
    let town = Town::open().await;
    town.op.tamper(|header, _| header["alg"] = json!("HS256"));
    town.refuses("HS256").await;
}

#[tokio::test]
async fn a_token_that_names_a_key_of_another_purpose_or_type_is_refused() {
    let town = Town::open().await;
    town.op.tamper(|header, _| header["kid"] = json!("for-encryption"));
    town.refuses("a key for encryption").await;
    town.op.tamper(|header, _| header["kid"] = json!("p256"));
    town.refuses("a key of another type").await;
    town.op.tamper(|header, _| header["alg"] = json!("ES256"));
    town.refuses("an algorithm of another type").await;
}

/// The three parts of a token, the last two read.
fn apart(token: &str) -> (String, Vec<u8>, Vec<u8>) {
    let parts: Vec<&str> = token.split('.').collect();
    (parts[0].to_owned(), B64.decode(parts[1]).unwrap(), B64.decode(parts[2]).unwrap())
}

/// All else about these tokens is right: one that is not changed lets in.
#[tokio::test]
async fn a_token_signed_by_another_key_or_changed_after_signing_is_refused() {
    let town = Town::open().await;
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        town.op.set(|op| op.algorithm = algorithm);
        town.op.forge(|token| token);
        assert_eq!(town.come(&mut town.browser()).await.status, 303, "{algorithm}");
        let another = Keys::of_another();
        town.op.forge(move |token| {
            let (header, claims, _) = apart(&token);
            let header: Value = serde_json::from_slice(&B64.decode(header).unwrap()).unwrap();
            another.sign(&header, &serde_json::from_slice(&claims).unwrap())
        });
        town.refuses(&format!("{algorithm}: signed by another key under a known id")).await;
        town.op.forge(|token| {
            let (header, claims, signature) = apart(&token);
            let changed = String::from_utf8(claims).unwrap().replace("zoe-there", "zoe-therf");
            format!("{header}.{}.{}", B64.encode(changed), B64.encode(signature))
        });
        town.refuses(&format!("{algorithm}: a byte of the claims changed")).await;
        town.op.forge(|token| {
            let (header, claims, mut signature) = apart(&token);
            signature[40] ^= 1;
            format!("{header}.{}.{}", B64.encode(claims), B64.encode(signature))
        });
        town.refuses(&format!("{algorithm}: a byte of the signature changed")).await;
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let town = Town::open().await;
    for issuer in ["https://evil.test".to_owned(), format!("{}/", town.op.issuer), String::new()] {
        let named = issuer.clone();
        town.op.tamper(move |_, claims| claims["iss"] = json!(named));
        town.refuses(&issuer).await;
    }
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused() {
    let town = Town::open().await;
    for audience in
        [json!("another"), json!(["another"]), json!(null), json!([]), json!("comand"), json!(7)]
    {
        let named = audience.clone();
        town.op.tamper(move |_, claims| claims["aud"] = named.clone());
        town.refuses(&audience.to_string()).await;
    }
}

#[tokio::test]
async fn a_token_that_another_party_asked_for_is_refused() {
    let town = Town::open().await;
    town.op.tamper(|_, claims| claims["azp"] = json!("another"));
    town.refuses("azp").await;
    town.op.tamper(|_, claims| {
        claims["aud"] = json!(["comanda", "another"]);
        claims.as_object_mut().unwrap().remove("azp");
    });
    town.refuses("several audiences and no party").await;
    town.op.tamper(|_, claims| claims["aud"] = json!(["another", "comanda"]));
    assert_eq!(town.come(&mut town.browser()).await.status, 303, "several, and the party is us");
}

#[tokio::test]
async fn a_token_of_another_type_is_refused() {
    let town = Town::open().await;
    for typ in ["at+jwt", "logout+jwt", "secevent+jwt", "application/dpop+jwt"] {
        town.op.tamper(move |header, _| header["typ"] = json!(typ));
        town.refuses(typ).await;
    }
    town.op.tamper(|header, _| header["crit"] = json!(["b64"]));
    town.refuses("crit").await;
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let town = Town::open().await;
    town.op.tamper(|_, claims| claims["exp"] = json!(1_800_000_000 - 61));
    town.refuses("expired").await;
    town.op.tamper(|_, claims| {
        claims.as_object_mut().unwrap().remove("exp");
    });
    town.refuses("without an end").await;
    town.op.tamper(|_, claims| claims["exp"] = json!(1e300));
    town.refuses("an end that is no instant").await;
}

#[tokio::test]
async fn a_token_from_the_future_is_refused() {
    let town = Town::open().await;
    for name in ["iat", "nbf"] {
        town.op.tamper(move |_, claims| claims[name] = json!(1_800_000_000 + 61));
        town.refuses(name).await;
    }
    town.op.tamper(|_, claims| claims["iat"] = json!(1_800_000_000 + 30));
    assert_eq!(town.come(&mut town.browser()).await.status, 303, "clocks differ a little");
}

#[tokio::test]
async fn a_token_with_the_nonce_of_another_sign_in_is_refused() {
    let town = Town::open().await;
    town.op.tamper(|_, claims| claims["nonce"] = json!("of-another"));
    town.refuses("another nonce").await;
    town.op.tamper(|_, claims| {
        claims.as_object_mut().unwrap().remove("nonce");
    });
    town.refuses("no nonce").await;
}

#[tokio::test]
async fn a_token_that_does_not_belong_to_its_access_token_is_refused() {
    let town = Town::open().await;
    town.op.tamper(|_, claims| claims["at_hash"] = json!(super::provider::at_hash("another")));
    town.refuses("at_hash").await;
}

#[tokio::test]
async fn a_token_that_names_nobody_is_refused() {
    let town = Town::open().await;
    for subject in [json!(""), json!(null), json!("a\u{0}b"), json!("x".repeat(256))] {
        let named = subject.clone();
        town.op.tamper(move |_, claims| claims["sub"] = named.clone());
        town.refuses(&subject.to_string()).await;
    }
}

#[tokio::test]
async fn the_answer_to_one_browser_lets_no_other_in() {
    let town = Town::open().await;
    let (mut attacker, mut victim) = (town.browser(), town.browser());
    let address = town.leave(&mut attacker, "/sign-in/with/op").await;
    let back = town.op.sign_in(&address);
    // The victim has a cookie of a sign-in of their own, or none.
    for own in [false, true] {
        if own {
            town.leave(&mut victim, "/sign-in/with/op").await;
        }
        let answer = victim.get("accounts", &back).await;
        assert!(answer.status == 400 && answer.body.contains("began in another browser"));
        town.let_nobody_in(&mut victim).await;
    }
    assert_eq!(town.op.asked("/token"), 0, "the code was not even asked about");
}

#[tokio::test]
async fn a_code_of_another_sign_in_is_of_no_use() {
    let town = Town::open().await;
    let (mut zoe, mut attacker) = (town.browser(), town.browser());
    let code =
        |back: &str| back.split_once("code=").unwrap().1.split_once('&').unwrap().0.to_owned();
    for checks_pkce in [true, false] {
        town.op.set(|op| op.checks_pkce = checks_pkce);
        let stolen = town.leave(&mut zoe, "/sign-in/with/op").await;
        let stolen = town.op.sign_in(&stolen);
        let own = town.leave(&mut attacker, "/sign-in/with/op").await;
        let own = town.op.sign_in(&own);
        let injected = own.replace(&code(&own), &code(&stolen));
        let answer = attacker.get("accounts", &injected).await;
        assert_eq!(answer.status, 400, "PKCE at the provider: {checks_pkce}");
        town.let_nobody_in(&mut attacker).await;
    }
}

#[tokio::test]
async fn a_flood_of_unknown_key_ids_asks_the_provider_once_a_minute() {
    let town = Town::open().await;
    assert_eq!(town.come(&mut town.browser()).await.status, 303);
    assert_eq!(town.op.asked("/jwks"), 1);
    let flood = async |what: &str| {
        for number in 0..25 {
            town.op.tamper(move |header, _| header["kid"] = json!(format!("made-up-{number}")));
            town.refuses(what).await;
        }
    };
    flood("within the first minute").await;
    assert_eq!(town.op.asked("/jwks"), 1, "asked less than a minute ago");
    for minute in 1..=3 {
        town.wait(60);
        *town.op.now.lock().unwrap() += 60;
        flood("in a later minute").await;
        assert_eq!(town.op.asked("/jwks"), 1 + minute);
    }
    town.op.tamper(|_, _| ());
    assert_eq!(town.come(&mut town.browser()).await.status, 303, "known keys go on");
}

#[tokio::test]
async fn an_answer_that_names_another_issuer_is_refused() {
    let town = Town::open().await;
    let iss = serde_urlencoded::to_string([("iss", &town.op.issuer)]).unwrap();
    let other = serde_urlencoded::to_string([("iss", &town.other.issuer)]).unwrap();
    for (named, what) in [(other.as_str(), "another"), ("", "none, where one was promised")] {
        let mut browser = town.browser();
        let address = town.leave(&mut browser, "/sign-in/with/op").await;
        let back = town.op.sign_in(&address).replace(&iss, named);
        assert_eq!(browser.get("accounts", &back).await.status, 400, "{what}");
        town.let_nobody_in(&mut browser).await;
    }
    assert_eq!(town.op.asked("/token"), 0, "no code went to anybody");
}

#[tokio::test]
async fn an_answer_at_another_providers_address_is_refused() {
    let town = Town::open().await;
    let mut browser = town.browser();
    let address = town.leave(&mut browser, "/sign-in/with/op").await;
    let back = town.op.sign_in(&address).replace("/with/op/", "/with/other/");
    assert_eq!(browser.get("accounts", &back).await.status, 400);
    assert_eq!(town.other.asked("/token"), 0, "the other one never sees the code");
    town.let_nobody_in(&mut browser).await;
}

#[tokio::test]
async fn an_answer_serves_once() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    let address = town.leave(&mut zoe, "/sign-in/with/op").await;
    let back = town.op.sign_in(&address);
    assert_eq!(zoe.get("accounts", &back).await.status, 303);
    let answer = zoe.get("accounts", &back).await;
    assert!(answer.status == 400 && answer.body.contains("was used already"));
    assert_eq!(town.op.asked("/token"), 1);
}

#[tokio::test]
async fn an_answer_after_ten_minutes_and_one_that_nobody_waits_for_are_refused() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    let address = town.leave(&mut zoe, "/sign-in/with/op").await;
    let back = town.op.sign_in(&address);
    town.wait(601);
    assert_eq!(zoe.get("accounts", &back).await.status, 400);
    for bad in ["", "?state=", "?state=x&code=y", "?code=y&iss=z", "?error=x", "?state=%00"] {
        let answer = zoe.get("accounts", &format!("/sign-in/with/op/callback{bad}")).await;
        assert_eq!(answer.status, 400, "{bad}");
    }
    for path in
        ["/sign-in/with/nobody", "/sign-in/with/nobody/callback?state=x", "/sign-in/with/%00"]
    {
        assert_eq!(zoe.get("accounts", path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_link_on_another_site_signs_nobody_in_without_asking() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    for site in ["cross-site", "same-site"] {
        for (path, ask) in [
            ("/sign-in/with/op", "/sign-in"),
            ("/sign-in/with/firebase?return_to=%2Faccount", "/sign-in?return_to=%2Faccount"),
            ("/sign-in/with/op?add=1", "/account/providers"),
        ] {
            let request = zoe.request("GET", "accounts", path).header("sec-fetch-site", site);
            let answer = zoe.send(request).await;
            assert_eq!((answer.status, answer.location()), (303, ask), "{site} {path}");
        }
    }
    for site in ["same-origin", "none"] {
        let request = zoe.request("GET", "accounts", "/sign-in/with/op");
        let answer = zoe.send(request.header("sec-fetch-site", site)).await;
        assert!(answer.location().starts_with(&town.op.issuer), "{site}");
    }
    // Clerk sends people back to its page, which is told to ask them.
    for (site, asks) in
        [("cross-site", true), ("same-site", true), ("same-origin", false), ("none", false)]
    {
        let request = zoe.request("GET", "accounts", "/sign-in/with/clerk");
        let answer = zoe.send(request.header("sec-fetch-site", site)).await;
        assert_eq!((answer.status, answer.body.contains("data-sent")), (200, asks), "{site}");
    }
    town.let_nobody_in(&mut zoe).await;
}
