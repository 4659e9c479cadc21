//! The second step: authenticator apps, recovery codes, and proving again that it is me. All of it
//! without a line of JavaScript.

use crate::{
    Place,
    device::Device,
    passkeys::{add, send},
};
use serde_json::{Value, json};
use testkit::{Answer, Browser};
use totp_rs::{Builder, Secret, Totp};

/// An app on a telephone.
pub(crate) struct App(Totp);

impl App {
    /// Reads the key of the page.
    fn of(page: &str) -> Self {
        let key = between(page, "secret=", "&");
        let secret = Secret::try_from_base32(key).unwrap();
        Self(Builder::new().with_secret(secret).build().unwrap())
    }

    pub(crate) fn code(&self, place: &Place) -> String {
        use kernel::Clock;
        self.0.generate(place.clock.now().as_second().cast_unsigned()).to_string()
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split(before).nth(1).unwrap().split(after).next().unwrap()
}

/// Sets up an app and tells the recovery codes.
pub(crate) async fn set_up(place: &Place, browser: &mut Browser) -> (App, Vec<String>) {
    let page = browser.get("accounts", "/account/authenticator").await;
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("<svg class=\"qr\""), "{}", page.body);
    let (app, secret) =
        (App::of(&page.body), between(&page.body, "name=\"secret\" value=\"", "\"").to_owned());
    let code = app.code(place);
    let form = [("secret", secret.as_str()), ("code", code.as_str())];
    let answer = browser.post("accounts", "/account/authenticator", &form).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    let codes = answer.body.split("<code>").skip(1).map(|rest| rest[..29].to_owned()).collect();
    (app, codes)
}

/// The password, and what comes after it.
pub(crate) async fn first_step(place: &Place) -> Browser {
    let mut browser = place.browser();
    let answer = browser.sign_in("ana@demo.test", "comanda-demo").await;
    assert_eq!(answer.location(), "/sign-in/second-step");
    assert!(!browser.cookies.contains_key("comanda"), "not in yet");
    browser
}

pub(crate) async fn enter(browser: &mut Browser, code: &str) -> Answer {
    browser.post("accounts", "/sign-in/second-step", &[("code", code)]).await
}

#[tokio::test]
async fn who_has_set_up_an_app_is_asked_for_its_code() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let page = ana.get("accounts", "/account/authenticator").await.body;
    let secret = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
    let wrong = [("secret", secret.as_str()), ("code", "000000")];
    let answer = ana.post("accounts", "/account/authenticator", &wrong).await;
    assert!(answer.status == 422 && answer.body.contains("not the code of this key"));
    assert_eq!(App::of(&answer.body).code(&place), App::of(&page).code(&place), "the same key");
    let (app, codes) = set_up(&place, &mut ana).await;
    assert_eq!(codes.len(), 10);
    let stale = [("secret", secret.as_str()), ("code", "000000")];
    assert_eq!(ana.post("accounts", "/account/authenticator", &stale).await.status, 303);

    let mut browser = place.browser();
    let orders = format!("{}/orders", browser.origin("orderhub"));
    let fields = [("email", "ana@demo.test"), ("password", "comanda-demo"), ("return_to", &orders)];
    let answer = browser.post("accounts", "/sign-in", &fields).await;
    let path = answer.location().to_owned();
    assert!(path.starts_with("/sign-in/second-step?return_to="), "{path}");
    assert!(browser.get("accounts", &path).await.body.contains("One more step"));
    let used = app.code(&place);
    assert!(enter(&mut browser, &used).await.body.contains("was used before"), "at the set-up");
    assert_eq!(enter(&mut browser, "").await.status, 422);
    place.wait(30);
    let code = app.code(&place);
    let fields = [("code", code.as_str()), ("return_to", orders.as_str())];
    let answer = browser.post("accounts", "/sign-in/second-step", &fields).await;
    assert_eq!((answer.status, answer.location()), (303, orders.as_str()));
    assert_eq!(browser.get("orderhub", "/me").await.body, "Ana");
    assert!(!browser.cookies.contains_key("second-step"));

    let mut second = first_step(&place).await;
    assert_eq!(enter(&mut second, &code).await.status, 422, "a code counts once");
    place.wait(11 * 60);
    let answer = enter(&mut second, &app.code(&place)).await;
    assert_eq!(answer.location(), "/sign-in", "after ten minutes from the start");
    assert_eq!(enter(&mut place.browser(), "123456").await.location(), "/sign-in");
}

#[tokio::test]
async fn a_recovery_code_opens_once_and_new_ones_end_the_old() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (_, codes) = set_up(&place, &mut ana).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    let mut browser = first_step(&place).await;
    assert_eq!(enter(&mut browser, &typed).await.location(), "/account");
    assert!(ana.get("accounts", "/account/security").await.body.contains("You have 9 left"));
    let mut browser = first_step(&place).await;
    assert_eq!(enter(&mut browser, &codes[0]).await.status, 422, "used");
    let page = ana.post("accounts", "/account/recovery-codes", &[]).await.body;
    let fresh = between(&page, "<code>", "</code>").to_owned();
    assert!(!codes.contains(&fresh));
    assert_eq!(enter(&mut browser, &codes[1]).await.status, 422, "of before");
    assert_eq!(enter(&mut browser, &fresh).await.status, 303);
    ana.post("accounts", "/account/authenticator/remove", &[]).await;
    let mut browser = place.browser();
    let answer = browser.sign_in("ana@demo.test", "comanda-demo").await;
    assert_eq!(answer.location(), "/account", "the password is enough again");
}

