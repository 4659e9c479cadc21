//! What stands before what is dangerous: how much it takes at `/confirm`, and what of a session is new
//! afterwards.

use crate::{
    Place,
    device::{Device, Says},
    passkeys,
    second_step::{first_step, set_up},
};
use testkit::{Answer, Browser};

const NEW: &str = "another four warm words";
const DANGEROUS: [&str; 5] = [
    "/account/erase",
    "/account/authenticator/remove",
    "/account/recovery-codes",
    "/passkeys/remove",
    "/account/providers/remove",
];

async fn confirm(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    browser.post("accounts", "/confirm", fields).await
}

async fn is_refused_what_is_dangerous(browser: &mut Browser) {
    for path in DANGEROUS {
        let answer = browser.post("accounts", path, &[]).await;
        assert!(answer.location().starts_with("/confirm?return_to="), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn a_code_alone_does_nothing_dangerous_and_changes_no_password() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (app, _) = set_up(&place, &mut ana).await;
    place.wait(11 * 60);
    let code = app.code(&place);
    let half = confirm(&mut ana, &[("code", &code)]).await;
    assert_eq!((half.status, half.location()), (303, "/confirm"), "{half:?}");
    let page = ana.get("accounts", "/confirm").await.body;
    assert!(page.contains("name=\"password\"") && !page.contains("name=\"code\""), "{page}");
    is_refused_what_is_dangerous(&mut ana).await;
    let changed = ana.post("accounts", "/account/password", &[("password", NEW)]).await;
    assert!(changed.status == 422 && changed.body.contains("Enter your password"), "{changed:?}");
    let known = [("password", NEW), ("current", "comanda-demo")];
    let changed = ana.post("accounts", "/account/password", &known).await;
    assert!(changed.location().starts_with("/confirm?return_to="), "{changed:?}");
    let moved = [("email", "thief@example.com"), ("current", "comanda-demo")];
    let moved = ana.post("accounts", "/account/email", &moved).await;
    assert!(moved.location().starts_with("/confirm?return_to="), "{moved:?}");
    // The password makes it whole.
    let wrong = confirm(&mut ana, &[("password", "not the password")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("That is not your password"));
    let whole = confirm(&mut ana, &[("password", "comanda-demo")]).await;
    assert_eq!(whole.location(), "/account");
    assert_eq!(ana.post("accounts", "/account/recovery-codes", &[]).await.status, 200);
    let without = ana.post("accounts", "/account/password", &[("password", NEW)]).await;
    assert_eq!(without.status, 422, "the old password is asked for whatever was proved");
    let changed = ana.post("accounts", "/account/password", &known).await;
    assert_eq!(changed.location(), "/account?changed=password");
}

#[tokio::test]
async fn a_password_alone_is_half_a_proof_of_who_has_set_up_an_app() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (app, codes) = set_up(&place, &mut ana).await;
    place.wait(11 * 60);
    let page = ana.get("accounts", "/confirm").await.body;
    assert!(page.contains("name=\"password\"") && page.contains("name=\"code\""), "{page}");
    let half = confirm(&mut ana, &[("password", "comanda-demo")]).await;
    assert_eq!(half.location(), "/confirm");
    is_refused_what_is_dangerous(&mut ana).await;
    let request = ana.request("DELETE", "accounts", "/api/v1/me");
    let origin = ana.origin("accounts");
    let request = request.header("origin", origin).header("content-type", "application/json");
    let erase = ana.visit(request.body(r#"{"password": "comanda-demo"}"#)).await;
    assert_eq!((erase.status, &erase.json()["code"]), (403, &"second_step_needed".into()));
    // What was proved half is forgotten after ten minutes.
    place.wait(11 * 60);
    let code = app.code(&place);
    assert_eq!(confirm(&mut ana, &[("code", &code)]).await.location(), "/confirm");
    is_refused_what_is_dangerous(&mut ana).await;
    // Both at once; a recovery code stands for the app.
    place.wait(11 * 60);
    let wrong = [("password", "not the password"), ("code", codes[0].as_str())];
    assert_eq!(confirm(&mut ana, &wrong).await.status, 422);
    let both = [("password", "comanda-demo"), ("code", codes[0].as_str())];
    assert_eq!(confirm(&mut ana, &both).await.location(), "/account", "the code was not used up");
    assert_eq!(ana.post("accounts", "/account/authenticator/remove", &[]).await.status, 303);
}

#[tokio::test]
async fn of_staff_a_new_password_or_address_waits_for_a_second_step() {
    let place = Place::open_set(&[("accounts.second_step", "staff")]).await;
    let mut operator = place.operator().await;
    let password = [("password", NEW), ("current", "comanda-demo")];
    let email = [("email", "new@example.com"), ("current", "comanda-demo")];
    for (path, fields) in [("/account/password", password), ("/account/email", email)] {
        let shown = operator.get("accounts", path).await;
        assert!(shown.location().starts_with("/account/security?return_to="), "{path}: {shown:?}");
        let sent = operator.post("accounts", path, &fields).await;
        assert!(sent.location().starts_with("/account/security?return_to="), "{path}: {sent:?}");
    }
    assert!(place.mail.mails().is_empty());
    set_up(&place, &mut operator).await;
    let done = operator.post("accounts", "/account/password", &password).await;
    assert_eq!(done.location(), "/account?changed=password");
    // Who answers for nobody is not asked for more.
    let done = place.ana().await.post("accounts", "/account/password", &password).await;
    assert_eq!(done.location(), "/account?changed=password");
}

#[tokio::test]
async fn right_confirmations_are_not_counted_as_attempts() {
    let place = Place::open_throttled().await;
    let mut ana = place.ana().await;
    for number in 1..=7 {
        place.wait(11 * 60 / 2);
        let answer = confirm(&mut ana, &[("password", "comanda-demo")]).await;
        assert_eq!(answer.status, 303, "{number}: {answer:?}");
    }
    for _ in 0..5 {
        assert_eq!(confirm(&mut ana, &[("password", "wrong")]).await.status, 422);
    }
    assert_eq!(confirm(&mut ana, &[("password", "wrong")]).await.status, 429, "wrong ones are");
}

#[tokio::test]
async fn a_sign_in_ends_the_session_that_the_browser_held() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let mut copy = ana.clone();
    // Somebody else's attempt, and one that stops before the second step, end nothing.
    ana.sign_in("ana@demo.test", "wrong password").await;
    place.ana().await;
    assert_eq!(copy.get("accounts", "/account").await.status, 200);
    ana.sign_in("ana@demo.test", "comanda-demo").await;
    assert_eq!(copy.get("accounts", "/account").await.status, 303, "of before");
    assert_eq!(ana.get("accounts", "/account").await.status, 200);
    // Another person at the same browser; a code comes between.
    let (app, _) = set_up(&place, &mut ana).await;
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let mut copy = rival.clone();
    rival.sign_in("ana@demo.test", "comanda-demo").await;
    assert_eq!(copy.get("accounts", "/account").await.status, 200, "nobody is in yet");
    place.wait(30);
    let code = app.code(&place);
    let answer = rival.post("accounts", "/sign-in/second-step", &[("code", &code)]).await;
    assert_eq!(answer.location(), "/account");
    assert_eq!(copy.get("accounts", "/account").await.status, 303);
}

#[tokio::test]
async fn a_session_that_the_browser_got_between_the_two_steps_ends_as_well() {
    let place = Place::open().await;
    let (mut ana, mut telephone) = (place.ana().await, Device::new(1));
    let (app, _) = set_up(&place, &mut ana).await;
    passkeys::add(&mut ana, &mut telephone, "Phone").await;
    place.wait(30);
    let mut browser = first_step(&place).await;
    let says = Says::the_truth(&browser.origin("accounts"), 2);
    assert_eq!(passkeys::sign_in(&mut browser, &telephone, &says).await.status, 200);
    let mut between = browser.clone();
    let code = app.code(&place);
    let answer = browser.post("accounts", "/sign-in/second-step", &[("code", &code)]).await;
    assert_eq!(answer.location(), "/account");
    // Longer than a process refuses a token by itself.
    place.wait(12 * 60);
    assert_eq!(between.get("accounts", "/account").await.status, 303);
    assert_eq!(browser.get("accounts", "/account").await.status, 200);
}

#[tokio::test]
async fn a_program_that_signs_in_ends_no_session_of_a_browser() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let request = ana.request("POST", "accounts", "/api/v1/sessions");
    let body = r#"{"email": "ana@demo.test", "password": "comanda-demo"}"#;
    let origin = ana.origin("accounts");
    let request = request.header("origin", origin).header("content-type", "application/json");
    assert_eq!(ana.visit(request.body(body)).await.status, 201);
    assert_eq!(ana.get("accounts", "/account").await.status, 200);
}

#[tokio::test]
async fn a_proof_is_followed_by_a_fresh_token() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    place.wait(11 * 60);
    assert_eq!(ana.get("accounts", "/confirm").await.status, 200);
    let before = ana.cookies["comanda"].clone();
    place.wait(2);
    assert_eq!(confirm(&mut ana, &[("password", "comanda-demo")]).await.status, 303);
    assert_ne!(ana.cookies["comanda"], before);
    assert_eq!(ana.get("accounts", "/account").await.status, 200);
}
