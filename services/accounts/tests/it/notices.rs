//! What people hear by mail when their account gains or loses a way in.

use crate::{
    Place,
    device::Device,
    passkeys::add,
    second_step::{enter, first_step, set_up},
};
use testkit::{Browser, Received};

const ANA: &str = "ana@demo.test";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn post(browser: &mut Browser, path: &str, form: &[(&str, &str)]) {
    let origin = browser.origin("accounts");
    let request = browser
        .request("POST", "accounts", path)
        .header("origin", origin)
        .header("user-agent", FIREFOX)
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = browser.visit(request.body(serde_urlencoded::to_string(form).unwrap())).await;
    assert!(matches!(answer.status, 200 | 303), "{answer:?}");
}

/// What every notice says.
fn is_whole(place: &Place, mail: &Received) {
    use kernel::Clock;
    let when = place.clock.now().strftime("When: %-d %B %Y, %H:%M (UTC)").to_string();
    for part in [when.as_str(), "With: ", "From: 127.0.0.1", "If it was you, all is well."] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
    assert_eq!(mail.link("/reset-password"), "/reset-password");
    assert_eq!(mail.link("/account/security"), "/account/security");
    assert!(!mail.text.contains("secret="), "{}", mail.text);
}

#[tokio::test]
async fn whoever_gains_or_loses_a_way_in_is_told_what_when_from_where_and_what_to_do() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (_, codes) = set_up(&place, &mut ana).await;
    let mail = place.mail.take(ANA, "An authenticator app was set up").await;
    is_whole(&place, &mail);
    assert!(codes.iter().all(|code| !mail.text.contains(code)), "nothing secret");

    enter(&mut first_step(&place).await, &codes[0]).await;
    let mail = place.mail.take(ANA, "A recovery code was used").await;
    is_whole(&place, &mail);
    assert!(mail.text.contains("Codes left: 9.") && !mail.text.contains(&codes[0]));

    post(&mut ana, "/account/recovery-codes", &[]).await;
    let mail = place.mail.take(ANA, "New recovery codes were made").await;
    is_whole(&place, &mail);
    assert!(mail.text.contains("With: Firefox on Linux"), "{}", mail.text);

    add(&mut ana, &mut Device::new(1), "Call +43 900 1 at once").await;
    let mail = place.mail.take(ANA, "A passkey was added").await;
    is_whole(&place, &mail);
    assert!(!mail.text.contains("900"), "no words of whoever did it");
    let page = ana.get("accounts", "/account/security").await.body;
    let id = &page[page.find("pky_").unwrap()..][..36];
    post(&mut ana, "/passkeys/remove", &[("passkey", id)]).await;
    is_whole(&place, &place.mail.take(ANA, "A passkey was removed").await);

    post(&mut ana, "/account/authenticator/remove", &[]).await;
    is_whole(&place, &place.mail.take(ANA, "Your authenticator app was removed").await);

    let words = [("current", "comanda-demo"), ("password", "another four warm words")];
    post(&mut ana, "/account/password", &words).await;
    is_whole(&place, &place.mail.take(ANA, "A new password was set").await);
    assert_eq!(place.mail.mails(), [], "each was told once");
}

#[tokio::test]
async fn a_code_that_proves_it_again_is_told_as_well() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (_, codes) = set_up(&place, &mut ana).await;
    place.mail.take(ANA, "An authenticator app was set up").await;
    place.wait(11 * 60);
    post(&mut ana, "/confirm", &[("code", &codes[1])]).await;
    is_whole(&place, &place.mail.take(ANA, "A recovery code was used").await);
}
