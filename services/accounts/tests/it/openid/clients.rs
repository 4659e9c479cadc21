//! Apps: who adds them, how they say who they are, and what browsers let their pages read.

use super::{VERIFIER, send};
use crate::Place;
use base64::{Engine as _, engine::general_purpose::STANDARD};

#[tokio::test]
async fn operators_add_apps_and_for_others_there_is_nothing() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let mut ana = place.ana().await;
    assert_eq!(ana.get("accounts", "/operator/clients").await.status, 404);
    for path in ["/operator/clients", "/operator/clients/secret", "/operator/clients/remove"] {
        let fields = [
            ("client", app.id.as_str()),
            ("name", "x"),
            ("kind", "public"),
            ("redirect_uris", "https://a.test/"),
        ];
        assert_eq!(ana.post("accounts", path, &fields).await.status, 404, "{path}");
    }
    assert!(!ana.get("accounts", "/account").await.body.contains("/operator/clients"));
    let mut operator = place.operator().await;
    assert!(operator.get("accounts", "/account").await.body.contains("/operator/clients"));
    let list = operator.get("accounts", "/operator/clients").await.body;
    assert!(list.contains(&app.id) && !list.contains("ccs_"), "the secret is shown once");
    assert_eq!(place.browser().get("accounts", "/operator/clients").await.status, 303);
}

#[tokio::test]
async fn an_app_with_an_address_that_could_lead_elsewhere_is_not_added() {
    let place = Place::open().await;
    let mut operator = place.operator().await;
    for (redirect, words) in [
        ("", "at least one address"),
        ("http://app.example.com/", "by http"),
        ("https://*.example.com/", "no spaces, stars"),
        ("https://app.example.com/#x", "behind #"),
        ("javascript:alert(1)", "turned around"),
    ] {
        let fields = [("name", "Evil <b>"), ("kind", "public"), ("redirect_uris", redirect)];
        let page = operator.post("accounts", "/operator/clients", &fields).await;
        assert!(page.status == 422 && page.body.contains(words), "{redirect}: {}", page.body);
        assert!(page.body.contains("Evil &lt;b&gt;"), "what was typed is kept");
    }
}

#[tokio::test]
async fn a_new_secret_replaces_the_old_one_and_a_removed_app_is_gone() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let tokens = app.tokens(&place, &mut place.ana().await).await;
    let mut operator = place.operator().await;
    let fields = [("client", app.id.as_str())];
    let page = operator.post("accounts", "/operator/clients/secret", &fields).await;
    assert!(page.body.contains("<code>ccs_"));
    assert_eq!(app.refresh(&place, &tokens["refresh_token"]).await.status, 401);
    assert_eq!(operator.post("accounts", "/operator/clients/remove", &fields).await.status, 303);
    assert_eq!(operator.post("accounts", "/operator/clients/remove", &fields).await.status, 404);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(super::userinfo(&place, access).await.status, 401);
    assert_eq!(place.ana().await.get("accounts", &app.address(&[])).await.status, 400);
}

#[tokio::test]
async fn a_secret_is_said_in_the_header_or_in_the_form_and_not_in_both() {
    let place = Place::open().await;
    let app = place.app("confidential").await;
    let secret = app.secret.clone().unwrap();
    let basic = async |id: &str, secret: &str, more: &[(&str, &str)]| {
        // As the specification has it, each part is encoded for a form first.
        let encode = |text: &str| text.replace('_', "%5F").replace('-', "%2D");
        let credentials = STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
        let browser = place.browser();
        let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", "x")];
        pairs.extend(more);
        let request = browser.request("POST", "accounts", "/oauth/token");
        let request = request.header("authorization", format!("Basic {credentials}"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = browser.send(request.body(serde_urlencoded::to_string(&pairs).unwrap())).await;
        (answer.status, answer.json()["error"].as_str().unwrap().to_owned())
    };
    let known = (400, "invalid_grant".to_owned());
    let unknown = (401, "invalid_client".to_owned());
    assert_eq!(basic(&app.id, &secret, &[]).await, known);
    assert_eq!(basic(&app.id, &secret, &[("client_id", &app.id)]).await, known);
    assert_eq!(basic(&app.id, "ccs_wrong", &[]).await, unknown);
    assert_eq!(basic("somebody", &secret, &[]).await, unknown);
    assert_eq!(basic(&app.id, &secret, &[("client_secret", &secret)]).await.1, "invalid_request");
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", app.id.as_str())];
    let without = send(&place, "/oauth/token", &refresh).await;
    assert_eq!(
        (without.status, without.header("www-authenticate")),
        (401, "Basic realm=\"accounts\"")
    );
    let public = place.app("public").await;
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "x"),
        ("client_id", public.id.as_str()),
        ("client_secret", "x"),
    ];
    assert_eq!(send(&place, "/oauth/token", &pairs).await.status, 401, "it has no secret");
    assert_eq!(send(&place, "/oauth/token", &[]).await.status, 400);
}

