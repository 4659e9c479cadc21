//! Forgotten and changed passwords.

use crate::{Links, Place};
use testkit::Browser;

const NEW: &str = "another four warm words";

async fn ask_for_reset(place: &Place) -> String {
    let mut browser = place.browser();
    browser.post("accounts", "/reset-password", &[("email", "ana@demo.test")]).await;
    place.mail.take("ana@demo.test", "Set a new password").await.link("/reset-password/new")
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.get("accounts", "/account").await.status == 200
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_mail_and_everybody_else_is_signed_out() {
    let place = Place::open().await;
    let mut thief = place.ana().await;
    let unknown = [("email", "nobody@example.com")];
    let unknown = place.browser().post("accounts", "/reset-password", &unknown).await;
    assert_eq!(unknown.location(), "/check-your-mail?for=password");
    let (link, older) = (ask_for_reset(&place).await, ask_for_reset(&place).await);
    let mut ana = place.browser();
    assert!(ana.get("accounts", &link).await.body.contains("Set a new password"));
    for (password, problem) in [("short", "at least 8"), ("iloveyou1", "lists of stolen ones")] {
        let answer = ana.press(&link, &[("password", password)]).await;
        assert!(answer.status == 422 && answer.body.contains(problem), "{answer:?}");
    }
    assert!(is_in(&mut thief).await);
    assert_eq!(ana.press(&link, &[("password", NEW)]).await.location(), "/account");
    assert!(is_in(&mut ana).await && !is_in(&mut thief).await);
    place.mail.take("ana@demo.test", "A new password was set").await;
    assert_eq!(place.browser().sign_in("ana@demo.test", "comanda-demo").await.status, 422);
    assert_eq!(place.browser().sign_in("ana@demo.test", NEW).await.status, 303);
    for dead in [link, older] {
        assert_eq!(place.browser().press(&dead, &[("password", NEW)]).await.status, 410);
    }
    assert!(place.mail.mails().iter().all(|mail| mail.to != "nobody@example.com"));
}

#[tokio::test]
async fn a_link_to_a_new_password_is_dead_after_half_an_hour() {
    let place = Place::open().await;
    let link = ask_for_reset(&place).await;
    place.wait(30 * 60);
    assert_eq!(place.browser().get("accounts", &link).await.status, 410);
    assert_eq!(place.browser().press(&link, &[("password", NEW)]).await.status, 410);
    place.ana().await;
}

#[tokio::test]
async fn who_changes_the_password_shows_the_old_one_however_lately_they_signed_in() {
    let place = Place::open().await;
    let (mut here, mut there) = (place.ana().await, place.ana().await);
    let change = async |browser: &mut Browser, current: &str, password: &str| {
        let fields = [("current", current), ("password", password)];
        browser.post("accounts", "/account/password", &fields).await
    };
    assert!(here.get("accounts", "/account/password").await.body.contains("name=\"current\""));
    let wrong = change(&mut here, "not the password", NEW).await;
    assert!(wrong.status == 422 && wrong.body.contains("Nothing was changed"), "{wrong:?}");
    let stolen = change(&mut here, "comanda-demo", "Password123").await;
    assert!(stolen.status == 422 && stolen.body.contains("lists of stolen ones"));
    let link = ask_for_reset(&place).await;
    let done = change(&mut here, "comanda-demo", NEW).await;
    assert_eq!(done.location(), "/account?changed=password");
    assert!(here.get("accounts", done.location()).await.body.contains("Your password is changed"));
    assert!(!is_in(&mut there).await);
    assert_eq!(place.browser().get("accounts", &link).await.status, 410, "sent before");
    place.mail.take("ana@demo.test", "A new password was set").await;
    let mut fresh = place.browser();
    assert_eq!(fresh.sign_in("ana@demo.test", NEW).await.status, 303);
    let without = change(&mut fresh, "", "a third set of words").await;
    assert!(without.status == 422 && without.body.contains("Enter your password now"));
    place.wait(11 * 60);
    let done = change(&mut fresh, NEW, "a third set of words").await;
    assert_eq!(done.location(), "/account?changed=password", "one proof, of who has one");
    let nobody = place.browser().get("accounts", "/account/password").await;
    assert!(nobody.status == 303 && nobody.location().contains("/sign-in"));
}

#[tokio::test]
async fn a_password_made_of_names_is_refused_wherever_one_is_set() {
    let place = Place::open().await;
    let says = "This password is little more than a name";
    let sign_up = async |password: &str| {
        let fields = [("name", "Zoë Müller"), ("email", "zoe@fluss.test"), ("password", password)];
        place.browser().post("accounts", "/sign-up", &fields).await
    };
    for password in ["Comanda2026!", "ZoeMuller!!", "zoe@fluss", "0rderhub-1"] {
        let answer = sign_up(password).await;
        assert!(answer.status == 422 && answer.body.contains(says), "{password}: {answer:?}");
    }
    assert_eq!(sign_up("Zoë swims to comanda.test").await.status, 303);
    let mut ana = place.ana().await;
    for password in ["comanda-demo", "Ana-Demo-Comanda"] {
        let answer = ana.post("accounts", "/account/password", &[("password", password)]).await;
        assert!(answer.status == 422 && answer.body.contains(says), "{password}: {answer:?}");
    }
    let link = ask_for_reset(&place).await;
    let answer = place.browser().press(&link, &[("password", "ana.at.demo")]).await;
    assert!(answer.status == 422 && answer.body.contains(says), "{answer:?}");
    assert_eq!(place.browser().sign_in("ana@demo.test", "comanda-demo").await.status, 303);
}

#[tokio::test]
async fn a_stolen_password_is_refused_when_signing_up() {
    let place = Place::open().await;
    let fields = [("name", "Zoë"), ("email", "zoe@example.com"), ("password", "Sunshine1")];
    let answer = place.browser().post("accounts", "/sign-up", &fields).await;
    assert_eq!(answer.status, 422);
    let says = "This password is on lists of stolen ones. Choose another.";
    assert!(answer.body.contains(says) && !answer.body.contains("Sunshine1"));
}

#[tokio::test]
async fn a_reset_ends_what_apps_may_do_and_a_change_leaves_it() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let code = app.code_for(&mut ana, &[("scope", "openid offline_access")]).await;
    let tokens = app.redeem(&place, &code).await.json();
    let fields = [("current", "comanda-demo"), ("password", NEW)];
    let changed = ana.post("accounts", "/account/password", &fields).await;
    assert_eq!(changed.location(), "/account?changed=password");
    let told = place.mail.take("ana@demo.test", "A new password was set").await.text;
    assert!(told.contains("on all other devices") && told.contains("Apps keep"), "{told}");
    let refreshed = app.refresh(&place, &tokens["refresh_token"]).await;
    assert_eq!(refreshed.status, 200, "what was allowed stays allowed");
    let link = ask_for_reset(&place).await;
    assert_eq!(ana.press(&link, &[("password", "a third set of words")]).await.status, 303);
    let told = place.mail.take("ana@demo.test", "A new password was set").await.text;
    assert!(told.contains("apps have lost their access"), "{told}");
    assert_eq!(app.refresh(&place, &refreshed.json()["refresh_token"]).await.status, 400);
}
