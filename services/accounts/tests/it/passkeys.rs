//! Passkeys, with an authenticator of the test's own.

use crate::{
    Place,
    device::{Device, Says},
};
use serde_json::{Value, json};
use testkit::{Answer, Browser};

/// What the pages' script sends.
pub(crate) async fn send(browser: &mut Browser, path: &str, body: &Value) -> Answer {
    let origin = browser.origin("accounts");
    let request = browser
        .request("POST", "accounts", path)
        .header("origin", origin)
        .header("accept", "application/json")
        .header("content-type", "application/json");
    browser.visit(request.body(body.to_string())).await
}

fn truth(browser: &Browser, counter: u32) -> Says {
    Says::the_truth(&browser.origin("accounts"), counter)
}

async fn ask(browser: &mut Browser, path: &str) -> Value {
    let answer = send(browser, path, &json!({})).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    answer.json()
}

/// Adds the passkey of `device` to who is signed in.
pub(crate) async fn add(browser: &mut Browser, device: &mut Device, name: &str) -> Answer {
    let says = truth(browser, 1);
    let asked = ask(browser, "/passkeys/ask-new").await;
    let answer = device.make(&asked["options"], &says);
    let body = json!({"secret": asked["secret"], "answer": answer, "name": name});
    send(browser, "/passkeys/add", &body).await
}

/// Comes in by the passkey of `device`.
pub(crate) async fn sign_in(browser: &mut Browser, device: &Device, says: &Says) -> Answer {
    let asked = ask(browser, "/passkeys/ask").await;
    let answer = device.sign(&asked["options"], says);
    let orders = format!("{}/orders", browser.origin("orderhub"));
    let body = json!({"secret": asked["secret"], "answer": answer, "return_to": orders});
    send(browser, "/passkeys/sign-in", &body).await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn refused() -> (u16, String) {
    (401, "passkey_refused".to_owned())
}

#[tokio::test]
async fn a_passkey_is_made_named_listed_used_and_removed() {
    let place = Place::open().await;
    let (mut ana, mut telephone) = (place.ana().await, Device::new(1));
    let answer = add(&mut ana, &mut telephone, "My <phone>").await;
    assert_eq!(answer.json(), json!({"to": "/account/security"}), "{answer:?}");
    let page = ana.get("accounts", "/account/security").await.body;
    assert!(page.contains("My &lt;phone&gt;") && page.contains("Not used yet"));

    let mut elsewhere = place.browser();
    let says = truth(&elsewhere, 2);
    let answer = sign_in(&mut elsewhere, &telephone, &says).await;
    let orders = format!("{}/orders", elsewhere.origin("orderhub"));
    assert_eq!((answer.status, answer.json()), (200, json!({"to": orders})));
    assert_eq!(elsewhere.get("orderhub", "/me").await.body, "Ana", "known at the sibling");
    let page = ana.get("accounts", "/account/security").await.body;
    assert!(page.contains("Last used"));

    let id = &page[page.find("pky_").unwrap()..][..36];
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let form = [("passkey", id)];
    assert_eq!(rival.post("accounts", "/passkeys/remove", &form).await.status, 404);
    assert_eq!(ana.post("accounts", "/passkeys/remove", &form).await.status, 303);
    assert_eq!(ana.post("accounts", "/passkeys/remove", &form).await.status, 404);
    let says = truth(&elsewhere, 3);
    let answer = sign_in(&mut place.browser(), &telephone, &says).await;
    assert_eq!(code(&answer), refused());
}

#[tokio::test]
async fn a_person_has_several_and_each_opens_the_account() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let (mut telephone, mut key) = (Device::new(1), Device::new(2));
    assert_eq!(add(&mut ana, &mut telephone, "Phone").await.status, 200);
    assert_eq!(add(&mut ana, &mut key, "").await.status, 200);
    let asked = ask(&mut ana, "/passkeys/ask-new").await;
    let known = asked["options"].to_string();
    assert!(!known.contains("enforceCredentialProtectionPolicy"), "many devices lack it: {known}");
    assert_eq!(
        known.matches("\"transports\"").count(),
        2,
        "the browser is told what there is: {known}"
    );
    for device in [&telephone, &key] {
        let mut browser = place.browser();
        let says = truth(&browser, 2);
        assert_eq!(sign_in(&mut browser, device, &says).await.status, 200);
    }
    let page = ana.get("accounts", "/account/security").await.body;
    assert!(page.contains("Phone") && page.contains("An unknown device"), "{page}");
}

