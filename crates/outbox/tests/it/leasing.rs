//! Turns at a timer's work: one replica at a time, another when it dies, whatever clocks show.

use crate::town::{in_each_town, silent};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, Random, SystemClock};
use outbox::{Lease, Relay};
use std::{sync::Arc, time::Duration};

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);
/// Over before anybody has looked twice.
const SHORT: Duration = Duration::from_millis(50);

#[test]
fn of_two_replicas_one_has_the_turn_until_it_lets_go() {
    in_each_town(async |town| {
        let lease = |name| Lease::new(name, town.db.clone(), town.env.uuid()).lasting(LONG);
        let (mut one, mut other) = (lease("expiry"), lease("expiry"));
        assert!(one.hold().await.unwrap());
        assert!(!other.hold().await.unwrap());
        assert!(one.hold().await.unwrap(), "it keeps its turn");
        assert!(lease("release").hold().await.unwrap(), "each timer has a lease of its own");
        one.release().await;
        assert!(other.hold().await.unwrap());
        one.release().await;
        assert!(!one.hold().await.unwrap(), "who lets go of nothing takes nothing from others");
    });
}

#[test]
fn a_holder_that_died_is_followed_and_one_that_slept_knows_that_it_has_lost() {
    in_each_town(async |town| {
        let lease = || Lease::new("expiry", town.db.clone(), town.env.uuid());
        let mut slept = lease().lasting(SHORT);
        assert!(slept.hold().await.unwrap());
        let mut next = lease().lasting(LONG);
        testkit::eventually("the turn passes on", async || {
            next.take().await.unwrap().then_some(())
        })
        .await;
        assert!(!slept.hold().await.unwrap());
    });
}

/// A machine's clock that is wrong.
struct Skewed(SignedDuration);

impl Clock for Skewed {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0
    }
}

#[test]
fn relays_whose_clocks_differ_by_ten_minutes_take_turns_all_the_same() {
    in_each_town(async |town| {
        let relay = |minutes| {
            let clock = Arc::new(Skewed(SignedDuration::from_mins(minutes)));
            let broker = Arc::new(town.broker.clone());
            let db = town.db.clone();
            let relay = Relay::new("town", db, broker, clock, Random::system(), silent());
            tokio::spawn(relay.run(town.stop.clone()))
        };
        let ahead = relay(10);
        town.count(&["a"], 5).await;
        town.until_all_published().await;
        let behind = relay(-10);
        town.count(&["a", "b"], 50).await;
        town.until_all_published().await;
        assert_eq!(town.log(105).await.len(), 105, "each event once");
        // As a kill leaves it: nobody lets go of the lease.
        ahead.abort();
        town.count(&["c"], 5).await;
        town.until_all_published().await;
        behind.abort();
    });
}
