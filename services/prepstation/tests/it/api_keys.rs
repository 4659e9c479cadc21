//! Keys of programs: one restaurant, named scopes, shown once, gone at once.

use crate::{
    MIGRATIONS,
    kitchen::{House, order, restaurant_id},
};
use database::sql;
use serde_json::{Value, json};

const KEYS: &str = "/api/v1/restaurants/lupo/api-keys";

/// Makes a key as somebody, under an idempotency key.
async fn create(house: &House, who: &str, once: Option<&str>, body: &Value) -> (u16, Value) {
    let sent = house.http.post(house.url(KEYS)).bearer_auth(house.token(who)).json(body);
    let sent = once.into_iter().fold(sent, |sent, key| sent.header("idempotency-key", key));
    let answer = sent.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// What a program can ask, by the scope that it takes.
fn doors(ticket: &str) -> Vec<(&'static str, &'static str, String, Value)> {
    let at = |rest: &str| format!("/api/v1/restaurants/lupo{rest}");
    let of_ticket = |verb: &str| format!("/api/v1/tickets/{ticket}{verb}");
    let menu = json!({"currency": "EUR", "sections": []});
    let hours = json!({"zone": "Europe/Vienna", "weekly": {}});
    let id = restaurant_id("lupo");
    vec![
        ("restaurant:read", "GET", at(""), Value::Null),
        ("restaurant:read", "GET", "/api/v1/restaurants".to_owned(), Value::Null),
        ("restaurant:write", "PATCH", at(""), json!({"story": "Wood oven."})),
        ("restaurant:write", "PUT", at("/hours"), hours),
        ("restaurant:write", "DELETE", at("/photo"), Value::Null),
        ("menu:read", "GET", at("/menu"), Value::Null),
        ("menu:write", "PUT", at("/menu"), menu),
        ("availability:write", "POST", at("/pause"), json!({"minutes": 15})),
        ("availability:write", "POST", at("/resume"), json!({})),
        ("availability:write", "POST", at("/busy"), json!({"extra_minutes": 10})),
        ("tickets:read", "GET", format!("/api/v1/restaurants/{id}/tickets"), Value::Null),
        ("tickets:read", "GET", of_ticket(""), Value::Null),
        ("tickets:write", "POST", of_ticket("/acknowledge"), json!({"version": 1})),
    ]
}

#[test]
fn a_key_does_what_its_scopes_name_and_nothing_else() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let ticket = house.receive(order("K7Q", 0)).await.id.to_string();
        let mut scopes: Vec<&str> = doors("").iter().map(|door| door.0).collect();
        scopes.dedup();
        assert_eq!(scopes.len(), 7);
        for scope in &scopes {
            let right = house.key(&[scope]).await;
            let others: Vec<&str> = scopes.iter().copied().filter(|other| other != scope).collect();
            let wrong = house.key(&others).await;
            let own = doors(&ticket).into_iter().filter(|door| door.0 == *scope);
            for (_, method, path, body) in own {
                let (status, said) = house.by(&wrong, method, &path, body.clone()).await;
                assert_eq!((status, &said["code"]), (403, &json!("scope_missing")), "{path}");
                assert_eq!(said["needs"], *scope);
                let (status, said) = house.by(&right, method, &path, body).await;
                assert!((200..300).contains(&status), "{scope} {method} {path}: {status} {said}");
            }
        }
    });
}

#[test]
fn another_restaurant_is_404_to_a_key_and_keys_manage_no_keys_and_no_staff() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let scopes: Vec<&str> = doors("").iter().map(|door| door.0).collect();
        let key = house.key(&scopes).await;
        let (rival, lupo) = (restaurant_id("rival"), restaurant_id("lupo"));
        for (method, path) in [
            ("GET", "/api/v1/restaurants/rival".to_owned()),
            ("GET", "/api/v1/restaurants/rival/menu".to_owned()),
            ("POST", "/api/v1/restaurants/rival/resume".to_owned()),
            ("GET", format!("/api/v1/restaurants/{rival}/tickets")),
            ("GET", "/api/v1/restaurants/nobody".to_owned()),
        ] {
            assert_eq!(house.by(&key, method, &path, json!({})).await.0, 404, "{path}");
        }
        let (_, mine) = house.by(&key, "GET", "/api/v1/restaurants", Value::Null).await;
        assert_eq!(mine["items"].as_array().unwrap().len(), 1);
        assert_eq!(mine["items"][0]["id"], lupo.to_string());
        for (method, path) in [
            ("GET", KEYS),
            ("POST", KEYS),
            ("GET", "/r/lupo/staff"),
            ("GET", "/r/lupo/integrations"),
        ] {
            assert_eq!(house.by(&key, method, path, json!({})).await.0, 401, "{path}");
        }
    });
}

