//! Messages and applications as programs send them.

use crate::open;
use serde_json::{Value, json};
use testkit::{Answer, Place};

async fn post(place: &Place, path: &str, key: Option<&str>, body: &Value) -> Answer {
    let browser = place.browser();
    let request =
        browser.request("POST", "landing", path).header("content-type", "application/json");
    let request =
        key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
    browser.send(request.body(body.to_string())).await
}

fn message() -> Value {
    json!({"name": "Ana", "email": "ana@example.com", "message": "Is the oven fixed?"})
}

fn application() -> Value {
    json!({"restaurant_name": "Trattoria Lupo", "city": "Salzburg", "contact_name": "Lia", "email": "lia@example.com", "phone": "+43 662 5550100"})
}

#[tokio::test]
async fn a_repeated_request_acts_once_and_a_reused_key_is_refused() {
    let place = open().await;
    for (path, body) in [("/api/v1/contact", message()), ("/api/v1/applications", application())] {
        let first = post(&place, path, Some("a"), &body).await;
        assert_eq!(first.status, 201, "{}", first.body);
        assert_eq!(post(&place, path, Some("a"), &body).await.body, first.body);
        let mut other = body.clone();
        other["email"] = json!("other@example.com");
        let reused = post(&place, path, Some("a"), &other).await;
        assert_eq!(
            (reused.status, reused.json()["code"].clone()),
            (422, json!("idempotency_key_reused"))
        );
        let missing = post(&place, path, None, &body).await;
        assert_eq!(
            (missing.status, missing.json()["code"].clone()),
            (400, json!("idempotency_key_missing"))
        );
    }
}

#[tokio::test]
async fn wrong_fields_are_named_by_pointer() {
    let place = open().await;
    let mut body = message();
    body["email"] = json!("nobody");
    body["name"] = json!(" ");
    let answer = post(&place, "/api/v1/contact", Some("b"), &body).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let pointers: Vec<_> =
        answer.json()["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, [json!("/name"), json!("/email")]);
}
