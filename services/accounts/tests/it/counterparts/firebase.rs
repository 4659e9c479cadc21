//! The Firebase Auth emulator. Its tokens are signed by nobody: this exists only in builds with the
//! feature `insecure-emulator`.

use super::{place, set_clock, visitor::Visitor};
use serde_json::json;
use testkit::counterpart;

#[tokio::test]
async fn counterpart_firebase_tokens_are_exchanged_for_ours() {
    let Some(emulator) = counterpart("COMANDA_TEST_FIREBASE") else { return };
    let emulator = emulator.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let town = place(&json!({
        "name": "firebase", "kind": "firebase", "project_id": "demo-comanda", "api_key": "any",
        "emulator": emulator,
    }))
    .await;
    let mut lea = Visitor::new(None, &[]);
    let google =
        json!({"sub": "lea-at-google", "email": "lea@example.com", "email_verified": true});
    let body = json!({
        "postBody": format!("id_token={google}&providerId=google.com"),
        "requestUri": "http://localhost", "returnSecureToken": true,
    });
    let url = format!(
        "http://{emulator}/identitytoolkit.googleapis.com/v1/accounts:signInWithIdp?key=any"
    );
    let signed_in = lea.post_json(&url, &body).await;
    let token = signed_in["idToken"].as_str().unwrap();
    set_clock(&town);
    let browser = town.browser();
    let exchange = async |token: &str| {
        let body = json!({"provider": "firebase", "token": token}).to_string();
        let request = browser.request("POST", "accounts", "/api/v1/sessions/exchange");
        browser.send(request.header("content-type", "application/json").body(body)).await
    };
    let answer = exchange(token).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.json()["person"]["email"], "lea@example.com");
    // A person of the emulator whose address nobody has confirmed.
    let address = format!("{}@example.com", kernel::Clock::now(&town.clock).as_nanosecond());
    let body = json!({"email": address, "password": "comanda-demo", "returnSecureToken": true});
    let url =
        format!("http://{emulator}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any");
    let signed_up = lea.post_json(&url, &body).await;
    assert_eq!(exchange(signed_up["idToken"].as_str().unwrap()).await.status, 403);
}