#[test]
fn a_key_is_shown_once_kept_as_a_hash_and_repeated_without_its_secret() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let body =
            json!({"name": " Till  at the counter ", "scopes": ["tickets:read", "tickets:read"]});
        assert_eq!(create(&house, "owner", None, &body).await.1["code"], "idempotency_key_missing");
        let (status, made) = create(&house, "owner", Some("a"), &body).await;
        assert_eq!((status, &made["name"]), (201, &json!("Till at the counter")), "{made}");
        assert_eq!(made["scopes"], json!(["tickets:read"]));
        let secret = made["key"].as_str().unwrap();
        assert!(secret.starts_with("cmd_") && secret.len() == 47, "{secret}");
        let (status, again) = create(&house, "owner", Some("a"), &body).await;
        assert_eq!((status, &again["id"], &again["key"]), (201, &made["id"], &Value::Null));
        let other = json!({"name": "Printer", "scopes": ["tickets:read"]});
        assert_eq!(create(&house, "owner", Some("a"), &other).await.0, 422);
        let (_, list) = house.by(&house.token("owner"), "GET", KEYS, Value::Null).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&list["items"][0]["used_at"], &list["items"][0]["beginning"]),
            (&Value::Null, &json!(&secret[..10]))
        );
        assert!(!list.to_string().contains(secret));
        let kept: Vec<(String, String)> = house
            .database()
            .read(|tx| tx.all(sql!("SELECT answer, request FROM idempotency"), &[]))
            .await
            .map_err(|error: database::Error| error)
            .unwrap();
        assert!(
            kept.iter()
                .all(|(answer, request)| !answer.contains("cmd_") && !request.contains("cmd_")),
            "{kept:?}"
        );
    });
}

#[test]
fn managers_make_keys_cooks_do_not_strangers_hear_of_nothing_and_fields_are_named() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let good = json!({"name": "Till", "scopes": ["menu:read"]});
        for (who, status) in [("cook", 403), ("viewer", 403), ("rival", 404)] {
            assert_eq!(create(&house, who, Some(who), &good).await.0, status, "{who}");
            assert_eq!(
                house.by(&house.token(who), "GET", KEYS, Value::Null).await.0,
                status,
                "{who}"
            );
        }
        for (body, pointer) in [
            (json!({"name": " ", "scopes": ["menu:read"]}), "/name"),
            (json!({"name": "n".repeat(61), "scopes": ["menu:read"]}), "/name"),
            (json!({"name": "Till", "scopes": []}), "/scopes"),
            (json!({"name": "Till", "scopes": ["menu:read", "money:take"]}), "/scopes/1"),
            (json!({"name": "Till", "scopes": "menu:read"}), "/scopes"),
        ] {
            let (status, problem) = create(&house, "owner", Some("b"), &body).await;
            assert_eq!(
                (status, &problem["errors"][0]["pointer"]),
                (422, &json!(pointer)),
                "{problem}"
            );
        }
    });
}

#[test]
fn the_last_use_is_noted_and_a_revoked_key_opens_nothing_from_the_next_request_on() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let key = house.key(&["menu:read"]).await;
        let menu = "/api/v1/restaurants/lupo/menu";
        assert_eq!(house.by(&key, "GET", menu, Value::Null).await.0, 200);
        let owner = house.token("owner");
        let (_, list) = house.by(&owner, "GET", KEYS, Value::Null).await;
        assert_eq!(list["items"][0]["used_at"], "2026-07-03T18:00:00Z");
        let one = format!("{KEYS}/{}", list["items"][0]["id"].as_str().unwrap());
        assert_eq!(house.by(&owner, "GET", &one, Value::Null).await.1["name"], "Till");
        assert_eq!(house.by(&house.token("rival"), "DELETE", &one, json!({})).await.0, 404);
        assert_eq!(house.by(&house.token("cook"), "DELETE", &one, json!({})).await.0, 403);
        assert_eq!(house.by(&owner, "DELETE", &one, json!({})).await.0, 204);
        assert_eq!(house.by(&key, "GET", menu, Value::Null).await.0, 401);
        assert_eq!(house.by(&owner, "DELETE", &one, json!({})).await.0, 404);
        for wrong in ["cmd_", "cmd_x", &format!("{key}x"), &key[..46], &key.to_uppercase()] {
            assert_eq!(house.by(wrong, "GET", menu, Value::Null).await.0, 401, "{wrong}");
        }
    });
}

