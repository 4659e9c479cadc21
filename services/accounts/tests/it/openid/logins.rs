//! Signing in on the way from an app, once or again.

use super::{CALLBACK, allow, onward, part, step};
use crate::Place;
use testkit::Browser;

/// Follows the sign-in page back to the request.
async fn sign_in_from(browser: &mut Browser, sign_in: &str) -> testkit::Answer {
    let back = part(sign_in, "return_to");
    let fields =
        [("email", "ana@demo.test"), ("password", "comanda-demo"), ("return_to", back.as_str())];
    let answer = browser.post("accounts", "/sign-in", &fields).await;
    assert_eq!(answer.location(), back);
    let origin = browser.origin("accounts");
    let page = browser.get("accounts", back.strip_prefix(&origin).unwrap()).await;
    assert_eq!(page.status, 200, "a form may not end at another origin, so a page lies between");
    let on = onward(&page);
    browser.get("accounts", &on).await
}

#[tokio::test]
async fn who_is_not_signed_in_signs_in_first_and_comes_back_to_the_same_request() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.browser();
    let answer = ana.get("accounts", &app.address(&[("login_hint", "ana@demo.test")])).await;
    assert!(answer.location().starts_with("/sign-in?"), "{answer:?}");
    assert_eq!(part(answer.location(), "email"), "ana@demo.test");
    let page = sign_in_from(&mut ana, answer.location()).await;
    assert!(page.body.contains("Sign in to Town news?"), "{}", page.body);
    let to = onward(&allow(&mut ana, &page).await);
    assert!(app.redeem(&place, &part(&to, "code")).await.status == 200);
    let mut elsewhere = place.browser();
    let answer = elsewhere.get("accounts", &app.address(&[])).await;
    let straight = sign_in_from(&mut elsewhere, answer.location()).await;
    assert!(straight.location().starts_with(CALLBACK), "consent is remembered: {straight:?}");
}

#[tokio::test]
async fn prompt_none_without_a_session_is_login_required() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let answer = place.browser().get("accounts", &app.address(&[("prompt", "none")])).await;
    assert_eq!(part(answer.location(), "error"), "login_required");
    let mut ana = place.ana().await;
    app.code(&mut ana).await;
    let answer = ana.get("accounts", &app.address(&[("prompt", "none")])).await;
    assert!(answer.location().contains("code="), "{answer:?}");
    place.wait(120);
    let old = [("prompt", "none"), ("max_age", "60")];
    let answer = ana.get("accounts", &app.address(&old)).await;
    assert_eq!(part(answer.location(), "error"), "login_required");
}

#[tokio::test]
async fn an_app_that_wants_to_be_sure_has_the_person_prove_it_again_once() {
    let place = Place::open().await;
    let app = place.app("public").await;
    for changes in [("prompt", "login"), ("max_age", "0"), ("max_age", "60")] {
        let mut ana = place.ana().await;
        app.code(&mut ana).await;
        place.wait(120);
        let page = ana.get("accounts", &app.address(&[changes])).await;
        assert!(page.status == 200 && page.body.contains("Is it you, Ana?"), "{changes:?}");
        let step = step(&page);
        let resumed = ana.get("accounts", &format!("/oauth/resume?step={step}")).await;
        assert!(resumed.body.contains("Is it you, Ana?"), "no way around it");
        let answer = ana.post("accounts", "/oauth/again", &[("step", &step)]).await;
        assert!(answer.location().starts_with("/sign-in?"), "{answer:?}");
        assert!(ana.cookies.is_empty());
        let back = sign_in_from(&mut ana, answer.location()).await;
        assert!(back.location().contains("code="), "{changes:?}: {back:?}");
    }
}

#[tokio::test]
async fn a_step_is_over_after_half_an_hour() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let page = ana.get("accounts", &app.address(&[])).await;
    place.wait(30 * 60);
    assert_eq!(allow(&mut ana, &page).await.status, 410);
}
