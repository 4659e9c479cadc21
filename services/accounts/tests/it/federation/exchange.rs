//! Tokens of Clerk and Firebase, exchanged for ours: signed ones of the test's own.

use super::Town;
use serde_json::{Value, json};
use testkit::Answer;

const NOW: i64 = 1_800_000_000;

impl Town {
    pub(super) fn clerk_token(&self, change: impl Fn(&mut Value, &mut Value)) -> String {
        let mut header = json!({"alg": "RS256", "kid": "rsa", "typ": "JWT"});
        let mut claims = json!({
            "iss": self.clerk.issuer, "sub": "user_1", "sid": "sess_1",
            "azp": self.browser().origin("accounts"), "iat": NOW, "nbf": NOW - 10, "exp": NOW + 60,
            "email": "zoe@example.com", "email_verified": true, "name": "Zoë",
        });
        change(&mut header, &mut claims);
        self.clerk.keys.sign(&header, &claims)
    }

    pub(super) fn firebase_token(&self, change: impl Fn(&mut Value, &mut Value)) -> String {
        let mut header = json!({"alg": "RS256", "kid": "rsa", "typ": "JWT"});
        let mut claims = json!({
            "iss": "https://securetoken.google.com/town", "aud": "town", "sub": "uid-1",
            "user_id": "uid-1", "auth_time": NOW - 5, "iat": NOW, "exp": NOW + 3600,
            "email": "zoe@example.com", "email_verified": true, "name": "Zoë",
            "firebase": {"sign_in_provider": "google.com"},
        });
        change(&mut header, &mut claims);
        self.clerk.keys.sign(&header, &claims)
    }

    pub(super) async fn exchange(&self, provider: &str, token: &str) -> Answer {
        let browser = self.browser();
        let body = json!({"provider": provider, "token": token}).to_string();
        let request = browser.request("POST", "accounts", "/api/v1/sessions/exchange");
        browser.send(request.header("content-type", "application/json").body(body)).await
    }

    async fn refuses_token(&self, provider: &str, token: &str, what: &str) {
        let answer = self.exchange(provider, token).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (401, Some("token_refused")),
            "{what}"
        );
    }
}

#[tokio::test]
async fn tokens_of_clerk_and_firebase_are_exchanged_for_ours() {
    let town = Town::open().await;
    for (provider, token) in [
        ("clerk", town.clerk_token(|_, _| ())),
        ("firebase", town.firebase_token(|_, claims| claims["email"] = json!("yan@example.com"))),
    ] {
        let answer = town.exchange(provider, &token).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
        let session = answer.json();
        assert_eq!(session["expires_at"], "2027-01-15T08:05:00Z");
        assert_eq!(session["person"]["email_verified"], true);
        let browser = town.browser();
        let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
        let request = browser.request("GET", "accounts", "/api/v1/me");
        let me = browser.send(request.header("authorization", bearer)).await;
        assert_eq!(me.json(), session["person"]);
        let again = town.exchange(provider, &token).await.json();
        assert_eq!(again["person"]["id"], session["person"]["id"]);
        assert_ne!(again["token"], session["token"]);
    }
}

#[tokio::test]
async fn clerk_is_asked_for_an_address_that_its_token_does_not_carry() {
    let town = Town::open_with(&[("clerk", json!({"secret_key": "sk_test_x"}))]).await;
    let token = town.clerk_token(|_, claims| {
        let claims = claims.as_object_mut().unwrap();
        claims.retain(|name, _| !["email", "email_verified", "name"].contains(&name.as_str()));
    });
    let person = town.exchange("clerk", &token).await.json()["person"].clone();
    assert_eq!(
        (person["email"].as_str(), person["name"].as_str()),
        (Some("zoe@example.com"), Some("Zoë Ruf"))
    );
    let elsewhere = town.clerk_token(|_, claims| {
        claims["sub"] = json!("../organizations");
        claims["email_verified"] = json!(false);
    });
    town.refuses_token("clerk", &elsewhere, "a subject that leads elsewhere").await;
}

