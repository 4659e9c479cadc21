//! The doors to other providers slow down as all others do, and nobody waits who comes in.

use super::Town;
use serde_json::json;
use testkit::{Answer, Browser};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";

async fn leave(browser: &mut Browser, from: &str) -> Answer {
    let request = browser.request("GET", "accounts", "/sign-in/with/op");
    browser.visit(request.header("x-forwarded-for", from)).await
}

/// At the door of programs.
async fn exchange(town: &Town, from: &str, token: &str) -> Answer {
    let browser = town.browser();
    let body = json!({"provider": "clerk", "token": token}).to_string();
    let request = browser.request("POST", "accounts", "/api/v1/sessions/exchange");
    let request = request.header("x-forwarded-for", from);
    browser.send(request.header("content-type", "application/json").body(body)).await
}

/// At the door of the page with the provider's script.
async fn bring(town: &Town, from: &str, token: &str) -> Answer {
    let browser = town.browser();
    let request = browser.request("POST", "accounts", "/sign-in/with/clerk");
    let request = request
        .header("x-forwarded-for", from)
        .header("content-type", "application/x-www-form-urlencoded");
    let body = serde_urlencoded::to_string([("token", token)]).unwrap();
    browser.send(request.body(body)).await
}

fn wait(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("retry-after"))
}

#[tokio::test]
async fn departures_to_a_provider_wait_longer_and_longer_and_other_addresses_do_not() {
    let town = Town::open_throttled().await;
    let mut browser = town.browser();
    for _ in 0..100 {
        assert_eq!(leave(&mut browser, HERE).await.status, 303);
    }
    for seconds in [1, 2, 4] {
        let refused = leave(&mut browser, HERE).await;
        assert_eq!(wait(&refused), (429, seconds.to_string().as_str()));
        assert!(refused.body.contains("That was often in a short time"), "{}", refused.body);
        assert_eq!(leave(&mut browser, ELSEWHERE).await.status, 303);
        town.wait(seconds);
        assert_eq!(leave(&mut browser, HERE).await.status, 303);
    }
    town.wait(3600);
    assert_eq!(leave(&mut browser, HERE).await.status, 303, "it is forgotten");
}

#[tokio::test]
async fn who_comes_back_signed_in_is_not_counted() {
    let town = Town::open_throttled().await;
    for turn in 0..110 {
        let mut browser = town.browser();
        let left = leave(&mut browser, HERE).await;
        assert_eq!(left.status, 303, "{turn}: {}", left.body);
        let back = town.op.sign_in(left.location());
        let request = browser.request("GET", "accounts", &back);
        browser.visit(request.header("x-forwarded-for", HERE)).await;
        assert!(Town::is_in(&browser), "{turn}");
    }
}

#[tokio::test]
async fn wrong_tokens_of_a_provider_wait_longer_and_longer_at_both_doors_and_right_ones_do_not_count()
 {
    let town = Town::open_throttled().await;
    let right = town.clerk_token(|_, _| ());
    for _ in 0..30 {
        assert_eq!(exchange(&town, HERE, &right).await.status, 201);
    }
    for turn in 0..20 {
        let status = match turn % 2 {
            0 => exchange(&town, HERE, "wrong").await.status,
            _ => bring(&town, HERE, "wrong").await.status,
        };
        assert!(matches!(status, 400 | 401), "{status}");
    }
    for seconds in [1, 2, 4] {
        let refused = exchange(&town, HERE, &right).await;
        assert_eq!(wait(&refused), (429, seconds.to_string().as_str()), "not even the right one");
        assert_eq!(refused.json()["code"], "too_many_requests");
        let page = bring(&town, HERE, &right).await;
        assert_eq!(wait(&page), (429, seconds.to_string().as_str()));
        assert!(page.body.contains("That was often in a short time"), "{}", page.body);
        assert_eq!(exchange(&town, ELSEWHERE, &right).await.status, 201);
        town.wait(seconds);
        assert_eq!(exchange(&town, HERE, "wrong").await.status, 401);
    }
    town.wait(8);
    assert_eq!(exchange(&town, HERE, &right).await.status, 201);
}

#[tokio::test]
async fn this_machine_leaves_and_exchanges_as_often_as_it_likes() {
    let town = Town::open().await;
    let mut browser = town.browser();
    for _ in 0..105 {
        let request = browser.request("GET", "accounts", "/sign-in/with/op");
        assert_eq!(browser.visit(request).await.status, 303);
    }
}
