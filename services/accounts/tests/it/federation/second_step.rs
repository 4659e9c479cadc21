//! What a provider's sign-in is worth to who has set up a second step here.

use super::Town;
use crate::{
    device::Device,
    passkeys::add,
    second_step::{App, set_up},
};
use serde_json::{Value, json};
use testkit::Browser;

/// Zoë, who comes by any of the providers and has set up an app here.
async fn zoe(town: &Town) -> (Browser, App) {
    let mut zoe = town.browser();
    assert_eq!(
        town.come(&mut zoe).await.location(),
        "/account",
        "one step, as long as there is one"
    );
    for (name, token) in
        [("clerk", town.clerk_token(|_, _| ())), ("firebase", town.firebase_token(|_, _| ()))]
    {
        let fields = [("token", token.as_str()), ("add", "1")];
        zoe.post("accounts", &format!("/sign-in/with/{name}"), &fields).await;
        zoe.post("accounts", "/account/providers/confirm", &[]).await;
    }
    let (app, _) = set_up(town, &mut zoe).await;
    (zoe, app)
}

#[tokio::test]
async fn a_provider_is_the_first_step_alone() {
    let town = Town::open().await;
    let (_, app) = zoe(&town).await;
    for said in [json!(null), json!([]), json!(["pwd"]), json!("mfa"), json!(["pwd", "otp"])] {
        let named = said.clone();
        town.op.tamper(move |_, claims| claims["amr"] = named.clone());
        let mut browser = town.browser();
        assert_eq!(town.come(&mut browser).await.location(), "/sign-in/second-step", "{said}");
        town.let_nobody_in(&mut browser).await;
    }
    let mut browser = town.browser();
    town.come(&mut browser).await;
    town.wait(30);
    let code = app.code(&town);
    let answer = browser.post("accounts", "/sign-in/second-step", &[("code", &code)]).await;
    assert_eq!(answer.location(), "/account");
    assert_eq!(browser.get("accounts", "/account").await.status, 200);
}

#[tokio::test]
async fn a_provider_that_says_in_its_token_that_it_asked_for_two_is_enough() {
    let town = Town::open().await;
    zoe(&town).await;
    let policy = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";
    for (claim, said) in [("amr", json!(["pwd", "mfa"])), ("acr", json!(policy))] {
        town.op.tamper(move |_, claims| claims[claim] = said.clone());
        assert_eq!(town.come(&mut town.browser()).await.location(), "/account", "{claim}");
    }
    // What is said beside the signed token counts for nothing.
    town.op.tamper(|_, _| ());
    town.op.set(|op| op.person = json!({"sub": "zoe-there"}));
    assert_eq!(town.come(&mut town.browser()).await.location(), "/sign-in/second-step");
}

#[tokio::test]
async fn a_provider_that_the_town_trusts_with_it_is_enough() {
    let town = Town::open_with(&[("op", json!({"trust_second_step": true}))]).await;
    zoe(&town).await;
    assert_eq!(town.come(&mut town.browser()).await.location(), "/account");
    let answer = town.exchange("clerk", &town.clerk_token(|_, _| ())).await;
    assert_eq!(answer.json()["code"], "second_step_needed", "another one is not");
}

type Change = fn(&mut Value, &mut Value);

#[tokio::test]
async fn tokens_of_clerk_and_firebase_are_the_first_step_unless_they_tell_of_a_second() {
    let town = Town::open().await;
    zoe(&town).await;
    let one: [Change; 4] = [
        |_, _| (),
        |_, claims| claims["fva"] = json!([3, -1]),
        |_, claims| claims["fva"] = json!([3]),
        |_, claims| claims["fva"] = json!("0"),
    ];
    for change in one {
        let answer = town.exchange("clerk", &town.clerk_token(change)).await;
        assert_eq!(answer.json()["code"], "second_step_needed", "{}", answer.body);
    }
    let two = town.clerk_token(|_, claims| claims["fva"] = json!([3, 1]));
    assert_eq!(town.exchange("clerk", &two).await.status, 201);
    let one = town.firebase_token(|_, _| ());
    let answer = town.exchange("firebase", &one).await;
    assert_eq!(answer.json()["code"], "second_step_needed");
    let two = town.firebase_token(|_, claims| {
        claims["firebase"]["sign_in_second_factor"] = json!("totp");
    });
    assert_eq!(town.exchange("firebase", &two).await.status, 201);
}

