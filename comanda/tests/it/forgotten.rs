//! One person acts everywhere, takes all of it along in one file, and is forgotten: a dump of every
//! store is searched for fifty things that they gave away.

use crate::{
    postgres_town::PostgresTown,
    stores::{dump, files_below, settle},
    town::{Client, Comanda, SERVICES, free_port, invitation, order_of, sign_up},
};
use database::{Database, Location, Options, ToValue, sql};
use kernel::{
    Clock, SystemClock,
    ids::{ClientId, Id, PasskeyId, PersonId},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use testkit::{Browser, MailServer, eventually, within};

const EMAIL: &str = "zenobia.quaxmark@private.test";
const PASSWORD: &str = "quaxmark-correct-horse";
const FIRST_NAME: &str = "Quaxmarkfirst";
const NAME: &str = "Quaxmarknow";
const BROWSERS: [&str; 2] = ["Quaxmarkfox/1", "Quaxmarkfox/2"];
const NETWORKS: [&str; 2] = ["198.51.100.77", "203.0.113.99"];
const CANCELLED: &str = "quaxmarkwhy I fell ill";
/// What each order says of its customer: name, telephone, e-mail, street, town, note.
const ORDERS: usize = 5;
const OF_AN_ORDER: usize = 6;
const MESSAGE: [&str; 2] = ["Quaxmarkwriter", "quaxmarkmessage: is the oven hot?"];
const APPLICATION: [&str; 5] = [
    "Quaxmark Osteria",
    "Quaxmarktown",
    "Quaxmarkcontact",
    "+43 660 7770001",
    "quaxmarkwords about us",
];
/// Kept, and why: what somebody of the kitchen wrote belongs to the record of the order, which the
/// customer was told and the restaurant must be able to answer for (GDPR Art. 17 (3) (e)).
const OF_THE_KITCHEN: &str = "quaxmarkcook: the oven went out";

fn of_order(number: usize) -> [String; OF_AN_ORDER] {
    [
        format!("Quaxmarkguest{number}"),
        format!("+43 660 55500{number}0"),
        format!("quaxmarkmail{number}@private.test"),
        format!("Quaxmarkgasse {number}7"),
        format!("Quaxmarkburg{number}"),
        format!("quaxmarknote{number} no snails"),
    ]
}

/// Fifty, and what may be found of them afterwards: nothing.
fn markers() -> Vec<String> {
    let single = [EMAIL, PASSWORD, FIRST_NAME, NAME, CANCELLED];
    let mut all: Vec<String> = single.map(str::to_owned).into();
    all.extend([BROWSERS, NETWORKS, MESSAGE].as_flattened().iter().map(|text| (*text).to_owned()));
    all.extend(APPLICATION.map(str::to_owned));
    all.extend((0..ORDERS).flat_map(of_order));
    // The digests and halves by which somebody might be found again all the same.
    all.push("zenobia".to_owned());
    all.push("private.test".to_owned());
    all.push("quaxmark-correct".to_owned());
    all.push("7770001".to_owned());
    assert_eq!(all.len(), 50);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_things_that_an_erased_person_gave_away_no_store_of_sqlite_holds_one() {
    let data = tempfile::tempdir().unwrap();
    let settings = vec![("COMANDA_BROKER_URL", "embedded:".to_owned())];
    let url = format!("sqlite:{}", data.path().display());
    live_and_be_forgotten(data.path(), &settings, (&url, false)).await;
    let bytes = files_below(data.path());
    assert_nothing_is_left(&bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_things_that_an_erased_person_gave_away_no_table_of_postgres_holds_one() {
    let Some(place) = PostgresTown::new("separate") else { return };
    let data = tempfile::tempdir().unwrap();
    let mut settings = place.settings();
    settings.push(("COMANDA_BROKER_URL", "embedded:".to_owned()));
    live_and_be_forgotten(data.path(), &settings, (&place.url, false)).await;
    let mut bytes = files_below(data.path());
    for service in SERVICES {
        let url = format!("{}_{service}", place.url);
        let dumped = std::thread::spawn(move || dump(&url)).join().unwrap();
        // At landing all that was there was the person's.
        assert!(service == "landing" || dumped.len() > 1000, "{service} was dumped");
        bytes.push((service.to_owned(), dumped));
    }
    assert_nothing_is_left(&bytes);
}

fn assert_nothing_is_left(stores: &[(String, Vec<u8>)]) {
    let holds = |bytes: &[u8], text: &str| {
        bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
    };
    // The search finds what is there.
    assert!(stores.iter().any(|(_, bytes)| holds(bytes, "Trattoria Lupo")));
    assert!(stores.iter().any(|(_, bytes)| holds(bytes, OF_THE_KITCHEN)));
    for marker in markers() {
        for (store, bytes) in stores {
            let at = bytes
                .windows(marker.len())
                .position(|window| window.eq_ignore_ascii_case(marker.as_bytes()));
            let around = at.map(|at| {
                let (from, to) = (at.saturating_sub(80), (at + 80).min(bytes.len()));
                String::from_utf8_lossy(&bytes[from..to]).into_owned()
            });
            assert_eq!(around, None, "{marker} in {store}");
        }
    }
}

async fn live_and_be_forgotten(
    data: &Path,
    settings: &[(&'static str, String)],
    place: (&str, bool),
) {
    let mails = MailServer::open().await;
    let settings = &[settings, &[("COMANDA_MAIL_URL", mails.url())]].concat()[..];
    let town = Comanda::start(&["up", "--demo"], data, free_port(), settings);
    let person = become_somebody(&town, &mails).await;
    let under_way = order_everywhere(&town, &person).await;
    work(&town, &person).await;
    write(&town).await;
    come_in_by_more_ways(place, &person).await;
    take_everything_along(&person).await;
    let proof = json!({"password": PASSWORD});
    let (status, said) = person.send(Method::DELETE, "accounts", "/me", proof).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    // The kitchen could call until the end of what it was cooking.
    let owner = town.client().signed_in("owner@demo.test").await;
    let (restaurant, _) = owner.lupo().await;
    let kept = owner.ticket_of(&restaurant, &under_way).await;
    assert!(kept["customer"].to_string().contains("Quaxmarkguest4"), "{kept}");
    finish(&owner, &restaurant, &under_way).await;
    eventually("the last order to be over", async || {
        let found = count(place, "orderhub", Left::OpenOrders).await;
        (found == 0).then_some(())
    })
    .await;
    town.stop();
    // The start looks for what has ended since.
    let town = Comanda::start(&["up"], data, free_port(), settings);
    until_forgotten(place).await;
    town.stop();
    settle(data);
}

/// Signs up, proves the address, takes another name, and signs in from two places.
async fn become_somebody(town: &Comanda, mails: &MailServer) -> Client {
    let mut browser = Browser::new(([127, 0, 0, 1], town.port).into());
    let form = [("email", EMAIL), ("name", FIRST_NAME), ("password", PASSWORD)];
    sign_up(&mut browser, mails, &form).await;
    assert_eq!(browser.post("accounts", "/account", &[("name", NAME)]).await.status, 303);
    let mut last = None;
    for (agent, network) in BROWSERS.into_iter().zip(NETWORKS) {
        let guest = town.client();
        let request = guest.request(Method::POST, "accounts", "/api/v1/sessions");
        let request = request.header("user-agent", agent).header("x-forwarded-for", network);
        let answer = request.json(&json!({"email": EMAIL, "password": PASSWORD})).send().await;
        let session: Value = answer.unwrap().json().await.unwrap();
        last = Some(Client { token: session["token"].as_str().map(str::to_owned), ..guest });
    }
    last.unwrap()
}

/// Orders that end in each way; one is still under way. It is the answer.
async fn order_everywhere(town: &Comanda, person: &Client) -> Value {
    let (restaurant, item) = person.lupo().await;
    let owner = town.client().signed_in("owner@demo.test").await;
    let mut placed = Vec::new();
    for number in 0..ORDERS {
        let [name, phone, email, street, city, note] = of_order(number);
        let mut order = order_of(&restaurant, &item);
        order["kind"] = "delivery".into();
        order["contact"] = json!({"name": name, "phone": phone, "email": email});
        order["lines"][0]["quantity"] = 5.into();
        order["lines"][0]["note"] = note.into();
        order["address"] =
            json!({"street": street, "postcode": "5020", "city": city, "lat": 47.8, "lon": 13.04});
        if number == 1 {
            order["when"] = json!(tomorrow());
        }
        placed.push(person.place(&format!("quax-{number}"), &order).await.unwrap());
    }
    act(&owner, &restaurant, &placed[0], "reject", json!({"reason": "too_busy"})).await;
    let path = format!("/orders/{}/cancel", placed[2]["id"].as_str().unwrap());
    let (status, said) = person.post("orderhub", &path, json!({"reason": CANCELLED})).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    for number in [3, 4] {
        act(&owner, &restaurant, &placed[number], "accept", json!({"ready_in_minutes": 15})).await;
    }
    finish(&owner, &restaurant, &placed[3]).await;
    placed.swap_remove(4)
}

fn tomorrow() -> jiff::Timestamp {
    SystemClock.now() + jiff::SignedDuration::from_hours(30)
}

async fn finish(who: &Client, restaurant: &str, order: &Value) {
    for verb in ["start", "ready", "hand-over"] {
        act(who, restaurant, order, verb, json!({})).await;
    }
}

async fn act(who: &Client, restaurant: &str, order: &Value, verb: &str, mut body: Value) {
    let ticket = who.ticket_of(restaurant, order).await;
    body["version"] = ticket["version"].clone();
    let path = format!("/tickets/{}/{verb}", ticket["id"].as_str().unwrap());
    let (status, said) = who.post("prepstation", &path, body).await;
    assert_eq!(status, StatusCode::OK, "{verb}: {said}");
}

/// Is invited, cooks, and says why an order is called off.
async fn work(town: &Comanda, person: &Client) {
    let mut owner = Browser::new(([127, 0, 0, 1], town.port).into());
    owner.sign_in("owner@demo.test", accounts::DEMO_PASSWORD).await;
    let form = [("email", EMAIL), ("role", "cook")];
    let invited = owner.post("prepstation", "/r/trattoria-lupo/staff", &form).await;
    assert_eq!(invited.status, 303, "{}", invited.body);
    let (restaurant, item) = person.lupo().await;
    let mut browser = Browser::new(([127, 0, 0, 1], town.port).into());
    browser.sign_in(EMAIL, PASSWORD).await;
    let question = invitation(&mut browser).await;
    let joined = browser.post("prepstation", &question, &[("answer", "yes")]).await;
    assert_eq!(joined.status, 303, "{}", joined.body);
    eventually("accounts to hear of it", async || {
        let (_, me) = person.get("accounts", "/me").await;
        (me["roles"][0]["role"] == "cook").then_some(())
    })
    .await;
    let other = town.client().place("quax-other", &order_of(&restaurant, &item)).await.unwrap();
    act(person, &restaurant, &other, "accept", json!({"ready_in_minutes": 15})).await;
    act(person, &restaurant, &other, "cancel", json!({"reason": OF_THE_KITCHEN})).await;
    let marked = person.request(Method::POST, "orderhub", "/favourites");
    let marked = marked
        .header("content-type", "application/x-www-form-urlencoded")
        .body("restaurant=trattoria-lupo&on=1")
        .send()
        .await;
    assert_eq!(marked.unwrap().status(), StatusCode::SEE_OTHER);
}

async fn write(town: &Comanda) {
    let guest = town.client();
    let [name, message] = MESSAGE;
    let message = json!({"name": name, "email": EMAIL.to_uppercase(), "message": message});
    assert_eq!(guest.post("landing", "/contact", message).await.0, StatusCode::CREATED);
    let [restaurant_name, city, contact_name, phone, words] = APPLICATION;
    let application = json!({
        "restaurant_name": restaurant_name, "city": city, "contact_name": contact_name,
        "email": EMAIL, "phone": phone, "words": words,
    });
    assert_eq!(guest.post("landing", "/applications", application).await.0, StatusCode::CREATED);
}

/// As another provider, a browser and an app leave it.
async fn come_in_by_more_ways(place: (&str, bool), person: &Client) {
    let (_, me) = person.get("accounts", "/me").await;
    let id: PersonId = me["id"].as_str().unwrap().parse().unwrap();
    let (app, passkey) = (ClientId::from_natural_key("app"), PasskeyId::from_natural_key("key"));
    let (now, bytes) = (SystemClock.now(), [7_u8; 16]);
    let add = move |tx: &mut database::Tx<'_>| {
        tx.execute(
            sql!("INSERT INTO identities (issuer, subject, person_id, email, linked_at, used_at) VALUES ($1, $2, $3, $4, $5, $5)"),
            &[&"https://provider.test", &"quaxmark-at-provider", &id, &EMAIL, &now],
        )?;
        tx.execute(
            sql!("INSERT INTO passkeys (id, person_id, credential_id, name, public_key, state, transports, created_at, used_at) VALUES ($1, $2, $3, $4, $3, $3, $5, $6, $6)"),
            &[&passkey, &id, &bytes.as_slice(), &"Quaxmark's phone", &0_i64, &now],
        )?;
        tx.execute(
            sql!("INSERT INTO oauth_clients (id, name, redirect_uris, post_logout_uris, created_at) VALUES ($1, $2, $3, $3, $4)"),
            &[&app, &"An app", &"[]", &now],
        )?;
        tx.execute(
            sql!("INSERT INTO oauth_consents (person_id, client_id, scopes, granted_at) VALUES ($1, $2, $3, $4)"),
            &[&id, &app, &"openid", &now],
        )
    };
    let added: Result<u64, database::Error> = open(place, "accounts").write(add).await;
    assert_eq!(added.unwrap(), 1);
}

/// The file holds every column that the data maps promise, and everything that was given away but
/// secrets and what is over.
async fn take_everything_along(person: &Client) {
    let (status, file) = person.get("accounts", "/me/export").await;
    assert_eq!(status, StatusCode::OK, "{file}");
    let own = json!({
        "persons": [file["person"]], "sessions": file["sessions"],
        "memberships": file["person"]["roles"], "identities": file["identities"],
        "passkeys": file["passkeys"], "oauth_consents": file["apps"],
    });
    let parts = [
        (&accounts::DATA_MAP, &own),
        (&landing::DATA_MAP, &file["services"]["landing"]),
        (&orderhub::DATA_MAP, &file["services"]["orderhub"]),
        (&prepstation::DATA_MAP, &file["services"]["prepstation"]),
    ];
    for (map, part) in parts {
        assert_eq!(map.missing_from(part), Vec::<String>::new(), "{}", map.owner);
    }
    let text = file.to_string().to_lowercase();
    let lacks: Vec<String> =
        markers().into_iter().filter(|marker| !text.contains(&marker.to_lowercase())).collect();
    assert_eq!(lacks, [PASSWORD, FIRST_NAME, "quaxmark-correct"]);
    assert!(text.contains(OF_THE_KITCHEN), "and what they wrote at work");
}

/// What is to be gone.
#[derive(Debug, Clone, Copy)]
enum Left {
    OpenOrders,
    Contacts,
    Events,
    Tickets,
    People,
    Messages,
}

async fn until_forgotten(place: (&str, bool)) {
    for (service, left) in [
        ("orderhub", Left::Contacts),
        ("orderhub", Left::Events),
        ("accounts", Left::Events),
        ("prepstation", Left::Tickets),
        ("prepstation", Left::People),
        ("landing", Left::Messages),
    ] {
        let what = format!("{left:?} of {service} to be forgotten");
        within(std::time::Duration::from_secs(60), &what, async || {
            (count(place, service, left).await == 0).then_some(())
        })
        .await;
    }
}

async fn count((url, shared): (&str, bool), service: &'static str, left: Left) -> i64 {
    let database = open((url, shared), service);
    let like = "%uaxmark%";
    let (text, parameters): (_, Vec<&'static str>) = match left {
        Left::OpenOrders => (
            sql!(
                "SELECT COUNT(*) FROM orders WHERE contact LIKE $1 AND state IN ('scheduled', 'placed', 'accepted', 'preparing', 'ready')"
            ),
            vec![like],
        ),
        Left::Contacts => (sql!("SELECT COUNT(*) FROM orders WHERE contact LIKE $1"), vec![like]),
        Left::Events => (sql!("SELECT COUNT(*) FROM outbox WHERE forgotten"), vec![]),
        Left::Tickets => {
            (sql!("SELECT COUNT(*) FROM tickets WHERE customer_name LIKE $1"), vec![like])
        }
        Left::People => (sql!("SELECT COUNT(*) FROM people WHERE email LIKE $1"), vec![like]),
        Left::Messages => (
            sql!("SELECT (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM applications)"),
            vec![],
        ),
    };
    let counted: Result<(i64,), database::Error> = database
        .read(move |tx| {
            let parameters: Vec<&dyn ToValue> =
                parameters.iter().map(|text| text as &dyn ToValue).collect();
            tx.one(text, &parameters)
        })
        .await;
    counted.unwrap().0
}

fn open((url, shared): (&str, bool), service: &str) -> Database {
    let location = Location::of_service(url, shared, service).unwrap();
    let opened = std::thread::spawn(move || {
        Database::open(&location, &[], Options { readers: 1, writers: 1 })
    });
    opened.join().unwrap().unwrap()
}
