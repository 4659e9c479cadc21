//! A token is what it is for: an ID token, an app's access token and a session's token are never taken
//! for one another.

use super::{send, userinfo};
use crate::Place;
use serde_json::json;

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