#[test]
fn who_tries_keys_waits_and_a_right_one_from_there_opens_all_the_same() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let key = house.key(&["menu:read"]).await;
        let menu = "/api/v1/restaurants/lupo/menu";
        let mut answers = Vec::new();
        for guess in 0..22 {
            answers.push(house.by(&format!("cmd_{guess}"), "GET", menu, Value::Null).await.0);
        }
        assert_eq!(answers, [[401; 20].as_slice(), &[429; 2]].concat());
        assert_eq!(house.by(&key, "GET", menu, Value::Null).await.0, 200);
        house.clock.advance(std::time::Duration::from_secs(60));
        assert_eq!(house.by("cmd_22", "GET", menu, Value::Null).await.0, 401);
    });
}

#[test]
fn the_page_makes_a_key_shows_it_once_and_revokes_it_without_scripts() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let page = async || house.get("owner", "/r/lupo/integrations").await.text().await.unwrap();
        assert!(page().await.contains("Make a key"));
        assert_eq!(house.get("cook", "/r/lupo/integrations").await.status(), 403);
        assert!(
            !house
                .get("cook", "/r/lupo/hours")
                .await
                .text()
                .await
                .unwrap()
                .contains("Integrations")
        );
        assert_eq!(house.get("rival", "/r/lupo/integrations").await.status(), 404);
        let fields = [
            ("name", "Till"),
            ("scopes", "tickets%3Aread"),
            ("scopes", "menu%3Awrite"),
            ("key", "k1"),
        ];
        let (status, made) = house.form("owner", "/r/lupo/integrations", &fields, false).await;
        assert_eq!(status, 200, "{made}");
        let secret =
            made.split("value=\"cmd_").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let (_, again) = house.form("owner", "/r/lupo/integrations", &fields, false).await;
        assert!(again.contains("was made already") && !again.contains(secret));
        let list = page().await;
        assert!(
            list.contains("Revoke Till") && list.contains("Read tickets") && !list.contains(secret)
        );
        let (status, wrong) =
            house.form("owner", "/r/lupo/integrations", &[("name", "Printer")], false).await;
        assert!(
            status == 422
                && wrong.contains("Choose at least one thing")
                && wrong.contains("value=\"Printer\"")
        );
        let revoke = list
            .split("action=\"/r/lupo/integrations/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap();
        let path = format!("/r/lupo/integrations/{revoke}");
        assert_eq!(house.form("cook", &path, &[], false).await.0, 403);
        assert_eq!(house.form("owner", &path, &[], false).await.0, 303);
        assert!(!page().await.contains("Revoke Till"));
    });
}

#[test]
fn the_internal_door_opens_to_accounts_by_a_machine_token_for_this_service_alone() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let door = runtime::EXPORT_PATH;
        let about = json!({"person_id": crate::kitchen::person("cook"), "email": "cook@demo.test"});
        let right = house.machine("accounts", "prepstation");
        let (status, known) = house.by(&right, "POST", door, about.clone()).await;
        assert_eq!((status, &known["staff"][0]["role"]), (200, &json!("cook")), "{known}");
        for (token, status) in [
            (house.machine("accounts", "orderhub"), 401),
            (house.machine("orderhub", "prepstation"), 403),
            (house.token("owner"), 401),
            (house.key(&["tickets:read"]).await, 401),
            ("nonsense".to_owned(), 401),
        ] {
            assert_eq!(house.by(&token, "POST", door, about.clone()).await.0, status);
        }
        let as_a_person = house.by(&right, "GET", "/api/v1/restaurants", Value::Null).await;
        assert_eq!(as_a_person.0, 401, "a machine is nobody who is signed in");
        house.clock.advance(std::time::Duration::from_secs(75));
        assert_eq!(house.by(&right, "POST", door, about.clone()).await.0, 401, "over");
        let (status, problem) = house
            .by(&house.machine("accounts", "prepstation"), "POST", door, json!({"person_id": 7}))
            .await;
        assert_eq!(status, 422, "{problem}");
    });
}
