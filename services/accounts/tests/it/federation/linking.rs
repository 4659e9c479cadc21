//! Accounts that are here already: linked after proof alone.

use super::Town;
use serde_json::json;
use testkit::Browser;

/// Zoë's account with a password, made before.
async fn zoe(town: &Town) -> Browser {
    town.sign_up("zoe@example.com", "four warm words here").await
}

async fn id(browser: &mut Browser) -> String {
    browser.get("accounts", "/api/v1/me").await.json()["id"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_account_with_that_address_is_linked_only_after_its_owner_has_signed_in_to_it() {
    let town = Town::open().await;
    let before = id(&mut zoe(&town).await).await;
    let mut browser = town.browser();
    let answer = town.come(&mut browser).await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in/known"));
    town.let_nobody_in(&mut browser).await;
    let page = browser.get("accounts", "/sign-in/known").await.body;
    assert!(page.contains("zoe@example.com") && page.contains("Sign in and link OP"));
    // Still not linked: who comes again gets no further.
    assert_eq!(town.come(&mut town.browser()).await.location(), "/sign-in/known");
    browser.sign_in("zoe@example.com", "four warm words here").await;
    let page = browser.get("accounts", "/account/providers/confirm").await;
    assert!(page.body.contains("Link OP?"), "{}", page.body);
    let answer = browser.post("accounts", "/account/providers/confirm", &[]).await;
    assert_eq!(answer.location(), "/account/providers");
    assert!(browser.get("accounts", "/account/providers").await.body.contains("Remove OP"));
    let told = town.mail.take("zoe@example.com", "Another way to sign in was added").await;
    assert!(told.text.contains("OP lets you in to your account"), "{}", told.text);
    assert_eq!(told.link("/account/providers"), "/account/providers");
    let mut again = town.browser();
    assert_eq!(town.come(&mut again).await.location(), "/account");
    assert_eq!(id(&mut again).await, before);
}

#[tokio::test]
async fn what_waits_for_one_account_is_not_linked_to_another() {
    let town = Town::open().await;
    zoe(&town).await;
    let mut browser = town.browser();
    town.come(&mut browser).await;
    browser.sign_in("ana@demo.test", "comanda-demo").await;
    for method in ["GET", "POST"] {
        let answer = match method {
            "GET" => browser.get("accounts", "/account/providers/confirm").await,
            _ => browser.post("accounts", "/account/providers/confirm", &[]).await,
        };
        assert!(answer.status == 409 && answer.body.contains("for another account"), "{method}");
    }
    assert_eq!(town.come(&mut town.browser()).await.location(), "/sign-in/known");
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_proved_links_and_claims_nothing() {
    let town = Town::open().await;
    zoe(&town).await;
    let mut pages = Vec::new();
    for (email, proved) in [
        ("zoe@example.com", json!(false)),
        ("zoe@example.com", json!(null)),
        ("nobody-has-this@example.com", json!(false)),
        ("nobody-has-this@example.com", json!("no")),
    ] {
        town.op.set(|op| {
            op.metadata["userinfo_endpoint"] = json!(null);
            op.person =
                json!({"sub": "mallory", "email": email, "email_verified": proved, "name": "M"});
        });
        let mut browser = town.browser();
        let answer = town.come(&mut browser).await;
        assert!(answer.body.contains("has not confirmed your e-mail address"));
        pages.push((answer.status, answer.body));
        town.let_nobody_in(&mut browser).await;
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "the page does not tell which address has an account");
    // It is free.
    town.sign_up("nobody-has-this@example.com", "four warm words here").await;
}

#[tokio::test]
async fn who_is_signed_in_adds_a_provider_by_a_press_of_a_button_and_removes_it_again() {
    let town = Town::open().await;
    let mut ana = town.ana().await;
    let page = ana.get("accounts", "/account/providers").await.body;
    assert!(page.contains("Add OP") && page.contains("None yet"));
    // Its address there may be another one, and need not be proved.
    town.op.set(|op| {
        op.metadata["userinfo_endpoint"] = json!(null);
        op.person = json!({"sub": "ana-there", "email": "ana@elsewhere.test"});
    });
    let address = town.leave(&mut ana, "/sign-in/with/op?add=1").await;
    let answer = ana.get("accounts", &town.op.sign_in(&address)).await;
    assert_eq!(answer.location(), "/account/providers/confirm", "coming back alone links nothing");
    assert!(ana.get("accounts", "/account/providers").await.body.contains("None yet"));
    ana.post("accounts", "/account/providers/confirm", &[]).await;
    let mut elsewhere = town.browser();
    town.come(&mut elsewhere).await;
    assert_eq!(id(&mut elsewhere).await, id(&mut ana).await);
    let fields = [("issuer", town.op.issuer.as_str()), ("subject", "ana-there")];
    assert_eq!(ana.post("accounts", "/account/providers/remove", &fields).await.status, 303);
    assert!(ana.get("accounts", "/account/providers").await.body.contains("None yet"));
    assert!(town.come(&mut town.browser()).await.body.contains("has not confirmed"));
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    town.come(&mut zoe).await;
    let fields = [("issuer", town.op.issuer.as_str()), ("subject", "zoe-there")];
    let answer = zoe.post("accounts", "/account/providers/remove", &fields).await;
    assert!(answer.status == 409 && answer.body.contains("your only way in"));
    // With another one it may go.
    let address = town.leave(&mut zoe, "/sign-in/with/other?add=1").await;
    zoe.get("accounts", &town.other.sign_in(&address)).await;
    zoe.post("accounts", "/account/providers/confirm", &[]).await;
    assert_eq!(zoe.post("accounts", "/account/providers/remove", &fields).await.status, 303);
    assert!(!zoe.get("accounts", "/account/providers").await.body.contains("Remove OP"));
}

#[tokio::test]
async fn ways_in_change_only_after_a_fresh_proof() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    town.come(&mut zoe).await;
    let address = town.leave(&mut zoe, "/sign-in/with/other?add=1").await;
    zoe.get("accounts", &town.other.sign_in(&address)).await;
    town.wait(11 * 60);
    let fields = [("issuer", town.op.issuer.as_str()), ("subject", "zoe-there")];
    let answer = zoe.post("accounts", "/account/providers/remove", &fields).await;
    assert!(answer.location().starts_with("/confirm?"), "{answer:?}");
    let answer = zoe.post("accounts", "/account/providers/confirm", &[]).await;
    assert!(answer.location().starts_with("/confirm?"), "{answer:?}");
    let answer = zoe.get("accounts", "/account/providers/confirm").await;
    assert!(answer.location().starts_with("/confirm?"), "{answer:?}");
    let page = zoe.get("accounts", answer.location()).await.body;
    assert!(page.contains("Sign out and in again"), "who has no password: {page}");
}

#[tokio::test]
async fn an_identity_of_one_account_is_not_added_to_another() {
    let town = Town::open().await;
    town.come(&mut town.browser()).await;
    let mut ana = town.ana().await;
    let address = town.leave(&mut ana, "/sign-in/with/op?add=1").await;
    let answer = ana.get("accounts", &town.op.sign_in(&address)).await;
    assert!(answer.status == 409 && answer.body.contains("is taken"));
    assert_eq!(ana.get("accounts", "/api/v1/me").await.json()["email"], "ana@demo.test");
}

#[tokio::test]
async fn a_form_from_elsewhere_links_and_removes_nothing() {
    let town = Town::open().await;
    let ana = town.ana().await;
    for path in ["/account/providers/confirm", "/account/providers/remove", "/sign-in/with/clerk"] {
        let request = ana.request("POST", "accounts", path).header("origin", "https://evil.test");
        assert_eq!(ana.clone().visit(request).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn what_was_linked_goes_with_the_person() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    town.come(&mut zoe).await;
    let before = id(&mut zoe).await;
    let token = zoe.cookies["comanda"].clone();
    let request = zoe.request("DELETE", "accounts", "/api/v1/me");
    let request = request.header("authorization", format!("Bearer {token}"));
    assert_eq!(zoe.send(request).await.status, 204);
    let mut again = town.browser();
    town.come(&mut again).await;
    assert_ne!(id(&mut again).await, before, "a new account");
}
