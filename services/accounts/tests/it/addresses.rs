//! Another e-mail address for an account.

use crate::{Links, Place};
use testkit::Browser;

const NEW: &str = "ana.new@example.com";

async fn ask(browser: &mut Browser, email: &str, current: &str) -> testkit::Answer {
    let fields = [("email", email), ("current", current)];
    browser.post("accounts", "/account/email", &fields).await
}

async fn link(place: &Place) -> String {
    place.mail.take(NEW, "Confirm your new address").await.link("/account/email/confirm")
}

#[tokio::test]
async fn an_address_is_confirmed_at_the_new_one_and_told_to_the_old_one() {
    let place = Place::open().await;
    let (mut ana, mut elsewhere) = (place.ana().await, place.ana().await);
    let same = ask(&mut ana, "ANA@demo.test", "").await;
    assert!(same.status == 422 && same.body.contains("your address already"));
    assert_eq!(ask(&mut ana, NEW, "").await.location(), "/check-your-mail?for=address");
    let link = link(&place).await;
    let page = ana.get("accounts", &link).await;
    assert!(page.body.contains("Use this address"), "{page:?}");
    let me = async |ana: &mut Browser| ana.get("accounts", "/api/v1/me").await.json();
    assert_eq!(me(&mut ana).await["email"], "ana@demo.test", "a look changes nothing");
    assert_eq!(ana.press(&link, &[]).await.location(), "/account?changed=address");
    assert_eq!(me(&mut ana).await["email"], NEW);
    assert_eq!(elsewhere.get("accounts", "/account").await.status, 303);
    let told = place.mail.take("ana@demo.test", "Your e-mail address was changed").await;
    assert!(told.text.contains(NEW));
    assert_eq!(place.browser().sign_in("ana@demo.test", "comanda-demo").await.status, 422);
    assert_eq!(place.browser().sign_in(NEW, "comanda-demo").await.status, 303);
    assert_eq!(ana.press(&link, &[]).await.status, 410, "it opens once");
}

#[tokio::test]
async fn only_who_asked_uses_the_link_and_it_does_not_work_for_ever() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    ask(&mut ana, NEW, "").await;
    let first = link(&place).await;
    let mut rival = place.browser();
    let nobody = rival.get("accounts", &first).await;
    assert!(nobody.location().contains("/sign-in?return_to="), "{nobody:?}");
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    assert_eq!(rival.press(&first, &[]).await.status, 410);
    ask(&mut ana, NEW, "").await;
    let second = link(&place).await;
    assert_eq!(ana.press(&first, &[]).await.status, 410, "another was asked for since");
    place.wait(60 * 60);
    assert_eq!(ana.press(&second, &[]).await.status, 410, "too late");
}

#[tokio::test]
async fn an_address_of_somebody_else_gets_the_same_answer_and_nobody_loses_it() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let taken = ask(&mut ana, "rival@demo.test", "").await;
    assert_eq!(taken.location(), "/check-your-mail?for=address");
    place.mail.take("rival@demo.test", "You have an account already").await;
    ask(&mut ana, NEW, "").await;
    let link = link(&place).await;
    place.sign_up(NEW, "four warm words here").await;
    assert_eq!(ana.press(&link, &[]).await.status, 410, "it got an account meanwhile");
    assert_eq!(place.browser().sign_in(NEW, "four warm words here").await.status, 303);
}

#[tokio::test]
async fn who_signed_in_a_while_ago_shows_the_password_first() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    place.wait(11 * 60);
    assert!(ana.get("accounts", "/account/email").await.body.contains("name=\"current\""));
    let wrong = ask(&mut ana, NEW, "not the password").await;
    assert!(wrong.status == 422 && wrong.body.contains("Nothing was changed"), "{wrong:?}");
    assert!(wrong.body.contains(NEW), "what was typed is kept");
    let right = ask(&mut ana, NEW, "comanda-demo").await;
    assert_eq!(right.location(), "/check-your-mail?for=address");
    link(&place).await;
}
