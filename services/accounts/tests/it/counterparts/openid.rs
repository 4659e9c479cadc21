//! The certified `oidc-provider`.

use super::{place, sign_in, visitor::Visitor};
use crate::Place;
use serde_json::json;
use testkit::counterpart;

async fn town(issuer: &str) -> Place {
    place(&json!({"name": "op", "label": "OP", "kind": "oidc", "issuer": issuer, "client_id": "comanda", "client_secret": "comanda-secret"})).await
}

fn person(name: &str) -> Visitor {
    Visitor::new(None, &[("login", name), ("password", "any")])
}

#[tokio::test]
async fn counterpart_openid_lets_a_new_person_in_and_again() {
    let Some(issuer) = counterpart("COMANDA_TEST_OIDC") else { return };
    let town = town(&issuer).await;
    let (mut browser, mut lea) = (town.browser(), person("lea@example.com"));
    let answer = sign_in(&town, &mut browser, &mut lea, "/sign-in/with/op").await;
    assert_eq!((answer.status, answer.location()), (303, "/account"), "{}", answer.body);
    let me = browser.get("accounts", "/api/v1/me").await.json();
    assert_eq!(
        (me["email"].as_str(), me["email_verified"].as_bool()),
        (Some("lea@example.com"), Some(true))
    );
    // Still signed in over there, in another browser of ours.
    let mut again = town.browser();
    sign_in(&town, &mut again, &mut lea, "/sign-in/with/op").await;
    assert_eq!(again.get("accounts", "/api/v1/me").await.json()["id"], me["id"]);
}

#[tokio::test]
async fn counterpart_openid_links_an_account_after_its_owner_has_signed_in() {
    let Some(issuer) = counterpart("COMANDA_TEST_OIDC") else { return };
    let town = town(&issuer).await;
    let (mut browser, mut ana) = (town.browser(), person("ana@demo.test"));
    let answer = sign_in(&town, &mut browser, &mut ana, "/sign-in/with/op").await;
    assert_eq!(answer.location(), "/sign-in/known", "{}", answer.body);
    browser.sign_in("ana@demo.test", "comanda-demo").await;
    let answer = browser.post("accounts", "/account/providers/confirm", &[]).await;
    assert_eq!(answer.location(), "/account/providers");
    let mut again = town.browser();
    let answer = sign_in(&town, &mut again, &mut ana, "/sign-in/with/op").await;
    assert_eq!(answer.location(), "/account");
    assert_eq!(again.get("accounts", "/api/v1/me").await.json()["email"], "ana@demo.test");
}

#[tokio::test]
async fn counterpart_openid_claims_no_address_that_it_has_not_confirmed() {
    let Some(issuer) = counterpart("COMANDA_TEST_OIDC") else { return };
    let town = town(&issuer).await;
    let (mut browser, mut stranger) = (town.browser(), person("unconfirmed@example.com"));
    let answer = sign_in(&town, &mut browser, &mut stranger, "/sign-in/with/op").await;
    assert!(answer.status == 403 && answer.body.contains("has not confirmed"), "{}", answer.body);
}

#[tokio::test]
async fn counterpart_openid_takes_a_code_once_and_offers_to_sign_out_there() {
    let Some(issuer) = counterpart("COMANDA_TEST_OIDC") else { return };
    let town = town(&issuer).await;
    let (mut browser, mut mia) = (town.browser(), person("mia@example.com"));
    let answer = browser.get("accounts", "/sign-in/with/op").await;
    let own = browser.origin("accounts");
    let back = mia.walk(answer.location(), &own).await;
    let back = back.strip_prefix(&own).unwrap();
    assert_eq!(browser.get("accounts", back).await.status, 303);
    assert_eq!(browser.get("accounts", back).await.status, 400, "replayed");
    // The code with the state of another sign-in: PKCE holds there.
    let mut thief = town.browser();
    let answer = thief.get("accounts", "/sign-in/with/op").await;
    let fresh = mia.walk(answer.location(), &own).await;
    let fresh = fresh.strip_prefix(&own).unwrap().to_owned();
    let mut other = town.browser();
    let answer = other.get("accounts", "/sign-in/with/op").await;
    let others = mia.walk(answer.location(), &own).await;
    let part = |url: &str, name: &str| {
        let query = url.split_once('?').unwrap().1.to_owned();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap();
        pairs.into_iter().find(|(key, _)| key == name).unwrap().1
    };
    let injected = fresh.replace(&part(&fresh, "code"), &part(&others, "code"));
    assert_eq!(thief.get("accounts", &injected).await.status, 400, "injected");
    let answer = browser.post("accounts", "/sign-out", &[]).await;
    assert_eq!(answer.location(), "/signed-out?with=op");
    let page = browser.get("accounts", "/signed-out?with=op").await.body;
    assert!(page.contains(&format!("{issuer}/session/end?client_id=comanda")), "{page}");
}
