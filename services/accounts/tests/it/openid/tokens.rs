//! Codes and refresh tokens: who gets tokens for them, how often, and what ends.

use super::{CALLBACK, VERIFIER, claims, send, userinfo};
use crate::Place;
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};
use testkit::Answer;

fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

fn refused() -> (u16, String) {
    (400, "invalid_grant".to_owned())
}

#[tokio::test]
async fn a_wrong_verifier_address_or_app_gets_nothing_for_a_code() {
    let place = Place::open().await;
    let (app, other) = (place.app("confidential").await, place.app("public").await);
    let mut ana = place.ana().await;
    let short = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX";
    for (name, value, expected) in [
        ("code_verifier", "wBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "invalid_grant"),
        ("code_verifier", short, "invalid_grant"),
        ("code_verifier", "", "invalid_request"),
        ("redirect_uri", "https://app.example.com/", "invalid_grant"),
        ("redirect_uri", "", "invalid_request"),
        ("code", "cac_made-up", "invalid_grant"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("grant_type", "", "invalid_request"),
    ] {
        let code = app.code(&mut ana).await;
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        pairs.retain(|(key, _)| *key != name);
        pairs.push((name, value));
        let answer = app.send(&place, "/oauth/token", &pairs).await;
        assert_eq!(error(&answer), (400, expected.to_owned()), "{name}={value}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let code = app.code(&mut ana).await;
    assert_eq!(error(&other.redeem(&place, &code).await), refused(), "another app's code");
    assert_eq!(app.redeem(&place, &code).await.status, 200, "and it was not spoilt by that");
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let code = app.code(&mut ana).await;
    place.wait(60);
    assert_eq!(error(&app.redeem(&place, &code).await), refused());
    let code = app.code(&mut ana).await;
    place.wait(59);
    assert_eq!(app.redeem(&place, &code).await.status, 200);
}

#[tokio::test]
async fn a_code_used_twice_ends_all_that_came_of_it() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let code = app.code(&mut ana).await;
    let tokens = app.redeem(&place, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(userinfo(&place, access).await.status, 200);
    assert_eq!(error(&app.redeem(&place, &code).await), refused());
    assert_eq!(userinfo(&place, access).await.status, 401);
    assert_eq!(error(&app.refresh(&place, &tokens["refresh_token"]).await), refused());
}

#[tokio::test]
async fn of_forty_who_redeem_one_code_at_once_one_gets_tokens_and_they_end() {
    let place = Arc::new(Place::open().await);
    let app = place.app("public").await;
    let code = app.code(&mut place.ana().await).await;
    let all: Vec<_> = (0..40)
        .map(|_| {
            let (place, app, code) = (place.clone(), app.clone(), code.clone());
            tokio::spawn(async move { app.redeem(&place, &code).await })
        })
        .collect();
    let mut granted = Vec::new();
    for one in all {
        let answer = one.await.unwrap();
        if answer.status == 200 {
            granted.push(answer.json());
        }
    }
    assert_eq!(granted.len(), 1);
    assert_eq!(userinfo(&place, granted[0]["access_token"].as_str().unwrap()).await.status, 401);
}

#[tokio::test]
async fn userinfo_tells_what_was_granted_and_no_more() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let mut ana = place.ana().await;
    let tokens = app.tokens(&place, &mut ana).await;
    let access = tokens["access_token"].as_str().unwrap();
    let info = userinfo(&place, access).await.json();
    assert_eq!(
        (&info["name"], &info["email"], &info["email_verified"]),
        (&"Ana".into(), &"ana@demo.test".into(), &true.into())
    );
    assert_eq!(info["sub"], claims(&tokens["id_token"])["sub"]);
    let posted = send(&place, "/oauth/userinfo", &[("access_token", access)]).await;
    assert_eq!(posted.json(), info);
    let code = app.code_for(&mut ana, &[("scope", "openid")]).await;
    let bare = app.redeem(&place, &code).await.json();
    let bare = userinfo(&place, bare["access_token"].as_str().unwrap()).await.json();
    assert_eq!(bare.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"]);
    let none = place.browser().get("accounts", "/oauth/userinfo").await;
    assert_eq!((none.status, none.header("www-authenticate")), (401, "Bearer"));
    place.wait(600);
    let late = userinfo(&place, access).await;
    assert_eq!(
        (late.status, late.header("www-authenticate")),
        (401, "Bearer error=\"invalid_token\"")
    );
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_its_family_at_once() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let first = app.tokens(&place, &mut place.ana().await).await;
    let second = app.refresh(&place, &first["refresh_token"]).await.json();
    let third = app.refresh(&place, &second["refresh_token"]).await.json();
    let access = third["access_token"].as_str().unwrap();
    assert_eq!(userinfo(&place, access).await.status, 200);
    place.wait(11);
    assert_eq!(error(&app.refresh(&place, &first["refresh_token"]).await), refused());
    assert_eq!(error(&app.refresh(&place, &third["refresh_token"]).await), refused());
    assert_eq!(userinfo(&place, access).await.status, 401);
}

#[tokio::test]
async fn an_answer_that_got_lost_is_given_again_with_the_same_successor() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let first = app.tokens(&place, &mut place.ana().await).await;
    let lost = app.refresh(&place, &first["refresh_token"]).await.json();
    place.wait(10);
    let again = app.refresh(&place, &first["refresh_token"]).await.json();
    assert_eq!(lost["refresh_token"], again["refresh_token"]);
    assert_ne!(lost["refresh_token"], first["refresh_token"]);
    assert_eq!(claims(&again["id_token"]).get("nonce"), None);
    assert_eq!(claims(&again["id_token"])["auth_time"], claims(&first["id_token"])["auth_time"]);
}

#[tokio::test]
async fn a_hundred_refreshes_at_once_have_one_successor_and_sign_nobody_out() {
    let place = Arc::new(Place::open().await);
    let app = place.app("public").await;
    let first = app.tokens(&place, &mut place.ana().await).await;
    let all: Vec<_> = (0..100)
        .map(|_| {
            let (place, app, token) = (place.clone(), app.clone(), first["refresh_token"].clone());
            tokio::spawn(async move { app.refresh(&place, &token).await })
        })
        .collect();
    let mut successors = BTreeSet::new();
    for one in all {
        let answer = one.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        successors.insert(answer.json()["refresh_token"].as_str().unwrap().to_owned());
    }
    assert_eq!(successors.len(), 1);
    let next = Value::String(successors.pop_first().unwrap());
    place.wait(60);
    assert_eq!(app.refresh(&place, &next).await.status, 200);
}

#[tokio::test]
async fn a_refresh_token_is_of_use_to_its_app_alone() {
    let place = Place::open().await;
    let (app, other) = (place.app("public").await, place.app("public").await);
    let tokens = app.tokens(&place, &mut place.ana().await).await;
    assert_eq!(error(&other.refresh(&place, &tokens["refresh_token"]).await), refused());
    let token = tokens["refresh_token"].as_str().unwrap();
    other.send(&place, "/oauth/revoke", &[("token", token)]).await;
    assert_eq!(app.refresh(&place, &tokens["refresh_token"]).await.status, 200);
}

#[tokio::test]
async fn an_app_gives_its_tokens_back() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let tokens = app.tokens(&place, &mut place.ana().await).await;
    let access = tokens["access_token"].as_str().unwrap();
    let revoke =
        async |token: &str| app.send(&place, "/oauth/revoke", &[("token", token)]).await.status;
    assert_eq!(revoke(access).await, 200);
    assert_eq!(userinfo(&place, access).await.status, 401);
    let next = app.refresh(&place, &tokens["refresh_token"]).await.json();
    assert_eq!(revoke(next["refresh_token"].as_str().unwrap()).await, 200);
    assert_eq!(userinfo(&place, next["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(error(&app.refresh(&place, &next["refresh_token"]).await), refused());
    assert_eq!(revoke("made-up").await, 200, "it is none anyway");
}

#[tokio::test]
async fn signing_out_ends_an_apps_tokens_unless_the_person_let_it_go_on() {
    let place = Place::open().await;
    let app = place.app("public").await;
    for (scope, status) in [("openid", 400), ("openid offline_access", 200)] {
        let mut ana = place.ana().await;
        let code = app.code_for(&mut ana, &[("scope", scope)]).await;
        let tokens = app.redeem(&place, &code).await.json();
        ana.post("accounts", "/sign-out", &[]).await;
        assert_eq!(app.refresh(&place, &tokens["refresh_token"]).await.status, status, "{scope}");
    }
}

#[tokio::test]
async fn what_is_withdrawn_on_the_account_page_ends_at_once_and_is_asked_for_again() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let code = app.code_for(&mut ana, &[("scope", "openid offline_access")]).await;
    let tokens = app.redeem(&place, &code).await.json();
    assert!(ana.get("accounts", "/account").await.body.contains("/account/apps"));
    let page = ana.get("accounts", "/account/apps").await.body;
    assert!(page.contains("Town news") && page.contains("after you have signed out"), "{page}");
    ana.post("accounts", "/account/apps/withdraw", &[("app", &app.id)]).await;
    assert!(!ana.get("accounts", "/account/apps").await.body.contains("Town news"));
    assert_eq!(userinfo(&place, tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(error(&app.refresh(&place, &tokens["refresh_token"]).await), refused());
    assert!(ana.get("accounts", &app.address(&[])).await.body.contains("Sign in to Town news?"));
}

#[tokio::test]
async fn who_is_erased_is_known_to_no_app_any_more() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let code = app.code_for(&mut ana, &[("scope", "openid offline_access")]).await;
    let tokens = app.redeem(&place, &code).await.json();
    ana.post("accounts", "/account/erase", &[("password", "comanda-demo")]).await;
    assert_eq!(userinfo(&place, tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(error(&app.refresh(&place, &tokens["refresh_token"]).await), refused());
}

#[tokio::test]
async fn no_cookie_counts_where_apps_get_and_give_back_tokens() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    // Elsewhere the cookie would be renewed now.
    place.wait(6 * 60);
    for path in ["/oauth/token", "/oauth/revoke"] {
        let form = "application/x-www-form-urlencoded";
        let request = ana.request("POST", "accounts", path).header("content-type", form);
        let answer = ana.visit(request.body("client_id=cli_made-up")).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (401, ""), "{path}");
        let varies = answer.headers.get_all("vary").iter().any(|vary| vary == "cookie");
        assert!(!varies, "{path}: {answer:?}");
    }
}
