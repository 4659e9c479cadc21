//! The pages, as a browser without JavaScript uses them.

use crate::{Links, Place, federation::Town};

#[tokio::test]
async fn a_person_signs_up_sees_their_account_and_signs_out() {
    let place = Place::open().await;
    let mut zoe = place.browser();
    let form = zoe.get("accounts", "/sign-up").await;
    assert!(form.body.contains("Create account") && form.body.contains("for=\"password\""));
    let fields =
        [("name", "Zoë"), ("email", "zoe@example.com"), ("password", "four warm words here")];
    let answer = zoe.post("accounts", "/sign-up", &fields).await;
    assert_eq!((answer.status, answer.location()), (303, "/check-your-mail?for=account"));
    let page = zoe.get("accounts", answer.location()).await;
    assert!(page.body.contains("Check your mail"));
    assert_eq!(zoe.get("accounts", "/account").await.status, 303, "not before the link is opened");
    let mail = place.mail.take("zoe@example.com", "Confirm your address").await;
    let link = mail.link("/sign-up/confirm");
    let page = zoe.get("accounts", &link).await;
    assert!(page.body.contains("Confirm my address") && page.body.contains("zoe@example.com"));
    assert_eq!(zoe.press(&link, &[]).await.location(), "/account");
    let account = zoe.get("accounts", "/account").await;
    assert!(account.body.contains("Hello, Zoë") && account.body.contains("zoe@example.com"));
    assert!(zoe.get("accounts", "/sign-out").await.body.contains("Leaving, Zoë?"));
    let answer = zoe.post("accounts", "/sign-out", &[]).await;
    assert_eq!(answer.location(), format!("{}/", zoe.origin("orderhub")));
    assert!(zoe.cookies.is_empty());
    assert_eq!(zoe.get("accounts", &link).await.status, 410, "it was used");
    let answer = zoe.get("accounts", "/account").await;
    let back = format!("{}/sign-in?return_to=", zoe.origin("accounts"));
    assert!(answer.status == 303 && answer.location().starts_with(&back), "{answer:?}");
    assert_eq!(zoe.sign_in("ZOE@example.com ", "four warm words here").await.status, 303);
}

#[tokio::test]
async fn what_was_typed_is_kept_beside_what_is_wrong() {
    let place = Place::open().await;
    let mut zoe = place.browser();
    let fields = [("name", " "), ("email", "zoe@"), ("password", "short")];
    let answer = zoe.post("accounts", "/sign-up", &fields).await;
    assert_eq!(answer.status, 422);
    for words in ["Enter your name", "such as ana@example.com", "at least 8", "value=\"zoe@\""] {
        assert!(answer.body.contains(words), "{words}");
    }
    assert!(!answer.body.contains("short"));
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let place = Place::open().await;
    let answer = async |email: &str| {
        let answer = place.browser().sign_in(email, "not the password").await;
        (answer.status, answer.body.replace(email, "EMAIL"))
    };
    let (known, unknown) = (answer("ana@demo.test").await, answer("ann@demo.test").await);
    assert_eq!(known.0, 422);
    assert!(known.1.contains("do not belong together"));
    // The hint of the demo town names Ana elsewhere on the page, too.
    let hint = |page: &str| page.split("demo-people").next().unwrap().to_owned();
    assert_eq!(hint(&known.1), hint(&unknown.1));
}

#[tokio::test]
async fn only_our_own_pages_are_returned_to() {
    let place = Place::open().await;
    let mut ana = place.browser();
    let own = format!("{}/checkout?step=2", ana.origin("orderhub"));
    let fields = [("email", "ana@demo.test"), ("password", "comanda-demo"), ("return_to", &own)];
    assert_eq!(ana.post("accounts", "/sign-in", &fields).await.location(), own);
    let query = |to: &str| {
        format!("/sign-in?{}", serde_urlencoded::to_string([("return_to", to)]).unwrap())
    };
    assert_eq!(ana.get("accounts", &query(&own)).await.location(), own);
    let port = place.address.port();
    let evil = [
        "https://evil.test/".to_owned(),
        "//evil.test".to_owned(),
        "/\\evil.test".to_owned(),
        "javascript:alert(1)".to_owned(),
        format!("http://accounts.comanda.localhost:{port}.evil.test/"),
        format!("http://accounts.comanda.localhost:{port}@evil.test/"),
        format!("http://evil.test/#http://accounts.comanda.localhost:{port}/"),
        format!("http://accounts.comanda.localhost:{port}\\@evil.test"),
        format!("http://accounts.comanda.localhost:{port}1/"),
        "http://evil.comanda.localhost/".to_owned(),
        "data:text/html,x".to_owned(),
        "\r\nlocation: https://evil.test".to_owned(),
    ];
    for to in evil {
        assert_eq!(ana.get("accounts", &query(&to)).await.location(), "/account", "{to}");
    }
}

