//! An app signs its person out here, too.

use super::{AFTER, onward, part};
use crate::Place;
use testkit::{Answer, Browser};

async fn end(browser: &mut Browser, pairs: &[(&str, &str)]) -> Answer {
    let query = serde_urlencoded::to_string(pairs).unwrap();
    browser.get("accounts", &format!("/oauth/end-session?{query}")).await
}

#[tokio::test]
async fn with_a_token_of_this_session_it_is_done_at_once_everywhere() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let mut ana = place.ana().await;
    let tokens = app.tokens(&place, &mut ana).await;
    // However old it is by then.
    place.wait(3600);
    let hint = tokens["id_token"].as_str().unwrap();
    let copied = ana.clone();
    let pairs = [("id_token_hint", hint), ("post_logout_redirect_uri", AFTER), ("state", "x&y")];
    let answer = end(&mut ana, &pairs).await;
    assert_eq!(answer.location(), format!("{AFTER}?state=x%26y"));
    assert!(ana.cookies.is_empty());
    assert_eq!(copied.clone().get("accounts", "/account").await.status, 303);
    assert_eq!(app.refresh(&place, &tokens["refresh_token"]).await.status, 400);
    let again = end(&mut ana, &pairs).await;
    assert_eq!(part(again.location(), "state"), "x&y", "nobody is signed in: straight back");
}

#[tokio::test]
async fn without_one_the_person_is_asked() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let tokens = app.tokens(&place, &mut ana).await;
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let hint = tokens["id_token"].as_str().unwrap();
    let asked = end(&mut rival, &[("id_token_hint", hint)]).await;
    assert!(asked.body.contains("Leaving, Riva") || asked.body.contains("Leaving, "), "{asked:?}");
    assert_eq!(rival.get("accounts", "/account").await.status, 200, "somebody else's token");
    let pairs =
        [("client_id", app.id.as_str()), ("post_logout_redirect_uri", AFTER), ("state", "z")];
    let page = end(&mut ana, &pairs).await;
    assert!(page.body.contains("Town news has signed you out"), "{page:?}");
    assert_eq!(ana.get("accounts", "/account").await.status, 200, "not by an address alone");
    let done = ana.post("accounts", "/oauth/end-session/confirm", &pairs).await;
    assert_eq!(onward(&done), format!("{AFTER}?state=z"));
    assert_eq!(ana.get("accounts", "/account").await.status, 303);
}

#[tokio::test]
async fn only_an_address_of_the_app_is_gone_to_afterwards() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    for uri in
        ["https://evil.test/", "https://app.example.com/bye/", "https://app.example.com/signed-in"]
    {
        let pairs = [("client_id", app.id.as_str()), ("post_logout_redirect_uri", uri)];
        assert_eq!(end(&mut ana, &pairs).await.status, 400, "{uri}");
        let done = ana.post("accounts", "/oauth/end-session/confirm", &pairs).await;
        assert_eq!(done.status, 400, "{uri}");
    }
    assert_eq!(
        end(&mut ana, &[("post_logout_redirect_uri", AFTER)]).await.status,
        400,
        "of no app"
    );
    assert_eq!(ana.get("accounts", "/account").await.status, 200);
}