#[tokio::test]
async fn a_code_is_neither_asked_for_nor_used_up_where_it_can_never_be_enough() {
    let town = Town::open().await;
    let mut zoe = town.browser();
    town.come(&mut zoe).await;
    let (_, codes) = set_up(&town, &mut zoe).await;
    add(&mut zoe, &mut Device::new(1), "Phone").await;
    town.wait(11 * 60);
    let page = zoe.get("accounts", "/confirm").await.body;
    assert!(page.contains("Confirm with a passkey") && !page.contains("name=\"code\""), "{page}");
    let sent = zoe.post("accounts", "/confirm", &[("code", &codes[0])]).await;
    assert_eq!(sent.location(), "/confirm");
    let page = zoe.get("accounts", "/confirm").await.body;
    assert!(!page.contains("The code was right"), "{page}");
    assert!(zoe.get("accounts", "/account/security").await.body.contains("You have 10 left"));
}

const STAFF: [(&str, &str); 1] = [("accounts.second_step", "staff")];

/// Links the provider to the operator, who has a passkey meanwhile and no longer.
async fn link_to_the_operator(town: &Town) {
    let operator = json!({"sub": "op-there", "email": "operator@demo.test", "email_verified": true, "name": "Op"});
    town.op.set(|op| op.person = operator);
    let mut browser = town.operator().await;
    add(&mut browser, &mut Device::new(1), "Phone").await;
    let address = town.leave(&mut browser, "/sign-in/with/op?add=1").await;
    browser.get("accounts", &town.op.sign_in(&address)).await;
    let linked = browser.post("accounts", "/account/providers/confirm", &[]).await;
    assert_eq!(linked.location(), "/account/providers");
    let page = browser.get("accounts", "/account/security").await.body;
    let id = &page[page.find("pky_").unwrap()..][..36];
    let removed = browser.post("accounts", "/passkeys/remove", &[("passkey", id)]).await;
    assert_eq!(removed.location(), "/account/security");
}

#[tokio::test]
async fn staff_who_came_by_two_steps_elsewhere_prove_them_there_again_and_by_nothing_less() {
    let town = Town::open_set(&STAFF, &[]).await;
    link_to_the_operator(&town).await;
    town.op.tamper(|_, claims| claims["amr"] = json!(["mfa"]));
    let mut operator = town.browser();
    assert_eq!(town.come(&mut operator).await.location(), "/account");
    assert_eq!(operator.get("accounts", "/account/erase").await.status, 200, "two steps, lately");
    town.wait(11 * 60);
    let page = operator.get("accounts", "/confirm").await.body;
    for field in ["name=\"password\"", "name=\"code\"", "Send me a link", "with a passkey"] {
        assert!(!page.contains(field), "{field}: {page}");
    }
    assert!(page.contains("Sign out and in again"), "{page}");
    let known = [("password", "comanda-demo")];
    let half = operator.post("accounts", "/confirm", &known).await;
    assert_eq!(half.location(), "/confirm", "a password is one step");
    for path in ["/operator/people/end-sessions", "/account/erase", "/account/authenticator"] {
        let answer = operator.post("accounts", path, &[]).await;
        assert!(answer.location().starts_with("/confirm?return_to="), "{path}: {answer:?}");
    }
    let moved = [("email", "thief@example.com"), ("current", "comanda-demo")];
    let moved = operator.post("accounts", "/account/email", &moved).await;
    assert!(moved.location().starts_with("/confirm?return_to="), "{moved:?}");
    let token = operator.cookies["comanda"].clone();
    let erase = town.call("DELETE", "/api/v1/me", &token, Some(json!({"password": known[0].1})));
    assert_eq!(erase.await.json()["code"], "second_step_needed");
    operator.post("accounts", "/confirm/sign-in-again", &[]).await;
    *town.op.now.lock().unwrap() += 11 * 60;
    town.come(&mut operator).await;
    assert_eq!(operator.get("accounts", "/account/erase").await.status, 200);
}

#[tokio::test]
async fn of_staff_who_come_by_a_provider_a_second_step_is_demanded_all_the_same() {
    let town = Town::open_set(&STAFF, &[]).await;
    let operator = json!({"sub": "op-there", "email": "operator@demo.test", "email_verified": true, "name": "Op"});
    town.op.set(|op| op.person = operator);
    let mut browser = town.operator().await;
    let address = town.leave(&mut browser, "/sign-in/with/op?add=1").await;
    browser.get("accounts", &town.op.sign_in(&address)).await;
    let linked = browser.post("accounts", "/account/providers/confirm", &[]).await;
    assert!(linked.location().starts_with("/account/security"), "{linked:?}");
    add(&mut browser, &mut Device::new(1), "Phone").await;
    let linked = browser.post("accounts", "/account/providers/confirm", &[]).await;
    assert_eq!(linked.location(), "/account/providers");
    let mut again = town.browser();
    assert_eq!(town.come(&mut again).await.location(), "/sign-in/second-step");
    town.let_nobody_in(&mut again).await;
    town.op.tamper(|_, claims| claims["amr"] = json!(["mfa"]));
    assert_eq!(town.come(&mut again).await.location(), "/account");
}
