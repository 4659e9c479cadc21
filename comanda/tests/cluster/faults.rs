//! Power cuts at random places of the run: replicas, the broker and the database die and come back.
//! A broker that would forget everything is cut off instead.

use futures_util::future::join_all;
use kernel::Random;
use std::time::Instant;
use testkit::within;

use crate::{
    guests::{Acknowledged, Guests},
    report::say,
    screen::Screen,
    size::{BROKER_KILLS, CALM_AFTER, DATABASE_KILLS, DOWN, LONG_PATIENCE, REPLICA_KILLS, orders},
    town::{Broker, Replica, Town},
};

#[derive(Debug, Clone, Copy)]
enum Fault {
    Replica(Replica),
    Broker,
    Database,
}

/// When something was wrong, from the cut until everything ran again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window(Instant, Instant);

impl Window {
    /// Whether the way of an order from its acknowledgement to a screen lies outside.
    pub(crate) fn spares(&self, from: Instant, to: Instant) -> bool {
        to < self.0 || from > self.1 + CALM_AFTER
    }
}

/// Lets all faults happen while guests order, and tells when they were.
pub(crate) async fn strike(town: &Town, guests: &Guests, random: &Random) -> Vec<Window> {
    let faults = plan(town, random);
    let (mut windows, orders) = (Vec::new(), orders());
    for (number, fault) in faults.iter().enumerate() {
        let jitter = below(random, orders as u64 / 100) as usize;
        let due = (number + 1) * orders / (faults.len() + 2) + jitter;
        within(LONG_PATIENCE, "orders between two faults", async || {
            (guests.count() >= due).then_some(())
        })
        .await;
        let from = Instant::now();
        cut(town, guests, *fault, random).await;
        windows.push(Window(from, Instant::now()));
        say(&format!(
            "  after {due} orders: {fault:?} was away for {} ms",
            from.elapsed().as_millis()
        ));
    }
    windows
}

/// All faults of a run in an order of their own.
fn plan(town: &Town, random: &Random) -> Vec<Fault> {
    let replicas: Vec<Replica> = town.all().collect();
    let any = |_| Fault::Replica(replicas[below(random, replicas.len() as u64) as usize]);
    let mut faults: Vec<_> = (0..REPLICA_KILLS).map(any).collect();
    faults.extend([Fault::Broker; BROKER_KILLS]);
    if town.postgres.is_some() {
        faults.extend([Fault::Database; DATABASE_KILLS]);
    }
    // Fisher and Yates.
    for last in (1..faults.len()).rev() {
        faults.swap(last, below(random, last as u64 + 1) as usize);
    }
    faults
}

/// Kills, and waits until everything runs again.
async fn cut(town: &Town, guests: &Guests, fault: Fault, random: &Random) {
    match fault {
        Fault::Broker => match &town.broker {
            Broker::Kept(kept) => kept.kill().await,
            Broker::Behind(wire) => {
                wire.cut();
                while_guests_ask(town, guests, random).await;
                wire.mend();
            }
        },
        Fault::Database => town.postgres.as_ref().unwrap().kill().await,
        Fault::Replica(replica) => {
            town.kill(replica);
            while_guests_ask(town, guests, random).await;
        }
    }
    join_all(town.all().map(|replica| town.raise(replica))).await;
}

/// Some answers long.
async fn while_guests_ask(town: &Town, guests: &Guests, random: &Random) {
    let until = town.ledger.answers() + DOWN.start + below(random, DOWN.end - DOWN.start);
    within(LONG_PATIENCE, "answers while something is away", async || {
        let nobody_asks = guests.count() >= orders() || guests.are_held();
        (town.ledger.answers() >= until || nobody_asks).then_some(())
    })
    .await;
}

/// Of `0..bound`.
fn below(random: &Random, bound: u64) -> u64 {
    u64::from_le_bytes(random.bytes()) % bound
}

/// How long tickets took from the acknowledgement to a screen: all of them, and those that no fault
/// was near.
pub(crate) fn ways<'a>(
    placed: &[Acknowledged],
    screens: impl Iterator<Item = &'a Screen>,
    windows: &[Window],
) -> (Vec<std::time::Duration>, Vec<std::time::Duration>) {
    let mut first = std::collections::HashMap::<String, Instant>::new();
    for screen in screens {
        for (order, at) in &screen.shown().orders {
            let earliest = first.entry(order.clone()).or_insert(*at);
            *earliest = (*earliest).min(*at);
        }
    }
    let mut all = Vec::new();
    let mut calm = Vec::new();
    for order in placed {
        let Some(shown) = first.get(&order.text) else { continue };
        let way = shown.saturating_duration_since(order.at);
        all.push(way);
        if windows.iter().all(|window| window.spares(order.at, *shown)) {
            calm.push(way);
        }
    }
    (all, calm)
}
