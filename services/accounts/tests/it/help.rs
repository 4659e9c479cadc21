//! An operator helps somebody who is locked out, or whose account somebody else is in.

use crate::{
    Place,
    device::Device,
    passkeys::add,
    second_step::{first_step, set_up},
};
use testkit::{Answer, Browser, eventually};

const ANA: &str = "ana@demo.test";

/// What an operator finds, and the hidden name of the person.
pub(crate) async fn find(operator: &mut Browser, email: &str) -> (Answer, String) {
    let page = operator.post("accounts", "/operator/people", &[("email", email)]).await;
    let id = page.body.split("name=\"person\" value=\"").nth(1);
    let id = id.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    (page, id)
}

#[tokio::test]
async fn operators_find_people_and_for_others_there_is_nothing() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let mut operator = place.operator().await;
    let (page, id) = find(&mut operator, " ANA@demo.test ").await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    assert!(page.body.contains("Has a password") && page.body.contains("Signed in 1 time"));
    let (nobody, _) = find(&mut operator, "nobody@example.com").await;
    assert!(nobody.status == 422 && nobody.body.contains("Nobody has an account"), "{nobody:?}");
    assert!(operator.get("accounts", "/account").await.body.contains("/operator/people"));

    assert_eq!(ana.get("accounts", "/operator/people").await.status, 404);
    let paths = ["", "/end-sessions", "/reset-second-step"];
    for path in paths.map(|path| format!("/operator/people{path}")) {
        let fields = [("person", id.as_str()), ("email", ANA)];
        assert_eq!(ana.post("accounts", &path, &fields).await.status, 404, "{path}");
        let nobody = place.browser().post("accounts", &path, &fields).await;
        assert!(nobody.status == 303 && nobody.location().contains("/sign-in"), "{path}");
    }
    place.wait(11 * 60);
    for path in &paths[1..] {
        let path = format!("/operator/people{path}");
        let answer = operator.post("accounts", &path, &[("person", &id)]).await;
        assert!(answer.location().starts_with("/confirm?return_to="), "{path}: {answer:?}");
    }
    assert_eq!(ana.get("accounts", "/account").await.status, 200, "nothing was done");
}

#[tokio::test]
async fn an_operator_ends_all_sessions_of_somebody_and_what_apps_may_do_for_them() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let (mut here, mut there, mut rival) = (place.ana().await, place.ana().await, place.browser());
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let code = app.code_for(&mut here, &[("scope", "openid offline_access")]).await;
    let tokens = app.redeem(&place, &code).await.json();
    let mut operator = place.operator().await;
    let (_, id) = find(&mut operator, ANA).await;
    let path = "/operator/people/end-sessions";
    let page = operator.post("accounts", path, &[("person", &id)]).await;
    assert!(page.status == 200 && page.body.contains("signed out everywhere"), "{page:?}");
    assert!(page.body.contains("Signed in 0 times"));
    for ended in [&mut here, &mut there] {
        assert_eq!(ended.get("accounts", "/account").await.status, 303);
        eventually("a sibling refuses the session", async || {
            let answer = ended.get("orderhub", "/api/v1/me").await;
            (answer.status == 401).then_some(())
        })
        .await;
    }
    assert_eq!(app.refresh(&place, &tokens["refresh_token"]).await.status, 400);
    assert_eq!(rival.get("accounts", "/account").await.status, 200, "others stay");
    assert_eq!(place.ana().await.get("accounts", "/account").await.status, 200);
    for wrong in ["", "ana@demo.test", "per_x"] {
        let answer = operator.post("accounts", path, &[("person", wrong)]).await;
        assert_eq!(answer.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn who_lost_phone_and_codes_comes_in_again_and_sets_up_a_new_app() {
    let place = Place::open_set(&[("accounts.second_step", "staff")]).await;
    let mut helper = place.browser();
    helper.sign_in("operator@demo.test", "comanda-demo").await;
    add(&mut helper, &mut Device::new(2), "Key").await;
    let mut ana = place.ana().await;
    set_up(&place, &mut ana).await;
    add(&mut ana, &mut Device::new(1), "Phone").await;
    let (_, id) = find(&mut helper, ANA).await;
    let path = "/operator/people/reset-second-step";
    let page = helper.post("accounts", path, &[("person", &id)]).await;
    assert!(page.body.contains("Has no authenticator app"), "{page:?}");
    assert!(page.body.contains("Has a passkey") && page.body.contains("codes left: 0"));
    let told = place.mail.take(ANA, "Your second step was taken off").await;
    assert!(told.text.contains("whoever runs this town") && !told.text.contains("your passkeys"));
    assert!(!told.text.contains("With:") && !told.text.contains("From:"), "{}", told.text);
    assert_eq!(told.link("/reset-password"), "/reset-password");
    assert_eq!(ana.get("accounts", "/account").await.status, 303, "signed out");
    let mut back = place.ana().await;
    assert_eq!(back.get("accounts", "/account").await.status, 200, "by the password alone");
    set_up(&place, &mut back).await;
    first_step(&place).await;
    let fields = [("person", id.as_str()), ("passkeys", "yes")];
    let page = helper.post("accounts", path, &fields).await;
    assert!(page.body.contains("Has no passkey"), "{page:?}");
    let told = place.mail.take(ANA, "Your second step was taken off").await;
    assert!(told.text.contains("and your passkeys"), "{}", told.text);
}

#[tokio::test]
async fn staff_whose_second_step_was_taken_off_are_led_to_set_one_up() {
    let place = Place::open_set(&[("accounts.second_step", "staff")]).await;
    let mut operator = place.browser();
    operator.sign_in("operator@demo.test", "comanda-demo").await;
    add(&mut operator, &mut Device::new(1), "Phone").await;
    let mut locked_out = place.browser();
    let answer = locked_out.sign_in("operator@demo.test", "comanda-demo").await;
    assert_eq!(answer.location(), "/sign-in/second-step");
    let (_, id) = find(&mut operator, "operator@demo.test").await;
    let fields = [("person", id.as_str()), ("passkeys", "yes")];
    let answer = operator.post("accounts", "/operator/people/reset-second-step", &fields).await;
    assert_eq!(answer.location(), "/sign-in", "they meant themselves");
    place.mail.take("operator@demo.test", "Your second step was taken off").await;
    let answer = locked_out.sign_in("operator@demo.test", "comanda-demo").await;
    assert_eq!(answer.location(), "/account/security");
}
