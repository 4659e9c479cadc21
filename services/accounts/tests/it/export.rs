//! All that is known of a person, from every service, in one file or not at all.

use crate::{Place, SIBLINGS};
use serde_json::json;
use testkit::Answer;

/// Asks a service's internal door.
async fn knock(place: &Place, service: &str, token: &str) -> Answer {
    let person = place.call("GET", "/api/v1/me", &place.token("ana@demo.test").await, None).await;
    let body = json!({"person_id": person.json()["id"], "email": null});
    let browser = place.browser();
    let request = browser.request("POST", service, "/internal/people/export");
    let request = request.header("content-type", "application/json").body(body.to_string());
    let request = if token.is_empty() {
        request
    } else {
        request.header("authorization", format!("Bearer {token}"))
    };
    browser.send(request).await
}

#[tokio::test]
async fn the_file_holds_what_each_service_knows() {
    let place = Place::open().await;
    let token = place.token("ana@demo.test").await;
    let file = place.call("GET", "/api/v1/me/export", &token, None).await;
    assert_eq!(file.status, 200, "{}", file.body);
    let file = file.json();
    assert_eq!(file["person"]["email"], "ana@demo.test");
    assert_eq!(file["sessions"][0]["network"], "127.0.0.1");
    for service in SIBLINGS {
        let asked = &file["services"][service.name()]["asked"][0];
        assert_eq!(asked["id"], file["person"]["id"], "{service:?}");
        assert_eq!(asked["email"], "ana@demo.test", "her address is proved");
    }
    let mut ana = place.ana().await;
    let page = ana.get("accounts", "/account/export").await;
    assert!(page.header("content-disposition").starts_with("attachment"), "{page:?}");
}

#[tokio::test]
async fn sessions_that_ended_are_in_the_file_as_long_as_they_are_kept() {
    let place = Place::open().await;
    let token = place.token("ana@demo.test").await;
    let browser = place.browser();
    let body = json!({"email": "ana@demo.test", "password": accounts::DEMO_PASSWORD});
    let request = browser
        .request("POST", "accounts", "/api/v1/sessions")
        .header("user-agent", "A telephone")
        .header("content-type", "application/json");
    let other = browser.send(request.body(body.to_string())).await.json();
    let other = other["token"].as_str().unwrap();
    assert_eq!(place.call("DELETE", "/api/v1/sessions/current", other, None).await.status, 204);
    let file = place.call("GET", "/api/v1/me/export", &token, None).await.json();
    let ended: Vec<_> = file["sessions"].as_array().unwrap().iter().collect();
    assert_eq!(ended.len(), 2, "{ended:?}");
    let ended: Vec<_> = ended.into_iter().filter(|one| !one["revoked_at"].is_null()).collect();
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(ended[0]["user_agent"], "A telephone");
    assert_eq!(ended[0]["network"], "127.0.0.1");
}

#[tokio::test]
async fn a_file_that_lacks_a_part_is_not_handed_out_and_the_part_is_named() {
    let place = Place::open_beside(&[], &SIBLINGS[..2]).await;
    let token = place.token("ana@demo.test").await;
    let refused = place.call("GET", "/api/v1/me/export", &token, None).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "60"), "{}", refused.body);
    let problem = refused.json();
    assert_eq!(
        (&problem["code"], &problem["missing"]),
        (&json!("export_incomplete"), &json!(["prepstation"]))
    );
    let mut ana = place.ana().await;
    let page = ana.get("accounts", "/account/export").await;
    assert_eq!(page.status, 503);
    assert!(
        page.body.contains("What prepstation knows of you") && page.body.contains("<html"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn the_internal_door_opens_to_no_person_and_to_no_token_that_is_none() {
    let place = Place::open().await;
    let session = place.token("ana@demo.test").await;
    let operator = place.token("operator@demo.test").await;
    for token in ["", "made-up", "a.b.c", &session, &operator] {
        for service in SIBLINGS {
            assert_eq!(
                knock(&place, service.name(), token).await.status,
                401,
                "{service:?} {token}"
            );
        }
    }
}