#[tokio::test]
async fn nobody_comes_in_by_an_answer_that_is_not_right() {
    let place = Place::open().await;
    let (mut ana, mut telephone) = (place.ana().await, Device::new(1));
    add(&mut ana, &mut telephone, "Phone").await;
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let mut foreign = Device::new(2);
    add(&mut rival, &mut foreign, "Phone").await;

    let mut browser = place.browser();
    let good = truth(&browser, 5);
    assert_eq!(sign_in(&mut browser, &telephone, &good).await.status, 200);
    let good = truth(&browser, 6);
    let orderhub = browser.origin("orderhub");
    let stolen = foreign.pretending_to_be(&telephone);
    let unknown = Device::new(9);
    let attacks: [(&str, &Device, Says); 11] = [
        ("wrong origin", &telephone, Says { origin: "https://evil.test".into(), ..good.clone() }),
        ("a sibling's origin", &telephone, Says { origin: orderhub, ..good.clone() }),
        (
            "wrong relying party",
            &telephone,
            Says { relying_party: "comanda.localhost".into(), ..good.clone() },
        ),
        ("nobody verified", &telephone, Says { verified: false, ..good.clone() }),
        ("counter goes back", &telephone, Says { counter: 4, ..good.clone() }),
        ("counter stands still", &telephone, Says { counter: 5, ..good.clone() }),
        ("another challenge", &telephone, Says { challenge: Some("A".repeat(22)), ..good.clone() }),
        (
            "a registration's answer",
            &telephone,
            Says { kind: Some("webauthn.create"), ..good.clone() },
        ),
        ("another user's handle", &telephone, Says { user: Some(vec![7; 16]), ..good.clone() }),
        ("somebody else's key", &stolen, good.clone()),
        ("unknown", &unknown, Says { user: Some(vec![7; 16]), ..good.clone() }),
    ];
    for (attack, device, says) in attacks {
        let mut browser = place.browser();
        let answer = sign_in(&mut browser, device, &says).await;
        assert_eq!(code(&answer), refused(), "{attack}: {answer:?}");
        assert!(browser.cookies.is_empty(), "{attack}");
    }
    assert_eq!(
        sign_in(&mut place.browser(), &telephone, &good).await.status,
        200,
        "it still works"
    );
}

#[tokio::test]
async fn a_challenge_is_good_once_and_for_five_minutes() {
    let place = Place::open().await;
    let (mut ana, mut telephone) = (place.ana().await, Device::new(1));
    add(&mut ana, &mut telephone, "Phone").await;
    let mut browser = place.browser();
    let late = (401, "passkey_too_late".to_owned());
    let answered = |asked: &Value, counter| {
        let says = truth(&browser, counter);
        json!({"secret": asked["secret"], "answer": telephone.sign(&asked["options"], &says)})
    };
    let asked = ask(&mut browser.clone(), "/passkeys/ask").await;
    let body = answered(&asked, 2);
    let mut visitor = browser.clone();
    assert_eq!(send(&mut visitor, "/passkeys/sign-in", &body).await.status, 200);
    assert_eq!(code(&send(&mut place.browser(), "/passkeys/sign-in", &body).await), late, "used");
    let asked = ask(&mut browser.clone(), "/passkeys/ask").await;
    let (first, second) = (answered(&asked, 1), answered(&asked, 3));
    assert_eq!(code(&send(&mut place.browser(), "/passkeys/sign-in", &first).await), refused());
    let again = send(&mut place.browser(), "/passkeys/sign-in", &second).await;
    assert_eq!(code(&again), late, "a wrong answer uses the question up");
    let asked = ask(&mut browser, "/passkeys/ask").await;
    place.wait(300);
    let says = truth(&browser, 4);
    let body =
        json!({"secret": asked["secret"], "answer": telephone.sign(&asked["options"], &says)});
    assert_eq!(
        code(&send(&mut place.browser(), "/passkeys/sign-in", &body).await),
        late,
        "too late"
    );
}

