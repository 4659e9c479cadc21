//! The kitchen over the JSON API: every verb, every refusal with the truth, and lists.

use super::{House, order, restaurant_id};
use crate::MIGRATIONS;
use serde_json::{Value, json};

#[test]
fn a_cook_takes_an_order_through_the_kitchen_by_json_alone() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let ticket = house.receive(order("K7Q", 0)).await;
        let listed: Value = house
            .get(
                "cook",
                &format!("/api/v1/restaurants/{}/tickets?state=new", restaurant_id("lupo")),
            )
            .await
            .json()
            .await
            .unwrap();
        let item = &listed["items"][0];
        assert_eq!((&item["id"], &item["code"]), (&json!(ticket.id), &json!("K7Q")));
        assert_eq!((&item["state"], &item["version"]), (&json!("new"), &json!(1)));
        assert_eq!((&item["kind"], &item["due_at"]), (&json!("pickup"), &Value::Null));
        assert_eq!(item["lines"][1]["note"], "Nut allergy!");
        let at = |verb: &str| format!("/api/v1/tickets/{}/{verb}", ticket.id);
        for (version, verb, more, state) in [
            (1, "acknowledge", json!({}), "acknowledged"),
            (2, "accept", json!({"ready_in_minutes": 20}), "accepted"),
            (3, "start", json!({}), "preparing"),
            (4, "delay", json!({"minutes": 5}), "preparing"),
            (5, "ready", json!({}), "ready"),
            (6, "recall", json!({}), "preparing"),
            (7, "ready", json!({}), "ready"),
            (8, "hand-over", json!({}), "handed_over"),
        ] {
            let mut body = more;
            body["version"] = json!(version);
            let (status, after) = house.post("cook", &at(verb), body).await;
            assert_eq!((status, &after["state"]), (200, &json!(state)), "{verb}: {after}");
            assert_eq!(after["version"], version + 1);
        }
        let all: Value = house
            .get("viewer", &format!("/api/v1/restaurants/{}/tickets", restaurant_id("lupo")))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(all["items"][0]["state"], "handed_over", "today's ended ones are listed");
    });
}

#[test]
fn refusals_say_what_is_wrong_and_show_the_truth() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let ticket = house.receive(order("K7Q", 0)).await;
        let at = |verb: &str| format!("/api/v1/tickets/{}/{verb}", ticket.id);
        let post = async |verb: &str, body| house.post("cook", &at(verb), body).await;
        let (status, body) = post("accept", json!({"version": 7, "ready_in_minutes": 20})).await;
        assert_eq!((status, &body["code"]), (409, &json!("stale_version")));
        assert_eq!(body["ticket"]["version"], 1);
        let (status, body) = post("ready", json!({"version": 1})).await;
        assert_eq!((status, &body["code"]), (409, &json!("not_now")));
        assert_eq!(body["ticket"]["state"], "new");
        let (status, body) = post("accept", json!({"version": 1, "ready_in_minutes": 0})).await;
        assert_eq!((status, &body["errors"][0]["pointer"]), (422, &json!("/ready_in_minutes")));
        let (status, body) = post("accept", json!({"ready_in_minutes": 10})).await;
        assert_eq!((status, &body["errors"][0]["pointer"]), (422, &json!("/version")));
        let (status, _) = post("reject", json!({"version": 1, "reason": "bored"})).await;
        assert_eq!(status, 422);
        let (status, _) = house.post("rival", &at("acknowledge"), json!({"version": 1})).await;
        assert_eq!(status, 404);
        let foreign = format!("/api/v1/restaurants/{}/tickets", restaurant_id("lupo"));
        assert_eq!(house.get("rival", &foreign).await.status(), 404);
        assert_eq!(house.http.get(house.url(&foreign)).send().await.unwrap().status(), 401);
        house.clock.advance(std::time::Duration::from_secs(600));
        let (status, body) = post("accept", json!({"version": 1, "ready_in_minutes": 10})).await;
        assert_eq!((status, &body["ticket"]["state"]), (409, &json!("new")), "{body}");
    });
}

#[test]
fn lists_go_on_where_they_stopped() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        for number in 0..5 {
            house.receive(order(&format!("T{number}"), number)).await;
        }
        let mut codes = Vec::new();
        let list = format!("/api/v1/restaurants/{}/tickets?limit=2", restaurant_id("lupo"));
        let mut next = list.clone();
        loop {
            let page: Value = house.get("cook", &next).await.json().await.unwrap();
            codes.extend(page["items"].as_array().unwrap().iter().map(|t| t["code"].clone()));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("{list}&cursor={cursor}");
        }
        assert_eq!(codes, ["T4", "T3", "T2", "T1", "T0"]);
        let bad = format!("{list}&cursor=nonsense");
        assert_eq!(house.get("cook", &bad).await.status(), 400);
    });
}
