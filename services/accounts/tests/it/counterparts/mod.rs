//! Signing in by real providers, where `cargo xtask test --suite identity` has started them. Without
//! its variable a test ends at once.

mod auth0;
mod clerk;
#[cfg(feature = "insecure-emulator")]
mod firebase;
mod keycloak;
mod openid;
mod visitor;

use crate::Place;
use kernel::{Clock, SystemClock};
use serde_json::Value;
use testkit::{Answer, Browser};
use visitor::Visitor;

/// Our place with one provider, by the machine's clock: real providers know no other.
async fn place(provider: &Value) -> Place {
    let providers = format!("[{provider}]");
    let place = Place::open_set(&[("accounts.providers", &providers)]).await;
    set_clock(&place);
    place
}

fn set_clock(place: &Place) {
    place.clock.set(SystemClock.now());
}

/// The whole way: our page, the provider's own forms, and back.
async fn sign_in(
    place: &Place,
    browser: &mut Browser,
    visitor: &mut Visitor,
    path: &str,
) -> Answer {
    set_clock(place);
    let answer = browser.get("accounts", path).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let own = browser.origin("accounts");
    let back = visitor.walk(answer.location(), &own).await;
    set_clock(place);
    browser.get("accounts", back.strip_prefix(&own).unwrap()).await
}