#[tokio::test]
async fn a_new_passkey_is_checked_as_well() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let good = truth(&ana, 0);
    for (attack, says) in [
        ("wrong origin", Says { origin: "https://evil.test".into(), ..good.clone() }),
        ("wrong relying party", Says { relying_party: "evil.test".into(), ..good.clone() }),
        ("nobody verified", Says { verified: false, ..good.clone() }),
        ("another challenge", Says { challenge: Some("A".repeat(22)), ..good.clone() }),
        ("a sign-in's answer", Says { kind: Some("webauthn.get"), ..good.clone() }),
    ] {
        let asked = ask(&mut ana, "/passkeys/ask-new").await;
        let answer = Device::new(1).make(&asked["options"], &says);
        let body = json!({"secret": asked["secret"], "answer": answer});
        let answer = send(&mut ana, "/passkeys/add", &body).await;
        assert_eq!(code(&answer), refused(), "{attack}: {answer:?}");
    }
    let mut telephone = Device::new(1);
    assert_eq!(add(&mut ana, &mut telephone, "Phone").await.status, 200);
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    let taken = add(&mut rival, &mut telephone.clone(), "Mine, too").await;
    assert_eq!(code(&taken), (409, "passkey_taken".to_owned()));
    let asked = ask(&mut ana, "/passkeys/ask-new").await;
    let answer = Device::new(3).make(&asked["options"], &good);
    let body = json!({"secret": asked["secret"], "answer": answer});
    let foreign = send(&mut rival, "/passkeys/add", &body).await;
    assert_eq!(code(&foreign), (401, "passkey_too_late".to_owned()), "another person's question");
}

#[tokio::test]
async fn who_signed_in_a_while_ago_proves_it_before_adding_one_and_a_passkey_is_a_proof() {
    let place = Place::open().await;
    let (mut ana, mut telephone, mut foreign) = (place.ana().await, Device::new(1), Device::new(2));
    add(&mut ana, &mut telephone, "Phone").await;
    let mut rival = place.browser();
    rival.sign_in("rival@demo.test", "comanda-demo").await;
    add(&mut rival, &mut foreign, "Phone").await;
    place.wait(11 * 60);
    let answer = send(&mut ana, "/passkeys/ask-new", &json!({})).await;
    assert_eq!(code(&answer), (403, "proof_needed".to_owned()));
    let mut confirm = async |device: &Device| {
        let asked = ask(&mut ana, "/passkeys/ask").await;
        let answer = device.sign(&asked["options"], &truth(&ana, 2));
        let body =
            json!({"secret": asked["secret"], "answer": answer, "return_to": "https://evil.test/"});
        send(&mut ana, "/passkeys/confirm", &body).await
    };
    assert_eq!(code(&confirm(&foreign).await), refused(), "somebody else's");
    assert_eq!(confirm(&telephone).await.json(), json!({"to": "/account"}));
    ask(&mut ana, "/passkeys/ask-new").await;
    let mut nobody = place.browser();
    assert_eq!(send(&mut nobody, "/passkeys/ask-new", &json!({})).await.status, 401);
    assert_eq!(send(&mut nobody, "/passkeys/confirm", &json!({})).await.status, 401);
}

#[tokio::test]
async fn what_no_browser_sends_is_refused_and_breaks_nothing() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    let ask_again = ask(&mut ana, "/passkeys/ask").await;
    for answer in [
        json!(null),
        json!(7),
        json!("x"),
        json!([]),
        json!({}),
        json!({"id": "AAAA"}),
        json!({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}, "clientExtensionResults": {}}),
        json!({"id": "!", "rawId": "!", "type": "x", "response": {"clientDataJSON": "!"}}),
    ] {
        for (question, path) in [
            ("/passkeys/ask", "/passkeys/sign-in"),
            ("/passkeys/ask", "/passkeys/confirm"),
            ("/passkeys/ask-new", "/passkeys/add"),
        ] {
            let asked = ask(&mut ana, question).await;
            let body = json!({"secret": asked["secret"], "answer": answer});
            assert_eq!(code(&send(&mut ana, path, &body).await), refused(), "{path}: {answer}");
        }
    }
    for body in [json!({}), json!([]), json!({"secret": 7, "answer": {}}), json!({"secret": "x"})] {
        assert_eq!(send(&mut ana, "/passkeys/sign-in", &body).await.status, 422, "{body}");
    }
    let secret = ask_again["secret"].as_str().unwrap();
    let body = json!({"secret": secret, "answer": {}, "name": "x"});
    let other = send(&mut ana, "/passkeys/add", &body).await;
    assert_eq!(code(&other), (401, "passkey_too_late".to_owned()), "of another purpose");
}

#[tokio::test]
async fn only_pages_of_accounts_may_ask_for_passkeys() {
    let place = Place::open().await;
    for (service, path, allowed) in [("accounts", "/sign-in", "(self)"), ("orderhub", "/", "()")] {
        let page = place.browser().get(service, path).await;
        let policy = page.header("permissions-policy");
        for right in ["publickey-credentials-create", "publickey-credentials-get"] {
            assert!(policy.contains(&format!("{right}={allowed},")), "{service}: {policy}");
        }
    }
    let page = place.browser().get("accounts", "/sign-in").await.body;
    assert!(page.contains("Passkeys need JavaScript") && page.contains("username webauthn"));
}
