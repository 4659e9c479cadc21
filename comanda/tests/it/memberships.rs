//! Who works where, the whole way: an invitation by e-mail, accepted by who has proved the address,
//! decided by prepstation at once, and seen in the next token.

use crate::town::{Client, Comanda, free_port, invitation, sign_up};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Browser, MailServer, eventually};

const EMAIL: &str = "mira@demo.test";
const PASSWORD: &str = "mira-correct-horse";

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_waits_for_a_yes_from_a_proved_address_and_roles_change_at_once_everywhere() {
    let data = tempfile::tempdir().unwrap();
    let mails = MailServer::open().await;
    let settings = [("COMANDA_MAIL_URL", mails.url())];
    let town = Comanda::start(&["up", "--demo"], data.path(), free_port(), &settings);
    let mut owner = Browser::new(([127, 0, 0, 1], town.port).into());
    owner.sign_in("owner@demo.test", accounts::DEMO_PASSWORD).await;
    let form = [("email", "Mira@Demo.Test"), ("role", "cook")];
    let invited = owner.post("prepstation", "/r/trattoria-lupo/staff", &form).await;
    assert_eq!(invited.status, 303, "{}", invited.body);

    let mut mira = Browser::new(([127, 0, 0, 1], town.port).into());
    let form = [("email", EMAIL), ("name", "Mira"), ("password", PASSWORD)];
    let mut anybody = mira.clone();
    assert_eq!(anybody.post("accounts", "/sign-up", &form).await.status, 303);
    assert_eq!(anybody.sign_in(EMAIL, PASSWORD).await.status, 422, "anybody could say so");
    mails.take(EMAIL, "Confirm your address").await;
    sign_up(&mut mira, &mails, &form).await;
    let before = signed_in(&town).await;
    let (restaurant, _) = before.lupo().await;
    assert_eq!(mira.post("accounts", "/account", &[("name", "Mira B.")]).await.status, 303);
    let question = invitation(&mut mira).await;
    assert_eq!(tickets(&before, &restaurant).await, StatusCode::NOT_FOUND, "nobody asked Mira");
    assert_eq!(mira.post("prepstation", &question, &[("answer", "yes")]).await.status, 303);
    assert_eq!(tickets(&before, &restaurant).await, StatusCode::OK);
    until_role(&before, Some("cook")).await;
    assert_eq!(pause(&before, &restaurant).await, StatusCode::OK, "a cook may");

    let page = owner.get("prepstation", "/r/trattoria-lupo/staff").await.body;
    let row = page.split("Role of Mira B.").next().unwrap();
    let member = row.rsplit("/r/trattoria-lupo/staff/").next().unwrap();
    let member = format!("/r/trattoria-lupo/staff/{}", member.split('"').next().unwrap());
    assert_eq!(owner.post("prepstation", &member, &[("role", "viewer")]).await.status, 303);
    // With the same token: prepstation goes by its own staff.
    assert_eq!(pause(&before, &restaurant).await, StatusCode::FORBIDDEN);
    until_role(&before, Some("viewer")).await;
    assert_eq!(owner.post("prepstation", &member, &[("remove", "yes")]).await.status, 303);
    assert_eq!(tickets(&before, &restaurant).await, StatusCode::NOT_FOUND);
    until_role(&before, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_all_kitchens_and_works_in_none_and_owners_are_no_operators() {
    let data = tempfile::tempdir().unwrap();
    let town = Comanda::up(data.path());
    let mut operator = Browser::new(([127, 0, 0, 1], town.port).into());
    operator.sign_in("operator@demo.test", accounts::DEMO_PASSWORD).await;
    assert_eq!(operator.get("prepstation", "/operator").await.status, 200);
    assert_eq!(operator.get("prepstation", "/r/trattoria-lupo/board").await.status, 404);
    let mut owner = Browser::new(([127, 0, 0, 1], town.port).into());
    owner.sign_in("owner@demo.test", accounts::DEMO_PASSWORD).await;
    assert!(owner.get("prepstation", "/operator").await.status >= 403);
    let me = town.client().signed_in("operator@demo.test").await.get("accounts", "/me").await.1;
    assert_eq!((&me["operator"], &me["roles"]), (&json!(true), &json!([])));
}

async fn signed_in(town: &Comanda) -> Client {
    let guest = town.client();
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let (status, session) = guest.post("accounts", "/sessions", body).await;
    assert_eq!(status, StatusCode::CREATED, "{session}");
    Client { token: session["token"].as_str().map(str::to_owned), ..guest }
}

async fn tickets(who: &Client, restaurant: &str) -> StatusCode {
    who.get("prepstation", &format!("/restaurants/{restaurant}/tickets")).await.0
}

async fn pause(who: &Client, restaurant: &str) -> StatusCode {
    let path = format!("/restaurants/{restaurant}/pause");
    who.send(Method::POST, "prepstation", &path, json!({"minutes": 5})).await.0
}

/// What accounts would put into a token that it signs now.
async fn until_role(who: &Client, role: Option<&str>) {
    let wanted = role.map_or(Value::Null, Value::from);
    eventually("accounts to know the role", async || {
        let (_, me) = who.get("accounts", "/me").await;
        (me["roles"][0]["role"] == wanted).then_some(())
    })
    .await;
}
