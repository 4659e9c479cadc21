//! Pauses, busy times and dishes off sale. All of them end by an instant, so that nobody forgets to
//! take orders again.

use super::Flaw;
use jiff::{SignedDuration, Timestamp, ToSpan};
use kernel::{
    hours::OpeningHours,
    ids::{ItemId, OptionId},
};

/// The longest pause; a longer one is a dated exception of the opening hours.
pub const LONGEST_PAUSE_DAYS: i64 = 31;
/// The most minutes that being busy adds to an order.
pub const MOST_EXTRA_MINUTES: u32 = 120;
/// How long a restaurant is busy unless it says otherwise.
pub const USUAL_BUSY: SignedDuration = SignedDuration::from_hours(2);

/// Whether a restaurant takes orders, besides its hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Availability {
    /// No orders before this; resumes by itself.
    pub paused_until: Option<Timestamp>,
    /// Said to customers; may be empty.
    pub pause_reason: String,
    /// Minutes added to each new order.
    pub busy_extra_minutes: u32,
    /// The end of being busy.
    pub busy_until: Option<Timestamp>,
}

impl Availability {
    /// The end of a pause that is still on.
    #[must_use]
    pub fn pause_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until.filter(|until| *until > now)
    }

    /// The extra minutes and their end, while the restaurant is busy.
    #[must_use]
    pub fn busy_at(&self, now: Timestamp) -> Option<(u32, Timestamp)> {
        let until = self.busy_until.filter(|until| *until > now)?;
        (self.busy_extra_minutes > 0).then_some((self.busy_extra_minutes, until))
    }

    /// No orders until `until`.
    ///
    /// # Errors
    /// An end in the past or too far away, or a reason that is too long.
    pub fn pause(&mut self, now: Timestamp, until: Timestamp, reason: &str) -> Result<(), Flaw> {
        if until <= now {
            return Err(Flaw::new("/until", "Choose an instant that is still to come"));
        }
        if until > now + SignedDuration::from_hours(24 * LONGEST_PAUSE_DAYS) {
            return Err(Flaw::new(
                "/until",
                "A pause lasts at most 31 days; enter longer ones as closed dates",
            ));
        }
        if reason.chars().count() > 200 || reason.chars().any(char::is_control) {
            return Err(Flaw::new("/reason", "One line of at most 200 characters"));
        }
        self.paused_until = Some(until);
        self.pause_reason = reason.trim().to_owned();
        Ok(())
    }

    /// Takes orders again.
    pub fn resume(&mut self) {
        self.paused_until = None;
        self.pause_reason.clear();
    }

    /// Adds minutes to each new order until an instant; 0 minutes ends it.
    ///
    /// # Errors
    /// Too many minutes, or an end in the past or more than a day away.
    pub fn busy(
        &mut self,
        now: Timestamp,
        extra: u32,
        until: Option<Timestamp>,
    ) -> Result<(), Flaw> {
        if extra > MOST_EXTRA_MINUTES {
            return Err(Flaw::new("/extra_minutes", "At most 120 minutes"));
        }
        if extra == 0 {
            self.busy_extra_minutes = 0;
            self.busy_until = None;
            return Ok(());
        }
        let until = until.unwrap_or(now + USUAL_BUSY);
        if until <= now || until > now + SignedDuration::from_hours(24) {
            return Err(Flaw::new("/until", "An instant within the next 24 hours"));
        }
        self.busy_extra_minutes = extra;
        self.busy_until = Some(until);
        Ok(())
    }
}

/// An item, or an option in every group that lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnSale {
    /// An item.
    Item(ItemId),
    /// An option.
    Option(OptionId),
}

/// How long something stays off sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Until somebody puts it back.
    PutBack,
    /// Until the restaurant's next business day begins.
    Tomorrow,
    /// Until an instant.
    At(Timestamp),
}

/// Whether the restaurant takes orders now, and what changes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Open; closes then (never, if `None`).
    Open(Option<Timestamp>),
    /// Closed; opens then, if it does within a year.
    Closed(Option<Timestamp>),
    /// Paused until then.
    Paused(Timestamp),
}

/// The state at an instant. A pause counts also while the restaurant is closed: it says more.
#[must_use]
pub fn state(hours: &OpeningHours, availability: &Availability, now: Timestamp) -> State {
    if let Some(until) = availability.pause_at(now) {
        State::Paused(until)
    } else if hours.is_open(now) {
        State::Open(hours.open_until(now))
    } else {
        State::Closed(hours.next_opening(now))
    }
}

/// When the business day that runs now began.
#[must_use]
pub fn business_day_began(hours: &OpeningHours, now: Timestamp) -> Timestamp {
    let start = hours.business_day_start;
    let local = hours.business_day(now).at((start / 60) as i8, (start % 60) as i8, 0, 0);
    let began = hours.zone.rules().to_timestamp(local);
    began.unwrap_or(now - SignedDuration::from_hours(24))
}

/// When the next business day begins.
#[must_use]
pub fn next_business_day(hours: &OpeningHours, now: Timestamp) -> Timestamp {
    let next = hours.business_day(now).saturating_add(1.day());
    let start = hours.business_day_start;
    let local = next.at((start / 60) as i8, (start % 60) as i8, 0, 0);
    // A gap of the clock moves the start to the first minute after it.
    let start = hours.zone.rules().to_timestamp(local);
    start.unwrap_or(now + SignedDuration::from_hours(24))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::hours::Week;

    #[test]
    fn tomorrow_is_the_next_business_day_also_after_midnight() {
        let hours = OpeningHours::new("Europe/Vienna".parse().unwrap(), Week::around_the_clock());
        let next = |now: &str| next_business_day(&hours, now.parse().unwrap()).to_string();
        assert_eq!(next("2026-07-03T20:00:00Z"), "2026-07-04T02:00:00Z");
        assert_eq!(next("2026-07-04T00:30:00Z"), "2026-07-04T02:00:00Z", "02:30 is still Friday");
        assert_eq!(next("2026-07-04T02:00:00Z"), "2026-07-05T02:00:00Z");
    }

    #[test]
    fn a_pause_has_an_end_and_ends_by_itself() {
        let now: Timestamp = "2026-07-03T20:00:00Z".parse().unwrap();
        let mut availability = Availability::default();
        assert!(availability.pause(now, now, "").is_err());
        availability.pause(now, now + SignedDuration::from_mins(15), "rush").unwrap();
        assert!(availability.pause_at(now).is_some());
        assert!(availability.pause_at(now + SignedDuration::from_mins(15)).is_none());
    }
}
