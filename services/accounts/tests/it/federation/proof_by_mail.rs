//! Who came by a provider and has nothing of their own to show proves by a link in a mail that it is
//! them.

use super::Town;
use crate::Links;
use testkit::Browser;

const ZOE: &str = "zoe@example.com";

async fn is_asked(browser: &mut Browser) -> bool {
    let answer = browser.post("accounts", "/account/recovery-codes", &[]).await;
    answer.location().starts_with("/confirm")
}

/// The way to another link, and from there to what was wanted.
fn again(browser: &Browser) -> String {
    let back = format!("{}/account/erase", browser.origin("accounts"));
    let query = serde_urlencoded::to_string([("return_to", back)]).unwrap();
    format!("href=\"/confirm?{query}\"")
}

async fn ask(town: &Town, browser: &mut Browser) -> String {
    let back = format!("{}/account/erase", browser.origin("accounts"));
    let answer = browser.post("accounts", "/confirm/link", &[("return_to", &back)]).await;
    assert!(answer.location().starts_with("/check-your-mail?for=proof&"), "{answer:?}");
    let page = browser.get("accounts", answer.location()).await.body;
    assert!(page.contains(&again(browser)), "{page}");
    let mail = town.mail.take(ZOE, "Confirm that it is you").await;
    mail.link("/confirm/link/open")
}

#[tokio::test]
async fn a_link_proves_the_session_that_asked_for_it_once_and_no_other() {
    let town = Town::open().await;
    let (mut zoe, mut thief) = (town.browser(), town.browser());
    assert_eq!(town.come(&mut zoe).await.location(), "/account");
    town.come(&mut thief).await;
    town.wait(11 * 60);
    assert!(is_asked(&mut zoe).await && is_asked(&mut thief).await);
    let page = zoe.get("accounts", "/confirm").await.body;
    assert!(page.contains("Send me a link") && !page.contains("name=\"password\""));
    let onward = zoe.get("accounts", "/account/password").await;
    assert!(onward.location().starts_with("/confirm?return_to="), "{onward:?}");

    let link = ask(&town, &mut thief).await;
    let page = zoe.get("accounts", &link).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    assert!(!page.body.contains("name=\"return_to\""), "it is of another session");
    assert_eq!(zoe.press(&link, &[]).await.status, 410, "another session asked");
    assert!(is_asked(&mut zoe).await && is_asked(&mut thief).await, "nobody was proved by it");
    let nobody = town.browser().press(&link, &[]).await;
    assert!(nobody.status == 303 && nobody.location().contains("/sign-in"));

    let (older, link) = (ask(&town, &mut zoe).await, ask(&town, &mut zoe).await);
    assert_eq!(thief.press(&link, &[]).await.status, 410);
    assert_eq!(zoe.press(&older, &[]).await.status, 410, "another was asked for since");
    assert!(is_asked(&mut zoe).await, "a look and a link of before prove nothing");
    let answer = zoe.press(&link, &[]).await;
    assert_eq!(answer.location(), format!("{}/account/erase", zoe.origin("accounts")));
    assert!(!is_asked(&mut zoe).await && is_asked(&mut thief).await);
    assert_eq!(zoe.press(&link, &[]).await.status, 410, "it opens once");

    town.wait(11 * 60);
    let late = ask(&town, &mut zoe).await;
    town.wait(10 * 60);
    assert_eq!(zoe.press(&late, &[]).await.status, 410, "too late");

    let kept = ask(&town, &mut zoe).await;
    let page = zoe.get("accounts", &kept).await.body;
    let back = format!("{}/account/erase", zoe.origin("accounts"));
    assert!(page.contains(&format!("name=\"return_to\" value=\"{back}\"")), "{page}");
    town.wait(10 * 60);
    let dead = zoe.press(&kept, &[("return_to", &back)]).await;
    assert!(dead.status == 410 && dead.body.contains(&again(&zoe)), "{dead:?}");
}

#[tokio::test]
async fn who_has_something_better_to_show_gets_no_link() {
    let town = Town::open().await;
    let mut zoe = town.sign_up(ZOE, "four warm words here").await;
    town.wait(11 * 60);
    assert!(!zoe.get("accounts", "/confirm").await.body.contains("Send me a link"));
    let answer = zoe.post("accounts", "/confirm/link", &[]).await;
    assert_eq!(answer.location(), "/confirm");
    zoe.post("accounts", "/reset-password", &[("email", ZOE)]).await;
    town.mail.take(ZOE, "Set a new password").await;
    assert!(town.mail.mails().iter().all(|mail| mail.subject != "Confirm that it is you"));
}
