//! The JSON API, and what the other services ask.

use crate::Place;
use serde_json::{Value, json};
use testkit::Answer;

impl Place {
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Answer {
        let browser = self.browser();
        let mut request = browser.request(method, "accounts", path);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        browser.send(request).await
    }

    pub(crate) async fn token(&self, email: &str) -> String {
        let body = json!({"email": email, "password": "comanda-demo"});
        let answer = self.call("POST", "/api/v1/sessions", "", Some(body)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["token"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_program_signs_in_asks_who_it_is_and_signs_out() {
    let place = Place::open().await;
    let body = json!({"email": "operator@demo.test", "password": "comanda-demo"});
    let answer = place.call("POST", "/api/v1/sessions", "", Some(body)).await;
    assert_eq!(answer.status, 201);
    let session = answer.json();
    assert_eq!(session["expires_at"], "2027-01-15T08:05:00Z");
    assert_eq!(session["person"]["operator"], true);
    let token = session["token"].as_str().unwrap();
    let me = place.call("GET", "/api/v1/me", token, None).await;
    assert_eq!((me.status, &me.json()), (200, &session["person"]));
    assert_eq!(place.call("DELETE", "/api/v1/sessions/current", token, None).await.status, 204);
    let gone = place.call("GET", "/api/v1/me", token, None).await;
    assert_eq!((gone.status, gone.header("content-type")), (401, "application/problem+json"));
    assert_eq!(gone.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn wrong_bodies_are_problems_that_point_at_the_field() {
    let place = Place::open().await;
    let wrong = json!({"email": "ana@demo.test", "password": "nope"});
    let answer = place.call("POST", "/api/v1/sessions", "", Some(wrong)).await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str().unwrap()),
        (401, "wrong_credentials")
    );
    for (body, status, pointer) in [
        (json!({"email": "ana@demo.test"}), 422, "/password"),
        (json!({"email": 7, "password": "x"}), 422, "/email"),
        (json!({"email": "a\u{0}b", "password": "x"}), 422, ""),
        (json!([]), 422, ""),
    ] {
        let answer = place.call("POST", "/api/v1/sessions", "", Some(body.clone())).await;
        assert_eq!(answer.status, status, "{body}");
        if !pointer.is_empty() {
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    let long = json!({"email": "a".repeat(100_000), "password": "b".repeat(100_000)});
    assert_eq!(place.call("POST", "/api/v1/sessions", "", Some(long)).await.status, 401);
}

#[tokio::test]
async fn a_person_takes_their_data_along_and_is_forgotten_with_their_password() {
    let place = Place::open().await;
    let token = place.token("ana@demo.test").await;
    let other = place.token("ana@demo.test").await;
    let export = place.call("GET", "/api/v1/me/export", &token, None).await;
    assert!(export.header("content-disposition").starts_with("attachment"));
    assert_eq!(export.json()["person"]["email"], "ana@demo.test");
    assert_eq!(export.json()["sessions"].as_array().unwrap().len(), 2);
    let erase = async |body| place.call("DELETE", "/api/v1/me", &token, body).await.status;
    place.wait(11 * 60);
    assert_eq!(erase(None).await, 403, "who signed in a while ago types the password again");
    assert_eq!(erase(Some(json!({}))).await, 422);
    assert_eq!(erase(Some(json!({"password": "nope"}))).await, 403);
    assert_eq!(erase(Some(json!({"password": "comanda-demo"}))).await, 204);
    for token in [token, other] {
        assert_eq!(place.call("GET", "/api/v1/me", &token, None).await.status, 401);
    }
    let body = json!({"email": "ana@demo.test", "password": "comanda-demo"});
    assert_eq!(place.call("POST", "/api/v1/sessions", "", Some(body)).await.status, 401);
}

#[tokio::test]
async fn who_has_just_signed_in_is_forgotten_at_a_word() {
    let place = Place::open().await;
    let token = place.token("ana@demo.test").await;
    place.wait(4 * 60);
    assert_eq!(place.call("DELETE", "/api/v1/me", &token, None).await.status, 204);
    assert_eq!(place.call("GET", "/api/v1/me", &token, None).await.status, 401);
}

#[tokio::test]
async fn two_keys_are_published_and_stay_over_a_restart() {
    let place = Place::open().await;
    let keys = place.call("GET", "/.well-known/jwks.json", "", None).await.json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    assert!(keys["keys"][0].get("d").is_none());
    let found = place.call("GET", "/.well-known/openid-configuration", "", None).await.json();
    assert_eq!(
        found["jwks_uri"],
        format!("{}/.well-known/jwks.json", place.browser().origin("accounts"))
    );
    let again = place.town.context(accounts::SERVICE, place.settings.clone()).unwrap();
    let _routes = accounts::start(again).await.unwrap();
    assert_eq!(place.call("GET", "/.well-known/jwks.json", "", None).await.json(), keys);
}

#[tokio::test]
async fn only_a_token_of_a_living_session_is_renewed() {
    let place = Place::open().await;
    let renew = async |token: &str| {
        place.call("POST", "/internal/sessions/renew", "", Some(json!({"token": token}))).await
    };
    let token = place.token("ana@demo.test").await;
    place.wait(1000);
    let answer = renew(&token).await;
    assert_eq!(answer.status, 200);
    let next = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(place.call("GET", "/api/v1/me", &next, None).await.status, 200);
    for bad in ["", "a.b.c", &format!("{token}x"), &token[..token.len() - 4]] {
        assert_eq!(renew(bad).await.status, 401, "{bad}");
    }
    place.call("DELETE", "/api/v1/sessions/current", &next, None).await;
    assert_eq!(renew(&token).await.status, 401);
    assert_eq!(renew(&next).await.status, 401);
}

#[tokio::test]
async fn a_session_ends_after_30_idle_days_and_after_90_in_any_case() {
    const DAY: u64 = 24 * 60 * 60;
    let place = Place::open().await;
    let me = async |token: &str| place.call("GET", "/api/v1/me", token, None).await.status;
    let idle = place.token("ana@demo.test").await;
    let busy = place.token("ana@demo.test").await;
    for _ in 0..3 {
        place.wait(29 * DAY);
        assert_eq!(me(&busy).await, 200);
    }
    assert_eq!(me(&idle).await, 401);
    place.wait(3 * DAY);
    assert_eq!(me(&busy).await, 401);
}

#[test]
fn the_description_names_every_route_of_the_api() {
    let document = serde_json::to_value(accounts::openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/api/v1/me",
            "/api/v1/me/export",
            "/api/v1/sessions",
            "/api/v1/sessions/current",
            "/api/v1/sessions/exchange"
        ]
    );
}
