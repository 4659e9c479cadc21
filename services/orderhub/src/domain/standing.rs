//! Whether a restaurant takes orders at an instant. Pausing wins over hours, a missing menu over both.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use kernel::hours::OpeningHours;

use super::slots::FURTHEST;

/// Whether a restaurant takes orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Open {
        /// It closes then; `None` when it does not within a year.
        until: Option<Timestamp>,
    },
    /// Outside its hours.
    Closed {
        /// It opens then; `None` when it does not within a year.
        opens_at: Option<Timestamp>,
    },
    /// It has paused within its hours.
    Paused {
        /// It resumes by itself then.
        until: Timestamp,
        /// Said to customers; may be empty.
        reason: String,
    },
    /// It has not published a menu yet.
    NoMenu,
}

/// A pause: its end, and what is said to customers.
pub type Pause<'a> = (Timestamp, &'a str);

impl Standing {
    /// The standing at `now`. A pause that is over counts for nothing.
    #[must_use]
    pub fn at(
        hours: &OpeningHours,
        pause: Option<Pause<'_>>,
        has_menu: bool,
        now: Timestamp,
    ) -> Self {
        if !has_menu {
            return Self::NoMenu;
        }
        if !hours.is_open(now) {
            return Self::Closed { opens_at: hours.next_opening(now) };
        }
        match pause.filter(|(until, _)| *until > now) {
            Some((until, reason)) => Self::Paused { until, reason: reason.to_owned() },
            None => Self::Open { until: hours.open_until(now) },
        }
    }

    /// Whether it takes orders for later: it opens, or comes back, within the days that people order
    /// ahead for.
    #[must_use]
    pub fn takes_orders_ahead(&self, now: Timestamp) -> bool {
        match self {
            Self::Closed { opens_at: Some(at) } | Self::Paused { until: at, .. } => {
                at.duration_since(now) < FURTHEST
            }
            Self::Closed { opens_at: None } | Self::NoMenu => false,
            Self::Open { .. } => true,
        }
    }

    /// The standing for a meal on which a kitchen works from one instant to another: it is open only
    /// when it is open all the while.
    #[must_use]
    pub fn throughout(
        hours: &OpeningHours,
        pause: Option<Pause<'_>>,
        has_menu: bool,
        work: RangeInclusive<Timestamp>,
    ) -> Self {
        match Self::at(hours, pause, has_menu, *work.start()) {
            Self::Open { until: Some(until) } if until <= *work.end() => {
                Self::Closed { opens_at: hours.next_opening(until) }
            }
            standing => standing,
        }
    }
}
