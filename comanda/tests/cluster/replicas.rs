//! What happens at one replica is known at the other: live boards, revoked sessions, menus; and what
//! is due by the clock happens once although both look at it.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::within;

use crate::{
    client::Caller,
    guests::{self, Acknowledged},
    kitchens::{Kitchen, OWNER},
    records::Records,
    report::{Check, Report},
    screen::Screen,
    size::{DUE_AT_ONCE, PATIENCE, TAKEN_IN},
    town::{REPLICAS, Town},
};

/// DESIGN 7: a revocation reaches every service within this time.
const REVOKED_WITHIN: Duration = Duration::from_secs(5);

/// Looks at both replicas; the orders that were placed meanwhile.
pub(crate) async fn run(town: &Town, silent: &Kitchen, report: &mut Report) -> Vec<Acknowledged> {
    let mut placed = Vec::new();
    let check = boards(town, silent, &mut placed).await;
    report.check("replicas::a_change_at_one_shows_on_a_screen_at_the_other", check);
    report
        .check("replicas::a_session_revoked_at_one_is_refused_at_the_other", sessions(town).await);
    report.check("replicas::a_menu_published_at_one_is_sold_by_both", menus(town, silent).await);
    let check = expiry(town, silent, &mut placed).await;
    report.check("replicas::expiry_fires_once", check);
    placed
}

/// A person who speaks with one replica of a service.
async fn at(town: &Town, replica: (&'static str, usize), email: &str) -> Caller {
    let token = town.caller(4).signed_in(email).await.token;
    town.direct(replica).with(token)
}

async fn boards(town: &Town, kitchen: &Kitchen, placed: &mut Vec<Acknowledged>) -> Check {
    for here in 0..REPLICAS {
        let there = at(town, ("prepstation", REPLICAS - 1 - here), OWNER).await;
        let cook = at(town, ("prepstation", here), OWNER).await;
        let screen = Screen::watch(there, &kitchen.id, None);
        within(PATIENCE, "a screen to look on", async || screen.shown().seq).await;
        // Whichever replica takes an order in, the one screen that looks on shows it.
        let (mut order, before) = (Value::Null, placed.len());
        for number in 0..TAKEN_IN {
            let key = format!("boards-{here}-{number}");
            order = guests::place(&town.caller(3), &key, &kitchen.order(number)).await;
            placed.push(guests::acknowledged(&order));
        }
        within(PATIENCE, "orders on a screen at one replica", async || {
            let shown = screen.shown();
            placed[before..]
                .iter()
                .all(|order| shown.orders.contains_key(&order.text))
                .then_some(())
        })
        .await;
        let ticket = ticket_of(&cook, kitchen, &order).await;
        let (id, version) = (ticket["id"].as_str().unwrap(), ticket["version"].clone());
        let path = format!("/tickets/{id}/reject");
        let no = json!({"version": version, "reason": "too_busy", "out_of_stock": []});
        let (status, rejected) = cook.post("prepstation", &path, &no).await;
        if status != StatusCode::OK {
            return Err(format!("{status} {rejected}"));
        }
        let wanted = Some(Some(rejected["version"].as_u64().unwrap()));
        within(PATIENCE, "the change on the other replica's screen", async || {
            (screen.shown().tickets.get(id).copied() == wanted).then_some(())
        })
        .await;
    }
    Ok(())
}

async fn ticket_of(cook: &Caller, kitchen: &Kitchen, order: &Value) -> Value {
    let path = format!("/restaurants/{}/tickets", kitchen.id);
    within(PATIENCE, "the ticket of an order", async || {
        let (_, list) = cook.read("prepstation", &path).await;
        let mut tickets = list["items"].as_array()?.iter();
        tickets.find(|ticket| ticket["order_id"] == order["id"]).cloned()
    })
    .await
}

async fn sessions(town: &Town) -> Check {
    for here in 0..REPLICAS {
        let there = REPLICAS - 1 - here;
        let person = at(town, ("accounts", here), "ana@demo.test").await;
        let elsewhere =
            [("prepstation", "/restaurants"), ("orderhub", "/orders")].map(|(service, path)| {
                (town.direct((service, there)).with(person.token.clone()), service, path)
            });
        for (caller, service, path) in &elsewhere {
            let (status, answer) = caller.read(service, path).await;
            if status != StatusCode::OK {
                return Err(format!("before: {service} {there} answers {status} {answer}"));
            }
        }
        let (status, _) =
            person.until_served(Method::DELETE, "accounts", "/sessions/current", None).await;
        if status != StatusCode::NO_CONTENT {
            return Err(format!("signing out: {status}"));
        }
        for (caller, service, path) in &elsewhere {
            within(REVOKED_WITHIN, "a revoked session to be refused", async || {
                let (status, _) = caller.read(service, path).await;
                (status == StatusCode::UNAUTHORIZED).then_some(())
            })
            .await;
        }
    }
    Ok(())
}

async fn menus(town: &Town, kitchen: &Kitchen) -> Check {
    for here in 0..REPLICAS {
        let owner = at(town, ("prepstation", here), OWNER).await;
        let path = format!("/restaurants/{}/items/{}/availability", kitchen.id, kitchen.item);
        for available in [false, true] {
            let body = json!({"available": available, "until": null});
            let (status, answer) =
                owner.until_served(Method::PUT, "prepstation", &path, Some(&body)).await;
            if !status.is_success() {
                return Err(format!("{status} {answer}"));
            }
            for number in 0..REPLICAS {
                let guest = town.direct(("orderhub", number));
                let path = format!("/restaurants/{}/menu", kitchen.id);
                within(PATIENCE, "an 86 at each replica of orderhub", async || {
                    let (_, menu) = guest.read("orderhub", &path).await;
                    (menu["sections"][0]["items"][0]["available"] == available).then_some(())
                })
                .await;
            }
        }
    }
    Ok(())
}

/// The shortest time to answer is three minutes: rather than wait, the instant itself is moved.
async fn expiry(town: &Town, kitchen: &Kitchen, placed: &mut Vec<Acknowledged>) -> Check {
    let guest = town.caller(3);
    for number in 0..DUE_AT_ONCE {
        let order = guests::place(&guest, &format!("due-{number}"), &kitchen.order(number)).await;
        placed.push(guests::acknowledged(&order));
    }
    let records = Records::of(&town.database);
    let due = "UPDATE orderhub.orders SET expires_at = 0 WHERE state = 'placed' RETURNING id::text";
    let due = records.ask(due, vec![]).await.len();
    within(PATIENCE, "orders that are due to expire", async || {
        let left = "SELECT COUNT(*) FROM orderhub.orders WHERE expires_at = 0 AND state = 'placed'";
        (records.count(left).await == 0).then_some(())
    })
    .await;
    let question = format!(
        "SELECT 'due: {due}, steps: ' || steps || ', events: ' || events FROM (SELECT
             (SELECT COUNT(*) FROM orderhub.order_history WHERE to_state = 'expired') AS steps,
             (SELECT COUNT(*) FROM orderhub.outbox
              WHERE kind = 'comanda.orderhub.order.expired.v1') AS events) AS counts
         WHERE steps <> {due} OR events <> {due}"
    );
    records.nothing_wrong(question).await
}
