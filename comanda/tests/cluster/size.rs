//! How large the run is: all its numbers in one place. A broker takes about four minutes on two
//! cores with a debug build; for one that takes less, the suite says how much less.

use std::{ops::Range, time::Duration};

/// Orders of the chaos run, unless `COMANDA_TEST_ORDERS` says otherwise.
const ORDERS: usize = 5000;
/// New orders a second, as long as everybody keeps up, unless `COMANDA_TEST_RATE` says otherwise.
const RATE: u32 = 40;
/// Guests wait while more events than this have not left for the broker: on a slow machine the run
/// takes longer, and a fault never meets more than a town can have in hand.
pub(crate) const BEHIND: u64 = 4000;
/// Guests who order at the same time, each from an address of their own.
pub(crate) const GUESTS: usize = 16;
/// Kitchens that cook, with two screens each; one more only looks on and never answers.
pub(crate) const KITCHENS: usize = 6;
/// Tickets in hand in one kitchen.
pub(crate) const COOKS: usize = 4;
/// Orders that nobody answers. They are the first, because the shortest time to answer is three
/// minutes.
pub(crate) const UNANSWERED: usize = 25;
/// Each so many-th order is rejected by its kitchen, and each so many-th cancelled by its guest.
pub(crate) const REJECTED: usize = 13;
pub(crate) const CANCELLED: usize = 17;

/// New orders a second during the rolling restart, if that is no more than otherwise, and people who
/// look around meanwhile.
const ROLLING_RATE: u32 = 15;
pub(crate) const VISITORS: usize = 4;
/// Orders that a screen at one replica waits for, and orders that are due to expire at one instant.
pub(crate) const TAKEN_IN: usize = 10;
pub(crate) const DUE_AT_ONCE: usize = 20;

/// Replicas that are killed during the chaos run, and how often broker and database are.
pub(crate) const REPLICA_KILLS: usize = 12;
pub(crate) const BROKER_KILLS: usize = 3;
pub(crate) const DATABASE_KILLS: usize = 3;
/// A killed replica is down, and a broker cut off, for so many answers that guests get meanwhile,
/// good and bad.
pub(crate) const DOWN: Range<u64> = 5..60;
/// A fault is over for the figures so long after everything runs again.
pub(crate) const CALM_AFTER: Duration = Duration::from_secs(5);

/// A stopping replica still answers for so long: longer than NGINX keeps idle connections and
/// remembers who did not answer (`town.example/upstreams.conf`).
pub(crate) const DRAIN_SECONDS: u64 = 3;

/// For what takes a moment when nothing is wrong.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// For thousands of orders to be over.
pub(crate) const LONG_PATIENCE: Duration = Duration::from_secs(300);
/// For everything to come to rest, as long as it comes nearer.
pub(crate) const REST: Duration = Duration::from_secs(1800);

/// Orders of this chaos run.
pub(crate) fn orders() -> usize {
    number("COMANDA_TEST_ORDERS").map_or(ORDERS, |orders| orders as usize)
}

/// New orders a second.
pub(crate) fn rate() -> u32 {
    number("COMANDA_TEST_RATE").map_or(RATE, |rate| rate as u32)
}

/// The same during the rolling restart.
pub(crate) fn rolling_rate() -> u32 {
    rate().min(ROLLING_RATE)
}

/// A number that somebody who tries things out set.
pub(crate) fn number(variable: &str) -> Option<u64> {
    std::env::var_os(variable)?.to_str()?.parse().ok()
}