#[tokio::test]
async fn a_form_from_a_sibling_or_from_elsewhere_changes_nothing() {
    let place = Place::open().await;
    let ana = place.ana().await;
    for (name, value) in [
        ("origin", ana.origin("orderhub")),
        ("origin", "https://evil.test".to_owned()),
        ("origin", "null".to_owned()),
        ("sec-fetch-site", "same-site".to_owned()),
        ("sec-fetch-site", "cross-site".to_owned()),
        ("x-nothing", "1".to_owned()),
    ] {
        let request = ana.request("POST", "accounts", "/sign-out").header(name, &value);
        let answer = ana.clone().visit(request).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    assert_eq!(ana.clone().get("accounts", "/account").await.status, 200);
}

#[tokio::test]
async fn each_sign_in_has_a_session_of_its_own_whatever_was_planted() {
    let place = Place::open().await;
    let first = place.ana().await;
    let mut second = place.browser();
    second.cookies.insert("comanda".to_owned(), "planted".to_owned());
    second.sign_in("ana@demo.test", "comanda-demo").await;
    assert_ne!(first.cookies, second.cookies);
    let list = second.get("accounts", "/sessions").await.body;
    assert_eq!(list.matches("name=\"session\"").count(), 2);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_or_all_others() {
    let place = Place::open().await;
    let (mut here, mut there, mut elsewhere) =
        (place.ana().await, place.ana().await, place.ana().await);
    let list = here.get("accounts", "/sessions").await.body;
    assert_eq!(list.matches("name=\"session\"").count(), 3);
    assert_eq!(list.matches("This device").count(), 1);
    let own = there.get("accounts", "/sessions").await.body;
    let own = own.split("This device").nth(1).unwrap();
    let id = &own[own.find("ses_").unwrap()..][..36];
    assert_eq!(here.post("accounts", "/sessions/end", &[("session", id)]).await.status, 303);
    assert_eq!(there.get("accounts", "/account").await.status, 303);
    assert_eq!(here.post("accounts", "/sessions/end-others", &[]).await.location(), "/sessions");
    assert_eq!(elsewhere.get("accounts", "/account").await.status, 303);
    assert_eq!(here.get("accounts", "/account").await.status, 200);
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let list = ana.get("accounts", "/sessions").await.body;
    let id = &list[list.find("ses_").unwrap()..][..36];
    rival.post("accounts", "/sessions/end", &[("session", id)]).await;
    assert_eq!(ana.get("accounts", "/account").await.status, 200);
    assert_eq!(rival.post("accounts", "/sessions/end", &[("session", "ses_1")]).await.status, 404);
}

#[tokio::test]
async fn a_changed_name_is_seen_at_once_everywhere() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let answer = ana.post("accounts", "/account", &[("name", "Ana María <b>")]).await;
    assert_eq!(answer.status, 303);
    assert!(ana.get("accounts", "/account").await.body.contains("Hello, Ana María &lt;b&gt;"));
    assert_eq!(ana.get("orderhub", "/me").await.body, "Ana María <b>");
    let answer = ana.post("accounts", "/account", &[("name", "  ")]).await;
    assert!(answer.status == 422 && answer.body.contains("Enter your name"));
}

#[tokio::test]
async fn the_demo_town_says_who_lives_there() {
    let place = Place::open().await;
    let page = place.browser().get("accounts", "/sign-in").await;
    assert!(page.body.contains("owner@demo.test") && page.body.contains("comanda-demo"));
    let page = place.browser().get("accounts", "/sign-in?email=owner%40demo.test").await;
    assert!(page.body.contains("value=\"owner@demo.test\""));
}

#[tokio::test]
async fn the_account_page_leads_to_all_my_data_and_to_being_forgotten() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let account = ana.get("accounts", "/account").await.body;
    assert!(account.contains("href=\"/account/export\"") && account.contains("/account/erase"));
    assert!(ana.get("accounts", "/api/v1/me/export").await.body.contains("ana@demo.test"));
    assert!(
        ana.get("accounts", "/account/erase").await.body.contains("Nobody can bring them back")
    );
    place.wait(11 * 60);
    let asked = ana.post("accounts", "/account/erase", &[]).await;
    assert!(asked.location().starts_with("/confirm?return_to="), "{asked:?}");
    let wrong = ana.post("accounts", "/confirm", &[("password", "not the password")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("That is not your password"), "{wrong:?}");
    assert_eq!(ana.post("accounts", "/account/erase", &[]).await.status, 303, "not yet");
    assert_eq!(ana.get("accounts", "/account").await.status, 200);
    let erase = format!("{}/account/erase", ana.origin("accounts"));
    let proof = [("password", "comanda-demo"), ("return_to", erase.as_str())];
    assert_eq!(ana.post("accounts", "/confirm", &proof).await.location(), erase);
    let gone = ana.post("accounts", "/account/erase", &[]).await;
    assert_eq!(gone.location(), format!("{}/", ana.origin("landing")));
    assert!(ana.cookies.is_empty());
    let back = ana.sign_in("ana@demo.test", "comanda-demo").await;
    assert_eq!(back.status, 422, "the account is gone");
    let mut stranger = place.browser();
    assert_eq!(stranger.get("accounts", "/account/erase").await.status, 303, "sign in first");
}

#[tokio::test]
async fn the_page_of_what_signs_in_leads_to_all_else_that_acts_as_me() {
    let place = Place::open().await;
    let page = place.ana().await.get("accounts", "/account/security").await.body;
    assert!(page.contains("href=\"/sessions\"") && page.contains("href=\"/account/apps\""));
    assert!(!page.contains("/account/providers"), "there are none");
    let town = Town::open().await;
    let page = town.ana().await.get("accounts", "/account/security").await.body;
    assert!(page.contains("href=\"/account/providers\""), "{page}");
}
