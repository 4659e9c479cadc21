//! The Auth0 simulator, over TLS with an authority of the test run.

use super::{place, set_clock, visitor::Visitor};
use serde_json::json;
use std::path::Path;
use testkit::counterpart;

#[tokio::test]
async fn counterpart_auth0_lets_the_owner_of_an_account_in_once_it_is_linked() {
    let Some(issuer) = counterpart("COMANDA_TEST_AUTH0") else { return };
    let authority = counterpart("COMANDA_TEST_AUTH0_CA").expect("the authority of its certificate");
    let town = place(&json!({"name": "auth0", "kind": "auth0", "issuer": issuer, "client_id": "comanda", "client_secret": "comanda-secret", "authorities": authority})).await;
    let mut browser = town.browser();
    for linked in [false, true] {
        set_clock(&town);
        let answer = browser.get("accounts", "/sign-in/with/auth0").await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let back = back(&issuer, &authority, answer.location(), &browser.origin("accounts")).await;
        set_clock(&town);
        let answer = browser.get("accounts", &back).await;
        if linked {
            assert_eq!(answer.location(), "/account", "{}", answer.body);
        } else {
            assert_eq!(answer.location(), "/sign-in/known", "{}", answer.body);
            browser.sign_in("ana@demo.test", "comanda-demo").await;
            browser.post("accounts", "/account/providers/confirm", &[]).await;
        }
    }
    assert_eq!(browser.get("accounts", "/api/v1/me").await.json()["email"], "ana@demo.test");
}

/// Its sign-in page is a script of Auth0; this posts what that script posts, and then the form that
/// comes back.
async fn back(issuer: &str, authority: &str, address: &str, own: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    let asked: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let mut fields = vec![("username", "ana@demo.test"), ("password", "comanda-demo")];
    fields.extend(asked.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let mut ana = Visitor::new(Some(Path::new(authority)), &[]);
    let form = ana.submit(&format!("{issuer}usernamepassword/login"), &fields, own).await;
    form.strip_prefix(own).unwrap().to_owned()
}