#[tokio::test]
async fn who_guesses_a_secret_waits_longer_and_longer() {
    let place = Place::open_throttled().await;
    let app = place.app("confidential").await;
    let guess = async |from: &str, secret: &str| {
        let pairs = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "x"),
            ("client_id", app.id.as_str()),
            ("client_secret", secret),
        ];
        let browser = place.browser();
        let request =
            browser.request("POST", "accounts", "/oauth/token").header("x-forwarded-for", from);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = browser.send(request.body(serde_urlencoded::to_string(pairs).unwrap())).await;
        (answer.status, answer.header("retry-after").parse().unwrap_or(0))
    };
    let right = app.secret.clone().unwrap();
    for _ in 0..5 {
        assert_eq!(guess("192.0.2.1", "ccs_wrong").await, (401, 0));
    }
    for wait in [1, 2, 4] {
        assert_eq!(guess("192.0.2.1", "ccs_wrong").await, (429, wait));
        assert_eq!(guess("192.0.2.1", &right).await, (429, wait), "not even the right one");
        place.wait(wait);
        assert_eq!(guess("192.0.2.1", "ccs_wrong").await, (401, 0));
    }
    assert_eq!(guess("192.0.2.2", &right).await, (400, 0), "the app itself is not kept out");
}

#[tokio::test]
async fn wrong_secrets_for_an_app_that_has_none_keep_nobody_of_that_network_from_it() {
    let place = Place::open_throttled().await;
    let app = place.app("public").await;
    let send = async |secret: Option<&str>| {
        let mut pairs = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", "x"),
            ("client_id", app.id.as_str()),
        ];
        pairs.extend(secret.map(|secret| ("client_secret", secret)));
        let browser = place.browser();
        let request = browser
            .request("POST", "accounts", "/oauth/token")
            .header("x-forwarded-for", "192.0.2.1")
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = browser.send(request.body(serde_urlencoded::to_string(pairs).unwrap())).await;
        answer.status
    };
    for _ in 0..20 {
        assert_eq!(send(Some("ccs_wrong")).await, 401);
    }
    assert_eq!(send(None).await, 400, "the token is wrong, the app is known");
}

#[tokio::test]
async fn browsers_let_pages_of_public_apps_alone_read_what_is_answered() {
    let place = Place::open().await;
    place.app("confidential").await;
    let browser = place.browser();
    let asked = async |method: &str, path: &str, origin: &str| {
        let request = browser.request(method, "accounts", path).header("origin", origin);
        let answer = browser.send(request.header("sec-fetch-site", "cross-site")).await;
        (answer.status, answer.header("access-control-allow-origin").to_owned())
    };
    let own = "https://app.example.com";
    assert_eq!(
        asked("OPTIONS", "/oauth/token", own).await,
        (204, String::new()),
        "it has a server"
    );
    let app = place.app("public").await;
    for path in ["/oauth/token", "/oauth/userinfo", "/oauth/revoke", "/.well-known/jwks.json"] {
        assert_eq!(asked("OPTIONS", path, own).await, (204, own.to_owned()), "{path}");
        for other in [
            "https://app.example.co",
            "https://app.example.com.evil.test",
            "null",
            "http://app.example.com",
        ] {
            assert_eq!(asked("OPTIONS", path, other).await.1, "", "{other}");
        }
    }
    assert_eq!(asked("GET", "/.well-known/openid-configuration", own).await, (200, own.to_owned()));
    let code = app.code(&mut place.ana().await).await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", super::CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", &app.id),
    ];
    let request = browser.request("POST", "accounts", "/oauth/token").header("origin", own);
    let request = request.header("sec-fetch-site", "cross-site");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = browser.send(request.body(serde_urlencoded::to_string(pairs).unwrap())).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, own));
    assert_eq!(asked("OPTIONS", "/account", own).await.1, "");
}

#[tokio::test]
async fn discovery_names_what_is_there() {
    let place = Place::open().await;
    let mut browser = place.browser();
    let found = browser.get("accounts", "/.well-known/openid-configuration").await.json();
    let origin = browser.origin("accounts");
    assert_eq!(found["issuer"], origin);
    for (name, status) in [
        ("authorization_endpoint", 400),
        ("userinfo_endpoint", 401),
        ("jwks_uri", 200),
        ("end_session_endpoint", 303),
        ("token_endpoint", 405),
        ("revocation_endpoint", 405),
    ] {
        let path = found[name].as_str().unwrap().strip_prefix(&origin).unwrap();
        assert_eq!(browser.get("accounts", path).await.status, status, "{name}");
    }
    let alias = browser.get("accounts", "/.well-known/oauth-authorization-server").await.json();
    assert_eq!(alias, found);
}
