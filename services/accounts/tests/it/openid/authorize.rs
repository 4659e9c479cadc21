//! What is asked at `/oauth/authorize`, and what is refused there.

use super::{CALLBACK, allow, claims, onward, part, step};
use crate::Place;
use testkit::Browser;

#[tokio::test]
async fn a_person_is_asked_once_what_the_app_sees_and_then_goes_straight_on() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let mut ana = place.ana().await;
    let page = ana.get("accounts", &app.address(&[])).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    for words in ["Sign in to Town news?", "See your name", "ana@demo.test", "app.example.com"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("after you have signed out"));
    let to = onward(&allow(&mut ana, &page).await);
    assert!(to.starts_with(&format!("{CALLBACK}?")), "{to}");
    assert_eq!(part(&to, "state"), "s t&te");
    assert_eq!(part(&to, "iss"), ana.origin("accounts"));
    let tokens = app.redeem(&place, &part(&to, "code")).await.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "openid profile email");
    let again = ana.get("accounts", &app.address(&[])).await;
    assert!(again.status == 303 && again.location().starts_with(CALLBACK), "{again:?}");
    let more = ana.get("accounts", &app.address(&[("scope", "openid offline_access")])).await;
    assert!(more.body.contains("after you have signed out"), "more is asked for again");
    let anew = ana.get("accounts", &app.address(&[("prompt", "consent")])).await;
    assert!(anew.body.contains("Sign in to Town news?"));
}

#[tokio::test]
async fn an_app_that_any_other_could_pass_for_asks_each_time() {
    let place = Place::open().await;
    let (own, local, port) =
        ("com.example.app:/signed-in", "http://localhost/cb", "http://127.0.0.1:3000/cb");
    let all = [own, local, port, CALLBACK].join("\n");
    let (public, confidential) =
        (place.app_at("public", &all).await, place.app_at("confidential", &all).await);
    let mut ana = place.ana().await;
    for app in [&public, &confidential] {
        let page = ana.get("accounts", &app.address(&[])).await;
        assert!(onward(&allow(&mut ana, &page).await).starts_with(CALLBACK));
    }
    for uri in [own, local, port] {
        for _ in 0..2 {
            let page = ana.get("accounts", &public.address(&[("redirect_uri", uri)])).await;
            assert!(page.body.contains("Sign in to Town news?"), "{uri}: {page:?}");
            assert!(onward(&allow(&mut ana, &page).await).starts_with(uri), "{uri}");
        }
        let silent = public.address(&[("redirect_uri", uri), ("prompt", "none")]);
        let answer = ana.get("accounts", &silent).await;
        assert_eq!(part(answer.location(), "error"), "consent_required", "{uri}");
        // With a code of an app that has a secret, no other gets any further.
        let known = ana.get("accounts", &confidential.address(&[("redirect_uri", uri)])).await;
        assert_eq!(known.status, 303, "{uri}");
    }
    let own_host = ana.get("accounts", &public.address(&[("prompt", "none")])).await;
    assert!(own_host.location().contains("code="), "an address of the web is its own");
}

#[tokio::test]
async fn who_says_no_goes_back_with_access_denied() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    let page = ana.get("accounts", &app.address(&[])).await;
    let fields = [("step", step(&page)), ("choice", "deny".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let to = onward(&ana.post("accounts", "/oauth/consent", &fields).await);
    assert_eq!(
        (part(&to, "error").as_str(), part(&to, "state").as_str()),
        ("access_denied", "s t&te")
    );
    let page = ana.get("accounts", &app.address(&[])).await;
    assert!(page.body.contains("Sign in to Town news?"), "it is not remembered");
}

#[tokio::test]
async fn what_is_wrong_with_the_app_or_its_address_is_told_to_nobody_else() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "cli_0192f0c1e5a07b3e8c5d6f708192a3b4"),
        ("client_id", "somebody"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://app.example.com/signed-in/"),
        ("redirect_uri", "https://app.example.com/signed-in?x=1"),
        ("redirect_uri", "https://app.example.com/Signed-in"),
        ("redirect_uri", "https://app.example.com:443/signed-in"),
        ("redirect_uri", "http://app.example.com/signed-in"),
        ("redirect_uri", "https://app.example.com/signed-in/../x"),
        ("redirect_uri", "https://app.example.com.evil.test/signed-in"),
        ("redirect_uri", "https://app.example.com@evil.test/signed-in"),
        ("redirect_uri", "https://evil.test/"),
        ("redirect_uri", "javascript:alert(1)"),
    ] {
        let answer = ana.get("accounts", &app.address(&[(name, value)])).await;
        assert_eq!((answer.status, answer.location()), (400, ""), "{name}={value}");
        assert!(answer.body.contains("Nothing was told to it"), "{}", answer.body);
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.test", app.address(&[]));
    assert_eq!(ana.get("accounts", &twice).await.status, 400);
}

