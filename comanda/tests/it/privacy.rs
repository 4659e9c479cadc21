//! What people enter shows up in no log line, metric or trace, even where everything is logged.

use crate::{
    town::{Comanda, comanda, free_port, order_of, sign_up},
    traces::Collector,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{path::Path, process::Stdio};
use testkit::{Browser, MailServer, eventually};

/// All that a person gives away here, each to be found again if anybody kept it.
const NAME: &str = "Zenobia Quaxwell";
const EMAIL: &str = "zenobia.quaxwell@private.test";
const PHONE: &str = "+43 660 7654321";
const STREET: &str = "Quaxgasse 77";
const NOTE: &str = "no snails, quaxnote";
const PASSWORD: &str = "quax-correct-horse-99";
const WRONG: &str = "quax-wrong-donkey-11";
const SEARCH: &str = "quaxsearch";
const REASON: &str = "quaxreason from the cook";
const MESSAGE: &str = "quaxmessage to the town";

#[tokio::test(flavor = "multi_thread")]
async fn whole_journeys_leave_nothing_of_a_person_in_logs_metrics_and_traces() {
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log");
    let (collector, otlp) = Collector::open().await;
    // `log:` prints mails: that is its purpose.
    let mails = MailServer::open().await;
    let town = start(data.path(), &log, [otlp, ("COMANDA_MAIL_URL", mails.url())]);
    become_somebody(&town, &mails).await;
    order_and_be_refused(&town).await;
    write_and_search(&town).await;
    let metrics = town.client().request(Method::GET, "landing", "/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    town.stop();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("DEBUG") && metrics.contains("use_cases_total"), "all is on");
    assert!(collector.text().contains("sign_up") && collector.text().contains("place_order"));
    let phone = PHONE.rsplit(' ').next().unwrap();
    let email = EMAIL.split('@').next().unwrap();
    for marker in [
        "uaxwell",
        email,
        phone,
        "uaxgasse",
        "uaxnote",
        PASSWORD,
        WRONG,
        SEARCH,
        "uaxreason",
        "uaxmessage",
        "quaxbroken",
    ] {
        for (place, text) in [("log", &log), ("metrics", &metrics), ("traces", &collector.text())] {
            let line = text.lines().find(|line| line.contains(marker));
            assert_eq!(line, None, "{marker} in the {place}");
        }
    }
}

fn start(data: &Path, log: &Path, [otlp, mail]: [(&'static str, String); 2]) -> Comanda {
    let settings = [
        otlp,
        mail,
        ("COMANDA_TELEMETRY_FILTER", "debug".to_owned()),
        ("COMANDA_TELEMETRY_LOG", "json".to_owned()),
    ];
    let file = Stdio::from(std::fs::File::create(log).unwrap());
    Comanda::start_logging(&["up", "--demo"], data, free_port(), &settings, file)
}

/// Signs up, in with a wrong and the right password, and is forgotten.
async fn become_somebody(town: &Comanda, mails: &MailServer) {
    let mut browser = Browser::new(([127, 0, 0, 1], town.port).into());
    let form = [("email", EMAIL), ("name", NAME), ("password", PASSWORD)];
    sign_up(&mut browser, mails, &form).await;
    let mut other = Browser::new(([127, 0, 0, 1], town.port).into());
    assert!((400..500).contains(&other.sign_in(EMAIL, WRONG).await.status));
    assert_eq!(other.sign_in(EMAIL, PASSWORD).await.status, 303);
    let guest = town.client();
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let (status, session) = guest.post("accounts", "/sessions", body).await;
    assert_eq!(status, StatusCode::CREATED, "{session}");
    let token = session["token"].as_str().map(ToOwned::to_owned);
    let person = crate::town::Client { token, ..guest };
    let proof = json!({"password": PASSWORD});
    let (status, said) = person.send(Method::DELETE, "accounts", "/me", proof).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
}

/// Orders as a guest, with everything that a guest can say, and the cook says something too.
async fn order_and_be_refused(town: &Comanda) {
    let guest = town.client();
    let (restaurant, item) = guest.lupo().await;
    let mut order = order_of(&restaurant, &item);
    order["contact"] = json!({"name": NAME, "phone": PHONE, "email": EMAIL});
    order["lines"][0]["note"] = NOTE.into();
    let placed = guest.place("quax-1", &order).await.unwrap();
    let mut delivery = order.clone();
    delivery["kind"] = "delivery".into();
    delivery["lines"][0]["quantity"] = 5.into();
    delivery["address"] = json!({"street": STREET, "postcode": "5020", "city": "Salzburg"});
    guest.post("orderhub", "/orders", delivery).await;
    let broken = json!({"contact": {"name": {"quaxbroken": NAME}}, "lines": NOTE});
    assert!(guest.post("orderhub", "/orders", broken).await.0.is_client_error());
    let owner = guest.signed_in("owner@demo.test").await;
    let ticket = owner.ticket_of(&restaurant, &placed).await;
    let act = async |verb: &str, mut body: Value| {
        body["version"] = owner.ticket_of(&restaurant, &placed).await["version"].clone();
        let path = format!("/tickets/{}/{verb}", ticket["id"].as_str().unwrap());
        let (status, said) = owner.post("prepstation", &path, body).await;
        assert_eq!(status, StatusCode::OK, "{said}");
    };
    act("accept", json!({"ready_in_minutes": 15})).await;
    act("cancel", json!({"reason": REASON})).await;
    eventually("the order to be cancelled", async || {
        (guest.tracked(&placed).await["state"] == "cancelled").then_some(())
    })
    .await;
}

async fn write_and_search(town: &Comanda) {
    let guest = town.client();
    let message = json!({"name": NAME, "email": EMAIL, "message": MESSAGE});
    assert_eq!(guest.post("landing", "/contact", message).await.0, StatusCode::CREATED);
    for path in [format!("/search?q={SEARCH}"), format!("/nothing/{SEARCH}?email={SEARCH}")] {
        guest.request(Method::GET, "orderhub", &path).send().await.unwrap();
    }
}

#[tokio::test]
async fn no_command_repeats_the_password_of_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let secret = |scheme: &str| format!("{scheme}://me:hunter2@127.0.0.1:9/town");
    for (arguments, key, url) in [
        (vec!["doctor", "--data-dir", data], "broker.url", secret("amqp")),
        (vec!["doctor", "--data-dir", data], "database.url", secret("mysql")),
        (vec!["doctor", "--data-dir", data], "database.url", secret("postgres")),
        (vec!["migrate", "--data-dir", data], "database.url", secret("postgres")),
    ] {
        let file = folder.path().join("comanda.toml");
        std::fs::write(&file, format!("{key} = \"{url}\"\n")).unwrap();
        let arguments = [&arguments[..], &["--config", file.to_str().unwrap()]].concat();
        let ended = comanda(&arguments).await;
        assert!(!ended.succeeded && !ended.said.contains("hunter2"), "{}", ended.said);
    }
    let (from, to) = (secret("postgres"), secret("mysql"));
    let ended = comanda(&["database", "copy", "--from", &from, "--to", &to]).await;
    assert!(!ended.succeeded && !ended.said.contains("hunter2"), "{}", ended.said);
    let (from, to) = (secret("amqp"), secret("nats"));
    let ended =
        comanda(&["broker", "copy", "--data-dir", data, "--from", &from, "--to", &to]).await;
    assert!(!ended.succeeded && !ended.said.contains("hunter2"), "{}", ended.said);
}
