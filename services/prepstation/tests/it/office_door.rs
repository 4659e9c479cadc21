//! The office through its outer door, by JSON and by forms: what works, what a wrong body is told,
//! what a stranger sees (404) and what takes a higher role (403).

use crate::{
    MIGRATIONS,
    kitchen::{House, order},
};
use serde_json::{Value, json};

/// Method, address under the restaurant, a good body, a wrong one with the pointer that is named,
/// and somebody who works there with too low a role.
type Endpoint = (&'static str, &'static str, Value, Value, &'static str, &'static str);

fn endpoints() -> Vec<Endpoint> {
    let menu = json!({"currency": "EUR", "sections": [{"name": "Pizza", "items": [
        {"name": "Margherita", "price": {"amount": 980, "currency": "EUR"}}]}]});
    let nameless = json!({"currency": "EUR", "sections": [{"name": "Pizza", "items": [
        {"name": "Margherita", "price": {"amount": "free", "currency": "EUR"}}]}]});
    let misspelt = json!({"currency": "EUR", "sections": [{"name": "Pizza", "items": [
        {"name": "Margherita", "price": {"amount": 980, "currency": "EUR"}, "alergens": {}}]}]});
    let unknown = "/sections/0/items/0/alergens";
    let price = "/sections/0/items/0/price/amount";
    let hours =
        json!({"zone": "Europe/Vienna", "weekly": {"monday": [{"from": "17:00", "to": "02:00"}]}});
    let address = json!({"street": "Linzer Gasse 12", "postcode": "5020", "city": "Salzburg",
        "country": "AT", "lat": 47.8, "lon": 13.04});
    let nowhere = json!({"zone": "Europe/Nowhere", "weekly": {}});
    vec![
        (
            "PATCH",
            "",
            json!({"story": "Wood oven.", "address": address}),
            json!({"prep_minutes": "soon"}),
            "/prep_minutes",
            "cook",
        ),
        ("PUT", "/menu", menu.clone(), nameless, price, "cook"),
        ("PUT", "/menu", menu, misspelt, unknown, "cook"),
        ("PUT", "/hours", hours, nowhere, "/zone", "cook"),
        (
            "POST",
            "/pause",
            json!({"minutes": 15, "reason": "rush"}),
            json!({"minutes": u32::MAX}),
            "/minutes",
            "viewer",
        ),
        ("POST", "/pause", json!({"minutes": 15}), json!({"minutes": 0}), "/minutes", "viewer"),
        ("POST", "/pause", json!({"minutes": 15}), json!({}), "/minutes", "viewer"),
        (
            "POST",
            "/busy",
            json!({"extra_minutes": 10}),
            json!({"extra_minutes": 100_000}),
            "/extra_minutes",
            "viewer",
        ),
        ("POST", "/busy", json!({"extra_minutes": 0}), json!({}), "/extra_minutes", "viewer"),
    ]
}

#[test]
fn each_resource_of_the_office_works_names_the_wrong_field_and_knows_its_people() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        for (method, rest, good, wrong, pointer, too_low) in endpoints() {
            let path = format!("/api/v1/restaurants/lupo{rest}");
            let (status, answer) = house.send("owner", method, &path, good.clone()).await;
            assert_eq!(status, 200, "{method} {path}: {answer}");
            let (status, problem) = house.send("owner", method, &path, wrong).await;
            assert_eq!(status, 422, "{method} {path}: {problem}");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{method} {path}: {problem}");
            assert_eq!(house.send("rival", method, &path, good.clone()).await.0, 404, "{path}");
            let (status, problem) = house.send(too_low, method, &path, good).await;
            assert_eq!(
                (status, &problem["code"]),
                (403, &json!("role_too_low")),
                "{method} {path}"
            );
        }
    });
}

#[test]
fn a_menu_is_published_and_86d_by_json_and_a_repeated_key_has_the_same_answer() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let at = |rest: &str| format!("/api/v1/restaurants/lupo{rest}");
        let (_, _, menu, ..) = endpoints().swap_remove(1);
        let (_, draft) = house.send("owner", "PUT", &at("/menu"), menu.clone()).await;
        let item = draft["sections"][0]["items"][0]["id"].as_str().unwrap().to_owned();
        let publish = async |name: &str, key: &str| {
            let sent =
                house.http.post(house.url(&at("/menu/publish"))).bearer_auth(house.token(name));
            let answer = sent.header("idempotency-key", key).send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        };
        assert_eq!(publish("owner", "one").await, (200, json!({"version": 1})));
        house.send("owner", "PUT", &at("/menu"), menu).await;
        assert_eq!(publish("owner", "two").await, (200, json!({"version": 2})));
        assert_eq!(publish("owner", "one").await, (200, json!({"version": 1})), "the same answer");
        assert_eq!(publish("cook", "three").await.0, 403);
        assert_eq!(publish("rival", "four").await.0, 404);
        assert_eq!(publish("owner", "a\"b c").await.0, 400);

        let sale = at(&format!("/items/{item}/availability"));
        let off = json!({"available": false, "until": "2026-07-03T19:00:00Z"});
        // The second version has items of its own: the first one's is gone.
        assert_eq!(house.send("cook", "PUT", &sale, off.clone()).await.0, 404);
        let (_, draft) = house.send("owner", "GET", &at("/menu"), json!({})).await;
        let item = draft["sections"][0]["items"][0]["id"].as_str().unwrap();
        let sale = at(&format!("/items/{item}/availability"));
        let (status, answer) = house.send("cook", "PUT", &sale, off.clone()).await;
        assert_eq!((status, &answer["available"]), (200, &json!(false)), "{answer}");
        assert_eq!(house.send("viewer", "PUT", &sale, off.clone()).await.0, 403);
        assert_eq!(house.send("rival", "PUT", &sale, off).await.0, 404);
        let wrong = json!({"available": false, "until": "soon"});
        let (status, problem) = house.send("cook", "PUT", &sale, wrong).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/until")));
    });
}

