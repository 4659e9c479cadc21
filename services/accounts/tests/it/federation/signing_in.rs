//! What works.

use super::Town;
use serde_json::json;

#[tokio::test]
async fn a_new_person_comes_by_a_provider_has_an_account_and_comes_again() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    let own = format!("{}/checkout?step=2", zoe.origin("orderhub"));
    let query = serde_urlencoded::to_string([("return_to", &own)]).unwrap();
    let page = zoe.get("accounts", &format!("/sign-in?{query}")).await;
    assert!(page.body.contains("Continue with OP"));
    assert!(page.body.contains(&format!("/sign-in/with/op?{query}")));
    assert_eq!(town.op.asked("/.well-known/openid-configuration"), 0, "the page waits for nobody");
    let address = town.leave(&mut zoe, &format!("/sign-in/with/op?{query}")).await;
    let answer = zoe.get("accounts", &town.op.sign_in(&address)).await;
    assert_eq!((answer.status, answer.location()), (303, own.as_str()));
    let account = zoe.get("accounts", "/account").await.body;
    assert!(account.contains("Hello, Zoë") && account.contains("zoe@example.com"));
    let me = zoe.get("accounts", "/api/v1/me").await.json();
    assert_eq!(me["email_verified"], true);
    let mut again = town.browser();
    assert_eq!(town.come(&mut again).await.location(), "/account");
    assert_eq!(again.get("accounts", "/api/v1/me").await.json()["id"], me["id"]);
    assert_eq!(zoe.get("orderhub", "/me").await.body, "Zoë", "known at the sibling");
}

#[tokio::test]
async fn each_algorithm_that_the_provider_names_is_taken() {
    let town = Town::open().await;
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        town.op.set(|op| op.algorithm = algorithm);
        let mut browser = town.browser();
        assert_eq!(town.come(&mut browser).await.status, 303, "{algorithm}");
        assert!(Town::is_in(&browser), "{algorithm}");
    }
    assert_eq!(town.op.asked("/jwks"), 1, "keys are kept");
    assert_eq!(
        town.op.asked("/.well-known/openid-configuration"),
        1,
        "so is what it says of itself"
    );
}

#[tokio::test]
async fn an_algorithm_that_the_provider_does_not_name_is_not_taken() {
    let town = Town::open().await;
    town.op.set(|op| {
        op.metadata["id_token_signing_alg_values_supported"] = json!(["RS256"]);
        op.algorithm = "ES256";
    });
    town.refuses("ES256 where RS256 was named").await;
}

#[tokio::test]
async fn who_tells_no_address_in_the_token_is_asked_for_it() {
    let town = Town::open().await;
    town.op.set(|op| op.person = json!({"sub": "zoe-there", "name": "Zoë"}));
    let mut zoe = town.browser();
    assert_eq!(town.come(&mut zoe).await.status, 303);
    assert_eq!(zoe.get("accounts", "/api/v1/me").await.json()["email"], "zoe@example.com");
    // An answer about somebody else is not theirs.
    town.op.set(|op| op.person = json!({"sub": "somebody-else", "name": "Zoë"}));
    town.refuses("userinfo of another").await;
}

#[tokio::test]
async fn who_says_no_at_the_provider_is_told_so_and_nothing_else_happens() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    let address = town.leave(&mut zoe, "/sign-in/with/op").await;
    let back = town.op.sign_in(&address).replace("code=code-0", "error=access_denied");
    let answer = zoe.get("accounts", &back).await;
    assert!(answer.status == 200 && answer.body.contains("You did not sign in with OP"));
    town.let_nobody_in(&mut zoe).await;
}

#[tokio::test]
async fn only_our_own_pages_are_returned_to_from_a_provider() {
    let town = Town::open().await;
    for evil in ["https://evil.test/", "//evil.test", "javascript:alert(1)"] {
        let query = serde_urlencoded::to_string([("return_to", evil)]).unwrap();
        let mut zoe = town.browser();
        let address = town.leave(&mut zoe, &format!("/sign-in/with/op?{query}")).await;
        let answer = zoe.get("accounts", &town.op.sign_in(&address)).await;
        assert_eq!(answer.location(), "/account", "{evil}");
    }
}

#[tokio::test]
async fn signing_out_offers_to_sign_out_at_the_provider_and_does_not_force_it() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    town.come(&mut zoe).await;
    let answer = zoe.post("accounts", "/sign-out", &[]).await;
    assert_eq!(answer.location(), "/signed-out?with=op");
    town.let_nobody_in(&mut zoe).await;
    let page = zoe.get("accounts", "/signed-out?with=op").await.body;
    assert!(page.contains("Sign out at OP, too"));
    assert!(page.contains(&format!(
        "{}/end?client_id=comanda&amp;post_logout_redirect_uri=",
        town.op.issuer
    )));
    // Who came by a password is not asked.
    let mut ana = town.ana().await;
    let to = ana.post("accounts", "/sign-out", &[]).await;
    assert_eq!(to.location(), format!("{}/", ana.origin("orderhub")));
    assert_eq!(ana.get("accounts", "/signed-out?with=nobody").await.status, 303);
}
