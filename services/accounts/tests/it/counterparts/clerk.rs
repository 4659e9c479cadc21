//! The Clerk emulator: a session token of its own, and its API for the address.

use super::{place, set_clock, visitor::Visitor};
use serde_json::json;
use testkit::counterpart;

#[tokio::test]
async fn counterpart_clerk_sessions_are_exchanged_for_ours() {
    let Some(url) = counterpart("COMANDA_TEST_CLERK") else { return };
    let url = url.trim_end_matches('/');
    // The emulator's tokens are asked for by a program, as those of a native app are: without `azp`.
    let town = place(&json!({
        "name": "clerk", "kind": "clerk", "publishable_key": "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
        "secret_key": "sk_test_comanda", "issuer": url, "api_url": url,
        "jwks_url": format!("{url}/v1/jwks"), "authorized_parties": [""],
    }))
    .await;
    let mut program = Visitor::new(None, &[]);
    let mut call = async |method: &str, path: &str, body: serde_json::Value| {
        program.call(method, &format!("{url}{path}"), "sk_test_comanda", &body).await
    };
    let users = call("GET", "/v1/users", json!({})).await;
    // Clerk itself answers with the list alone.
    let users = users.get("data").unwrap_or(&users).as_array().unwrap().clone();
    let ana = users.iter().find(|user| user["first_name"] == "Ana").unwrap()["id"].clone();
    let session = call("POST", "/v1/sessions", json!({"user_id": ana})).await;
    let path = format!("/v1/sessions/{}/tokens", session["id"].as_str().unwrap());
    let token = call("POST", &path, json!({})).await["jwt"].as_str().unwrap().to_owned();
    set_clock(&town);
    // Ana has an account here: her browser links Clerk to it, once.
    let mut browser = town.browser();
    browser.sign_in("ana@demo.test", "comanda-demo").await;
    let fields = [("token", token.as_str()), ("add", "1")];
    let answer = browser.post("accounts", "/sign-in/with/clerk", &fields).await;
    assert_eq!(answer.location(), "/account/providers/confirm", "{}", answer.body);
    browser.post("accounts", "/account/providers/confirm", &[]).await;
    let body = json!({"provider": "clerk", "token": token}).to_string();
    let request = browser.request("POST", "accounts", "/api/v1/sessions/exchange");
    let request = request.header("content-type", "application/json").body(body);
    let answer = town.browser().send(request).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.json()["person"]["email"], "ana@demo.test");
}
