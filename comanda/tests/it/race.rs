//! The customer cancels at the very moment at which the kitchen accepts.

use crate::town::{Client, Comanda, order_of, order_path};
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::within;

const ORDERS: usize = 40;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn of_a_cancellation_and_an_acceptance_at_once_one_wins_and_both_sides_agree() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let owner = guest.signed_in("owner@demo.test").await;
    let (restaurant, item) = guest.lupo().await;
    let body = order_of(&restaurant, &item);
    let races = (0..ORDERS).map(async |number| {
        let order = guest.place(&format!("race-{number}"), &body).await.unwrap();
        let ticket = owner.ticket_of(&restaurant, &order).await;
        let accept = format!("/tickets/{}/accept", ticket["id"].as_str().unwrap());
        let promise = json!({"version": 1, "ready_in_minutes": 15});
        let cancel = order_path(&order, "/cancel");
        let (cancelled, accepted) = tokio::join!(
            guest.post("orderhub", &cancel, json!({"reason": "plans changed"})),
            owner.post("prepstation", &accept, promise),
        );
        settle(&guest, &owner, &restaurant, &order, cancelled, accepted).await
    });
    let outcomes = join_all(races).await;
    let count = |state| outcomes.iter().filter(|outcome| **outcome == state).count();
    assert_eq!(count("cancelled") + count("accepted"), ORDERS, "{outcomes:?}");
}

/// Waits until both sides say the same, checks the answers and the history, and tells the outcome.
async fn settle(
    guest: &Client,
    owner: &Client,
    restaurant: &str,
    order: &Value,
    (cancelled, cancel_answer): (StatusCode, Value),
    (accepted, accept_answer): (StatusCode, Value),
) -> &'static str {
    let (truth, ticket) = within(PATIENCE, "both sides to agree", async || {
        let (order, ticket) =
            (guest.tracked(order).await, owner.ticket_of(restaurant, order).await);
        let over = order["state"] == "cancelled" && ticket["state"] == "cancelled";
        let cooking = order["state"] == "accepted" && ticket["state"] == "accepted";
        (over || cooking).then_some((order, ticket))
    })
    .await;
    let outcome = if truth["state"] == "cancelled" { "cancelled" } else { "accepted" };
    if outcome == "cancelled" {
        assert_eq!(cancelled, StatusCode::OK, "{cancel_answer}");
        // The kitchen was first at its own door, and heard of the cancellation afterwards; or it was
        // told at once.
        if accepted != StatusCode::OK {
            assert_eq!(accepted, StatusCode::CONFLICT, "{accept_answer}");
            assert_eq!(accept_answer["ticket"]["state"], "cancelled");
        }
    } else {
        assert_eq!(accepted, StatusCode::OK, "{accept_answer}");
        assert_eq!(cancelled, StatusCode::CONFLICT, "{cancel_answer}");
        assert_eq!(cancel_answer["order"]["state"], "accepted", "{cancel_answer}");
    }
    check_history(&truth["history"], &["placed", outcome]);
    check_history(&ticket["history"], &[]);
    outcome
}

/// Versions without a gap, each step from where the one before it led.
fn check_history(history: &Value, states: &[&str]) {
    let Some(steps) = history.as_array() else { return };
    let versions: Vec<u64> = steps.iter().filter_map(|step| step["version"].as_u64()).collect();
    let expected: Vec<u64> = (1..=steps.len() as u64).collect();
    assert_eq!(versions, expected, "{history}");
    for pair in steps.windows(2) {
        assert_eq!(pair[0]["to"], pair[1]["from"], "{history}");
    }
    let mut seen: Vec<&str> = steps.iter().filter_map(|step| step["to"].as_str()).collect();
    seen.dedup();
    assert!(states.is_empty() || seen == states, "{history}");
}
