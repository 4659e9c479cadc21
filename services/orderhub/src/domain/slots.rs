//! The times that a customer may order ahead for: quarter-hours at which the kitchen is open from
//! the moment when it is asked until the meal is due.

use jiff::{SignedDuration, Timestamp};
use kernel::hours::OpeningHours;

use super::offer::Offer;

/// Nobody orders further ahead than this.
pub const FURTHEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Offsets of zones are whole quarter-hours, so these are quarters on every wall clock, also on a
/// day on which it is put forward or back.
const QUARTER: i64 = 15 * 60;

impl Offer {
    /// Every slot from `now` on, in order.
    #[must_use]
    pub fn slots(&self, now: Timestamp) -> Vec<Timestamp> {
        if self.menu.is_none() {
            return Vec::new();
        }
        let last = now.checked_add(FURTHEST).unwrap_or(Timestamp::MAX);
        let opening = windows(&self.hours, now, last);
        let paused_until = self.pause.as_ref().map_or(now, |(until, _)| *until);
        let is_slot = |due: &Timestamp| {
            let pace = self.pace(*due);
            let asked = pace.release_at(*due).max(now);
            now <= pace.cook_by(*due)
                && paused_until <= asked
                && opening.iter().any(|(from, to)| *from <= asked && due < to)
        };
        quarters(now, last).filter(is_slot).collect()
    }
}

/// The quarter-hours after `now`, up to `last`.
fn quarters(now: Timestamp, last: Timestamp) -> impl Iterator<Item = Timestamp> {
    let quarter = |at: Timestamp| at.as_second().div_euclid(QUARTER);
    let all = quarter(now) + 1..=quarter(last);
    all.filter_map(|quarter| Timestamp::from_second(quarter * QUARTER).ok())
}

/// From when to when it is open, without a break, between two instants.
fn windows(hours: &OpeningHours, now: Timestamp, last: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut windows = Vec::new();
    let mut opens = if hours.is_open(now) { Some(now) } else { hours.next_opening(now) };
    while let Some(from) = opens.filter(|from| *from <= last) {
        let to = hours.open_until(from);
        windows.push((from, to.unwrap_or(Timestamp::MAX)));
        opens = to.and_then(|to| hours.next_opening(to));
    }
    windows
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