#[test]
fn who_runs_the_platform_sees_all_kitchens_and_nobody_else_does() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        house.receive(order("K7Q", 0)).await;
        let page = house.get("operator", "/operator").await.text().await.unwrap();
        assert!(page.contains("Trattoria lupo") && page.contains("Trattoria rival"), "{page}");
        assert!(page.contains("1 order today"), "{page}");
        assert!(!page.contains("K7Q"), "what was ordered is the restaurant's");
        let rest = house.get("operator", "/operator?after=lupo").await.text().await.unwrap();
        assert!(rest.contains("Trattoria rival") && !rest.contains("Trattoria lupo"), "{rest}");
        for stranger in ["owner", "rival"] {
            assert_eq!(house.get(stranger, "/operator").await.status(), 404, "{stranger}");
        }
    });
}

#[test]
fn what_delivery_costs_is_money_of_the_restaurants_currency() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let path = "/api/v1/restaurants/lupo";
        let money = |amount: i64, currency: &str| json!({"amount": amount, "currency": currency});
        let (_, _, first, ..) = endpoints().swap_remove(0);
        let terms = |fee: Value| {
            let delivery = json!({"radius_m": 2000, "fee": fee, "minimum": money(1500, "EUR")});
            json!({"address": first["address"], "delivery": delivery})
        };
        let good = terms(money(250, "EUR"));
        let (status, restaurant) = house.send("owner", "PATCH", path, good.clone()).await;
        assert_eq!((status, &restaurant["delivery"]), (200, &good["delivery"]));
        for (fee, pointer) in [
            (json!(250), "/delivery/fee"),
            (money(250, "GBP"), "/delivery/fee/currency"),
            (money(-1, "EUR"), "/delivery/fee"),
        ] {
            let (status, problem) = house.send("owner", "PATCH", path, terms(fee)).await;
            assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)));
        }
    });
}

#[test]
fn the_offices_pages_open_for_its_people_only_and_say_what_is_wrong() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        house.receive(order("K7Q", 0)).await;
        for page in ["board", "menu", "hours", "settings", "staff", "history"] {
            let path = format!("/r/lupo/{page}");
            assert_eq!(house.get("viewer", &path).await.status(), 200, "{path}");
            assert_eq!(house.get("rival", &path).await.status(), 404, "{path}");
        }
        let first = |page: &str| format!("/r/lupo/{page}");
        let huge = u32::MAX.to_string();
        for (page, good, wrong, too_low) in [
            (
                "hours",
                vec![("zone", "Europe/Vienna"), ("business_day_start", "04:00")],
                vec![("zone", "Nowhere"), ("business_day_start", "04:00")],
                "cook",
            ),
            (
                "staff",
                vec![("email", "new@demo.test"), ("role", "cook")],
                vec![("email", "nobody"), ("role", "cook")],
                "cook",
            ),
            (
                "availability",
                vec![("do", "pause"), ("pause_for", "15")],
                vec![("do", "pause"), ("pause_for", huge.as_str())],
                "viewer",
            ),
            ("availability", vec![("do", "resume")], vec![("do", "dance")], "viewer"),
            (
                "menu/step",
                vec![("do", "section_add"), ("name", "Pizza")],
                vec![("do", "section_add")],
                "cook",
            ),
        ] {
            let path = first(page);
            assert_eq!(house.form(too_low, &path, &good, false).await.0, 403, "{path}");
            assert_eq!(house.form("rival", &path, &good, false).await.0, 404, "{path}");
            assert_eq!(house.form("owner", &path, &wrong, false).await.0, 422, "{path} {wrong:?}");
            assert_eq!(house.form("owner", &path, &good, false).await.0, 303, "{path}");
        }
        let off = [("id", "itm_0192d3a4-7b1c-7def-8abc-0123456789ab"), ("until", huge.as_str())];
        assert_eq!(house.form("owner", &first("menu/sale"), &off, false).await.0, 422);
        let page = house.get("owner", &first("staff")).await.text().await.unwrap();
        assert!(page.contains("new@demo.test"), "{page}");
    });
}