#[tokio::test]
async fn what_is_wrong_with_the_request_is_told_to_the_app() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut ana = place.ana().await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("scope", "profile", "invalid_scope"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("prompt", "none login", "invalid_request"),
        ("max_age", "x", "invalid_request"),
        ("request", "eyJ", "request_not_supported"),
        ("id_token_hint", "made-up", "invalid_request"),
        ("prompt", "none", "consent_required"),
    ] {
        let answer = ana.get("accounts", &app.address(&[(name, value)])).await;
        assert_eq!(answer.status, 303, "{name}={value}: {}", answer.body);
        let to = answer.location();
        assert!(to.starts_with(&format!("{CALLBACK}?")), "{to}");
        assert_eq!(part(to, "error"), error, "{name}={value}");
        assert_eq!(part(to, "state"), "s t&te");
        assert_eq!(part(to, "iss"), ana.origin("accounts"));
    }
    let twice = format!("{}&scope=openid", app.address(&[]));
    assert_eq!(part(ana.get("accounts", &twice).await.location(), "error"), "invalid_request");
}

#[tokio::test]
async fn a_request_in_a_form_of_the_apps_own_page_is_the_same_request() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let ana = place.ana().await;
    let address = app.address(&[]);
    let (path, query) = address.split_once('?').unwrap();
    let request = ana
        .request("POST", "accounts", path)
        .header("origin", "https://app.example.com")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = ana.send(request.body(query.to_owned())).await;
    assert_eq!((answer.status, answer.location()), (303, address.as_str()));
}

#[tokio::test]
async fn a_consent_page_of_somebody_else_is_of_no_use() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let (mut ana, mut stranger) = (place.ana().await, place.browser());
    let page = ana.get("accounts", &app.address(&[])).await;
    let answer = allow(&mut stranger, &page).await;
    assert!(
        answer.location().starts_with("/sign-in?"),
        "who is not signed in signs in: {answer:?}"
    );
    let request =
        ana.request("POST", "accounts", "/oauth/consent").header("sec-fetch-site", "cross-site");
    assert_eq!(ana.clone().visit(request).await.status, 403, "no other page says yes for them");
    let gone =
        ana.post("accounts", "/oauth/consent", &[("step", "made-up"), ("choice", "allow")]).await;
    assert_eq!(gone.status, 410);
}

#[tokio::test]
async fn what_the_app_expects_of_the_id_token_is_in_it() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let mut ana = place.ana().await;
    let me = ana.get("accounts", "/api/v1/me").await.json();
    place.wait(30);
    let tokens = app.tokens(&place, &mut ana).await;
    let claims = claims(&tokens["id_token"]);
    assert_eq!(claims["iss"], ana.origin("accounts"));
    assert_eq!(claims["aud"], app.id);
    assert_eq!(claims["sub"], me["id"]);
    assert_eq!(claims["nonce"], "n1");
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    assert_eq!(claims["iat"].as_i64().unwrap() - claims["auth_time"].as_i64().unwrap(), 30);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    assert!(claims["sid"].as_str().unwrap().starts_with("ses_"));
    let own = ana
        .get(
            "accounts",
            &app.address(&[
                ("id_token_hint", tokens["id_token"].as_str().unwrap()),
                ("prompt", "none"),
            ]),
        )
        .await;
    assert!(own.location().contains("code="), "the one who is expected: {own:?}");
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let other = rival
        .get(
            "accounts",
            &app.address(&[
                ("id_token_hint", tokens["id_token"].as_str().unwrap()),
                ("prompt", "none"),
            ]),
        )
        .await;
    assert_eq!(part(other.location(), "error"), "login_required");
}

#[tokio::test]
async fn what_strangers_ask_for_is_kept_for_so_many_from_one_place_and_no_more() {
    let place = Place::open_throttled().await;
    let app = place.app("public").await;
    let address = app.address(&[]);
    let ask = async |browser: &Browser, from: &str| {
        let request = browser.request("GET", "accounts", &address);
        browser.clone().visit(request.header("x-forwarded-for", from)).await
    };
    let stranger = place.browser();
    for number in 0..300 {
        let answer = ask(&stranger, "192.0.2.1").await;
        assert!(answer.location().starts_with("/sign-in?"), "{number}: {answer:?}");
    }
    let refused = ask(&stranger, "192.0.2.1").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"), "{}", refused.body);
    assert!(refused.body.contains("<html"), "a page for a person");
    assert_eq!(ask(&stranger, "192.0.2.2").await.status, 303);
    // Whom nothing is missing of leaves no row.
    let mut ana = place.ana().await;
    app.code(&mut ana).await;
    assert!(ask(&ana, "192.0.2.1").await.location().starts_with(CALLBACK));
}