type Change = (&'static str, fn(&mut Value, &mut Value));

#[tokio::test]
async fn a_token_of_clerk_that_is_not_for_us_is_refused() {
    let town = Town::open().await;
    let changes: [Change; 17] = [
        ("alg none", |header, _| header["alg"] = json!("none")),
        ("HS256", |header, _| header["alg"] = json!("HS256")),
        ("ES256", |header, _| {
            header["alg"] = json!("ES256");
            header["kid"] = json!("p256");
        }),
        ("unknown key", |header, _| header["kid"] = json!("made-up")),
        ("typ", |header, _| header["typ"] = json!("at+jwt")),
        ("iss", |_, claims| claims["iss"] = json!("https://clerk.evil.test")),
        ("azp of another site", |_, claims| claims["azp"] = json!("https://evil.test")),
        ("azp of a sibling", |_, claims| {
            claims["azp"] = json!("http://orderhub.comanda.localhost")
        }),
        ("no azp", |_, claims| claims["azp"] = json!(null)),
        ("expired", |_, claims| claims["exp"] = json!(NOW - 61)),
        ("no exp", |_, claims| claims["exp"] = json!(null)),
        ("nbf", |_, claims| claims["nbf"] = json!(NOW + 61)),
        ("iat", |_, claims| claims["iat"] = json!(NOW + 61)),
        ("no sid", |_, claims| claims["sid"] = json!(null)),
        ("empty sid", |_, claims| claims["sid"] = json!("")),
        ("pending session", |_, claims| claims["sts"] = json!("pending")),
        ("no sub", |_, claims| claims["sub"] = json!("")),
    ];
    for (what, change) in changes {
        town.refuses_token("clerk", &town.clerk_token(change), what).await;
    }
    let foreign = town.op.keys.sign(&json!({"alg": "EdDSA", "kid": "ed"}), &json!({}));
    town.refuses_token("clerk", &foreign, "another signer").await;
}

#[tokio::test]
async fn a_token_of_firebase_that_is_not_for_us_is_refused() {
    let town = Town::open().await;
    let changes: [Change; 16] = [
        ("alg none", |header, _| header["alg"] = json!("none")),
        ("HS256", |header, _| header["alg"] = json!("HS256")),
        ("EdDSA", |header, _| {
            header["alg"] = json!("EdDSA");
            header["kid"] = json!("ed");
        }),
        ("unknown key", |header, _| header["kid"] = json!("made-up")),
        ("crit", |header, _| header["crit"] = json!(["exp"])),
        ("iss of another project", |_, claims| {
            claims["iss"] = json!("https://securetoken.google.com/other")
        }),
        ("iss of Google", |_, claims| claims["iss"] = json!("https://accounts.google.com")),
        ("aud", |_, claims| claims["aud"] = json!("other")),
        ("no aud", |_, claims| claims["aud"] = json!(null)),
        ("azp", |_, claims| claims["azp"] = json!("other")),
        ("sub", |_, claims| claims["sub"] = json!("")),
        ("auth_time", |_, claims| claims["auth_time"] = json!(NOW + 61)),
        ("no auth_time", |_, claims| claims["auth_time"] = json!(null)),
        ("expired", |_, claims| claims["exp"] = json!(NOW - 61)),
        ("future", |_, claims| claims["iat"] = json!(NOW + 61)),
        ("no iat", |_, claims| claims["iat"] = json!(null)),
    ];
    for (what, change) in changes {
        town.refuses_token("firebase", &town.firebase_token(change), what).await;
    }
    for bad in ["", ".", "..", "a.b.c", "e30.e30.", &"x".repeat(200_000)] {
        town.refuses_token("firebase", bad, "no token").await;
    }
}

#[tokio::test]
async fn a_flood_of_unknown_key_ids_at_the_exchange_asks_once_a_minute() {
    let town = Town::open().await;
    for minute in 1..=3 {
        for number in 0..50 {
            let token =
                town.clerk_token(|header, _| header["kid"] = json!(format!("made-up-{number}")));
            town.refuses_token("clerk", &token, "unknown").await;
        }
        assert_eq!(town.clerk.asked("/jwks"), minute);
        town.wait(60);
    }
}

#[tokio::test]
async fn an_exchange_links_and_claims_no_account_by_its_address() {
    let town = Town::open().await;
    let ana = |_: &mut Value, claims: &mut Value| claims["email"] = json!("ana@demo.test");
    let answer = town.exchange("clerk", &town.clerk_token(ana)).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("link_needed")));
    for email in ["ana@demo.test", "free@example.com"] {
        let token = town.firebase_token(|_, claims| {
            claims["email"] = json!(email);
            claims["email_verified"] = json!(false);
        });
        let answer = town.exchange("firebase", &token).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (403, Some("email_not_confirmed"))
        );
    }
}

#[tokio::test]
async fn only_providers_that_exchange_tokens_do_so_and_a_body_must_be_right() {
    let town = Town::open().await;
    for provider in ["op", "nobody", "", "../clerk"] {
        let answer = town.exchange(provider, "a.b.c").await;
        assert_eq!(answer.status, 422, "{provider}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/provider");
    }
    let browser = town.browser();
    for (body, status) in
        [("{}", 422), ("[]", 422), ("{", 400), (r#"{"provider": 7, "token": "x"}"#, 422)]
    {
        let request = browser.request("POST", "accounts", "/api/v1/sessions/exchange");
        let request = request.header("content-type", "application/json").body(body);
        assert_eq!(browser.send(request).await.status, status, "{body}");
    }
    town.clerk.set(|clerk| {
        clerk.moods.insert("/jwks", super::provider::Mood::Broken);
    });
    let answer = town.exchange("clerk", &town.clerk_token(|_, _| ())).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "60"));
}

#[tokio::test]
async fn the_page_of_a_provider_posts_its_token_and_lets_in() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    let token = town.firebase_token(|_, _| ());
    let fields = [("token", token.as_str()), ("return_to", "")];
    let answer = zoe.post("accounts", "/sign-in/with/firebase", &fields).await;
    assert_eq!((answer.status, answer.location()), (303, "/account"));
    assert!(zoe.get("accounts", "/account").await.body.contains("Hello, Zoë"));
    // Clerk is added to that account, by a press of a button.
    let token = town.clerk_token(|_, claims| claims["email"] = json!("other@example.com"));
    let fields = [("token", token.as_str()), ("add", "1")];
    let answer = zoe.post("accounts", "/sign-in/with/clerk", &fields).await;
    assert_eq!(answer.location(), "/account/providers/confirm");
    zoe.post("accounts", "/account/providers/confirm", &[]).await;
    assert_eq!(town.exchange("clerk", &token).await.json()["person"]["name"], "Zoë");
    let answer = zoe.post("accounts", "/sign-in/with/clerk", &[("token", "a.b.c")]).await;
    assert!(answer.status == 400 && answer.body.contains("could not be verified"));
    assert_eq!(zoe.post("accounts", "/sign-in/with/op", &[("token", "a.b.c")]).await.status, 404);
}
