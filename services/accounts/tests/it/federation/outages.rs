//! A provider that is down, slow or out of its mind: a plain page, and all other ways work.

use super::{Town, provider::Mood};
use serde_json::json;

/// A page that says so, and a password that still lets in.
async fn says_so(town: &Town, what: &str) {
    let mut zoe = town.browser();
    let mut answer = zoe.get("accounts", "/sign-in/with/op").await;
    if answer.status == 303 {
        let back = town.op.sign_in(answer.location());
        answer = zoe.get("accounts", &back).await;
    }
    assert_eq!(answer.status, 503, "{what}: {}", answer.body);
    assert!(answer.body.contains("OP does not answer just now"), "{what}");
    assert!(answer.body.contains("Sign in another way"), "{what}");
    town.let_nobody_in(&mut zoe).await;
    assert_eq!(zoe.get("accounts", "/sign-in").await.status, 200, "{what}");
    town.ana().await;
}

#[tokio::test]
async fn a_provider_that_breaks_babbles_or_sends_in_circles_is_said_to_be_down() {
    for path in ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"] {
        for (mood, what) in
            [(Mood::Broken, "breaks"), (Mood::Garbage, "babbles"), (Mood::Loops, "loops")]
        {
            let town = Town::open().await;
            town.op.set(|op| {
                op.person = json!({"sub": "zoe-there"});
                op.moods.insert(path, mood);
            });
            says_so(&town, &format!("{path} {what}")).await;
            assert_eq!(town.op.asked(path), 1, "a redirect is not followed");
        }
    }
}

#[tokio::test]
async fn a_provider_that_is_silent_holds_nobody_longer_than_five_seconds() {
    let town = Town::open().await;
    town.op.set(|op| {
        op.moods.insert("/.well-known/openid-configuration", Mood::Silent);
    });
    says_so(&town, "silent").await;
    for _ in 0..20 {
        says_so(&town, "silent a moment ago: not asked again").await;
    }
    assert_eq!(town.op.asked("/.well-known/openid-configuration"), 1);
    town.op.set(|op| op.moods.clear());
    town.wait(11);
    assert_eq!(town.come(&mut town.browser()).await.status, 303, "and it is back");
}

fn later(town: &Town, seconds: u16) {
    town.wait(seconds.into());
    *town.op.now.lock().unwrap() += i64::from(seconds);
}

#[tokio::test]
async fn the_keys_of_a_provider_whose_keys_are_away_count_for_an_hour_and_no_longer() {
    let town = Town::open().await;
    assert_eq!(town.come(&mut town.browser()).await.status, 303);
    town.op.set(|op| {
        op.moods.insert("/jwks", Mood::Broken);
    });
    for _ in 0..3 {
        later(&town, 19 * 60);
        assert_eq!(town.come(&mut town.browser()).await.status, 303, "an outage of minutes");
    }
    assert_eq!(town.op.asked("/jwks"), 2, "they are asked for before they end");
    later(&town, 4 * 60);
    says_so(&town, "no keys for more than an hour").await;
    assert_eq!(town.op.asked("/jwks"), 3);
    says_so(&town, "a moment later: not asked again").await;
    assert_eq!(town.op.asked("/jwks"), 3);
    town.op.set(|op| op.moods.clear());
    later(&town, 11);
    assert_eq!(town.come(&mut town.browser()).await.status, 303, "and it is back");
}

#[tokio::test]
async fn one_failure_to_fetch_the_first_keys_closes_a_provider_for_ten_seconds() {
    let town = Town::open().await;
    town.op.set(|op| {
        op.moods.insert("/jwks", Mood::Broken);
    });
    says_so(&town, "no keys yet").await;
    town.op.set(|op| op.moods.clear());
    later(&town, 9);
    says_so(&town, "a moment ago").await;
    later(&town, 2);
    assert_eq!(town.come(&mut town.browser()).await.status, 303);
}

#[tokio::test]
async fn a_provider_that_calls_itself_otherwise_or_leads_to_unsafe_places_is_not_used() {
    for (key, value) in [
        ("issuer", json!("https://evil.test")),
        ("token_endpoint", json!("http://far.test/token")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("end_session_endpoint", json!("javascript:alert(1)")),
        ("id_token_signing_alg_values_supported", json!(["HS256", "none"])),
    ] {
        let town = Town::open().await;
        town.op.set(|op| op.metadata[key] = value);
        says_so(&town, key).await;
    }
}

#[tokio::test]
async fn a_provider_without_a_usable_key_is_not_used() {
    let town = Town::open_with(&[]).await;
    town.op.set(|op| op.metadata["jwks_uri"] = op.metadata["token_endpoint"].clone());
    says_so(&town, "no keys").await;
}
