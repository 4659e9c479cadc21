//! Whether a restaurant takes orders at an instant. Pausing wins over hours, a missing menu over both.

use jiff::Timestamp;
use kernel::hours::OpeningHours;

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
}