#[tokio::test]
async fn a_program_sends_the_code_along() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (app, codes) = set_up(&place, &mut ana).await;
    place.wait(30);
    let sign_in = async |code: Option<&str>| {
        let mut body = json!({"email": "ana@demo.test", "password": "comanda-demo"});
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        let answer = send(&mut place.browser(), "/api/v1/sessions", &body).await;
        (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(sign_in(None).await, (401, "second_step_needed".to_owned()));
    assert_eq!(sign_in(Some("000000")).await, (401, "wrong_code".to_owned()));
    assert_eq!(sign_in(Some(&app.code(&place))).await.0, 201);
    assert_eq!(sign_in(Some(&app.code(&place))).await, (401, "wrong_code".to_owned()), "used");
    assert_eq!(sign_in(Some(&codes[3])).await.0, 201);
    let body = json!({"email": "ana@demo.test", "password": "nope", "code": app.code(&place)});
    let answer = send(&mut place.browser(), "/api/v1/sessions", &body).await;
    assert_eq!(answer.json()["code"], "wrong_credentials");
}

#[tokio::test]
async fn a_passkey_is_two_steps_by_itself() {
    let place = Place::open().await;
    let (mut ana, mut telephone) = (place.ana().await, Device::new(1));
    set_up(&place, &mut ana).await;
    add(&mut ana, &mut telephone, "Phone").await;
    let mut browser = place.browser();
    let asked = send(&mut browser, "/passkeys/ask", &json!({})).await.json();
    let says = crate::device::Says::the_truth(&browser.origin("accounts"), 2);
    let answer = telephone.sign(&asked["options"], &says);
    let body = json!({"secret": asked["secret"], "answer": answer});
    assert_eq!(send(&mut browser, "/passkeys/sign-in", &body).await.json()["to"], "/account");
    assert_eq!(browser.get("accounts", "/account").await.status, 200);
}

/// Tries a code from an address.
async fn try_from(place: &Place, from: &str, code: &str) -> (u16, String) {
    let body = json!({"email": "ana@demo.test", "password": "comanda-demo", "code": code});
    let mut browser = place.browser();
    let request = browser
        .request("POST", "accounts", "/api/v1/sessions")
        .header("x-forwarded-for", from)
        .header("content-type", "application/json");
    let answer = browser.visit(request.body(body.to_string())).await;
    let told: Value = answer.json();
    (answer.status, told["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn codes_are_tried_a_few_times_and_the_owner_is_not_kept_out_at_home() {
    let place = Place::open_throttled().await;
    let home = "198.51.100.7";
    let body = json!({"email": "ana@demo.test", "password": "comanda-demo"});
    let mut ana = place.browser();
    let request = ana.request("POST", "accounts", "/sign-in").header("x-forwarded-for", home);
    let origin = ana.origin("accounts");
    let form = serde_urlencoded::to_string(body.as_object().unwrap()).unwrap();
    let request = request.header("origin", origin);
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    assert_eq!(ana.visit(request).await.status, 303);
    let (app, _) = set_up(&place, &mut ana).await;
    let mut looked_at = 0;
    for number in 0..9 {
        let from = format!("192.0.2.{number}");
        looked_at += u32::from(try_from(&place, &from, "000000").await.1 == "wrong_code");
    }
    assert_eq!(looked_at, 5, "of one person, from wherever");
    place.wait(31);
    let code = app.code(&place);
    assert_eq!(try_from(&place, home, &code).await.0, 201, "at home");
}

#[tokio::test]
async fn what_is_dangerous_asks_again() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (app, _) = set_up(&place, &mut ana).await;
    place.wait(11 * 60);
    for path in [
        "/account/recovery-codes",
        "/account/authenticator/remove",
        "/account/erase",
        "/passkeys/remove",
    ] {
        let answer = ana.post("accounts", path, &[]).await;
        assert!(answer.location().starts_with("/confirm?return_to="), "{path}: {answer:?}");
    }
    let answer = ana.get("accounts", "/account/authenticator").await;
    let back = serde_urlencoded::to_string([(
        "return_to",
        format!("{}/account/authenticator", ana.origin("accounts")),
    )]);
    assert_eq!(answer.location(), format!("/confirm?{}", back.unwrap()));
    let page = ana.get("accounts", answer.location()).await.body;
    assert!(page.contains("name=\"password\"") && page.contains("name=\"code\""));
    assert!(!page.contains("Confirm with a passkey"), "there is none");
    let wrong = ana.post("accounts", "/confirm", &[("code", "000000")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("That code is not right"));
    assert_eq!(ana.post("accounts", "/confirm", &[]).await.status, 422);
    let code = app.code(&place);
    let proof = [
        ("password", "comanda-demo"),
        ("code", code.as_str()),
        ("return_to", "https://evil.test/"),
    ];
    assert_eq!(ana.post("accounts", "/confirm", &proof).await.location(), "/account");
    assert_eq!(ana.post("accounts", "/account/recovery-codes", &[]).await.status, 200);
    assert_eq!(ana.get("accounts", "/confirm").await.location(), "/account", "proved already");
    assert_eq!(ana.post("accounts", "/sessions/end-others", &[]).await.status, 303, "stays free");
    place.wait(11 * 60);
    let again = ana.post("accounts", "/confirm/sign-in-again", &[]).await;
    assert_eq!(again.location(), "/sign-in");
    assert!(ana.cookies.is_empty());
}

#[tokio::test]
async fn of_staff_a_second_step_is_demanded_where_the_town_says_so() {
    let place = Place::open_set(&[("accounts.second_step", "staff")]).await;
    let mut operator = place.browser();
    let answer = operator.sign_in("operator@demo.test", "comanda-demo").await;
    assert_eq!(answer.location(), "/account/security", "led there right after signing in");
    let page = operator.get("accounts", "/account/security").await.body;
    assert!(page.contains("Set up a passkey or an authenticator app"));
    let answer = operator.post("accounts", "/account/erase", &[]).await;
    assert!(answer.location().starts_with("/account/security?return_to="), "{answer:?}");
    let request = operator.request("DELETE", "accounts", "/api/v1/me");
    let origin = operator.origin("accounts");
    let answer = operator.visit(request.header("origin", origin)).await;
    assert_eq!((answer.status, &answer.json()["code"]), (403, &json!("second_step_demanded")));
    let mut telephone = Device::new(1);
    assert_eq!(add(&mut operator, &mut telephone, "Phone").await.status, 200);
    let page = operator.get("accounts", "/account/erase").await;
    assert!(page.body.contains("Nobody can bring them back"));
    let codes = operator.post("accounts", "/account/recovery-codes", &[]).await.body;
    let code = between(&codes, "<code>", "</code>").to_owned();
    let mut browser = place.browser();
    let answer = browser.sign_in("operator@demo.test", "comanda-demo").await;
    assert_eq!(answer.location(), "/sign-in/second-step", "a password alone is not enough now");
    assert_eq!(enter(&mut browser, &code).await.location(), "/account");
    let mut ana = place.browser();
    assert_eq!(ana.sign_in("ana@demo.test", "comanda-demo").await.location(), "/account");
}

#[tokio::test]
async fn staff_with_a_passkey_alone_are_asked_for_no_code_that_they_do_not_have() {
    let place = Place::open_set(&[("accounts.second_step", "staff")]).await;
    let mut operator = place.operator().await;
    add(&mut operator, &mut Device::new(1), "Phone").await;
    let mut browser = place.operator().await;
    let path = "/sign-in/second-step";
    let page = browser.get("accounts", path).await.body;
    assert!(page.contains("Use your passkey") && page.contains("Sign in with a passkey"));
    assert!(!page.contains("authenticator app") && !page.contains("name=\"code\""), "{page}");
    let codes = operator.post("accounts", "/account/recovery-codes", &[]).await.body;
    let page = browser.get("accounts", path).await.body;
    assert!(page.contains("or one of your recovery codes") && page.contains("name=\"code\""));
    assert!(!page.contains("authenticator app"), "{page}");
    let wrong = enter(&mut browser, "000000").await;
    assert!(wrong.status == 422 && !wrong.body.contains("authenticator app"), "{wrong:?}");
    assert_eq!(enter(&mut browser, between(&codes, "<code>", "</code>")).await.status, 303);
    let told = place.mail.take("operator@demo.test", "A recovery code was used").await.text;
    assert!(told.contains("Codes left: 9.") && !told.contains("authenticator app"), "{told}");
    assert_eq!(browser.get("accounts", path).await.location(), "/sign-in", "it is over");
}

#[tokio::test]
async fn nobody_is_led_on_with_half_a_proof_that_has_no_other_half() {
    let place = Place::open_set(&[("accounts.second_step", "staff")]).await;
    let mut operator = place.operator().await;
    add(&mut operator, &mut Device::new(1), "Phone").await;
    place.wait(11 * 60);
    let page = operator.get("accounts", "/confirm").await.body;
    assert!(page.contains("Confirm with a passkey"));
    assert!(!page.contains("name=\"password\"") && !page.contains("name=\"code\""), "{page}");
}

#[tokio::test]
async fn staff_are_told_of_passkeys_until_they_have_one() {
    let place = Place::open().await;
    let mut operator = place.browser();
    operator.sign_in("operator@demo.test", "comanda-demo").await;
    let told = "Sign in with a finger or a face";
    assert!(operator.get("accounts", "/account").await.body.contains(told));
    add(&mut operator, &mut Device::new(1), "Phone").await;
    assert!(!operator.get("accounts", "/account").await.body.contains(told));
    assert!(!place.ana().await.get("accounts", "/account").await.body.contains(told));
}
