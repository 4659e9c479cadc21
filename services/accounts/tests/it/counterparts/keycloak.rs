//! Keycloak, with the realm `comanda` and Ana in it.

use super::{place, sign_in, visitor::Visitor};
use serde_json::json;
use testkit::counterpart;

#[tokio::test]
async fn counterpart_keycloak_lets_the_owner_of_an_account_in_once_it_is_linked() {
    let Some(issuer) = counterpart("COMANDA_TEST_KEYCLOAK") else { return };
    let town = place(&json!({"name": "kc", "kind": "keycloak", "issuer": issuer, "client_id": "comanda", "client_secret": "comanda-secret"})).await;
    let ana = || Visitor::new(None, &[("username", "ana"), ("password", "comanda-demo")]);
    let mut browser = town.browser();
    let answer = sign_in(&town, &mut browser, &mut ana(), "/sign-in/with/kc").await;
    assert_eq!(answer.location(), "/sign-in/known", "{}", answer.body);
    browser.sign_in("ana@demo.test", "comanda-demo").await;
    browser.post("accounts", "/account/providers/confirm", &[]).await;
    let mut again = town.browser();
    let answer = sign_in(&town, &mut again, &mut ana(), "/sign-in/with/kc").await;
    assert_eq!(answer.location(), "/account", "{}", answer.body);
    assert_eq!(again.get("accounts", "/api/v1/me").await.json()["email"], "ana@demo.test");
    let answer = again.post("accounts", "/sign-out", &[]).await;
    assert_eq!(answer.location(), "/signed-out?with=kc");
    assert!(
        again
            .get("accounts", "/signed-out?with=kc")
            .await
            .body
            .contains("Sign out at Keycloak, too")
    );
}
