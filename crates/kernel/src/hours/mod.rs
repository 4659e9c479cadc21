//! When a restaurant is open: a weekly table, dated exceptions, an IANA zone and the hour at which
//! its business day begins. An evening's tail after midnight belongs to its evening, so closing a
//! Monday does not cut the Sunday night short. Wall-clock time counts, also in an hour that is
//! repeated when the clocks go back.

mod clock;
mod exception;
mod interval;
pub mod osm;
mod schema_org;
mod week;
mod zone;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use exception::{Dates, Exception, ExceptionHours, MonthDay, Span, YearlyDates};
pub use interval::{DAY, Day, Interval, LATEST_END, MOST_INTERVALS};
pub use schema_org::Specification;
pub use week::{Run, WEEKDAYS, Week, full_name, short_name};
pub use zone::Zone;

/// More exceptions than this are a mistake.
pub const MOST_EXCEPTIONS: usize = 400;
/// A business day begins at 04:00 unless the restaurant says otherwise.
pub const DEFAULT_BUSINESS_DAY_START: u16 = 4 * 60;

/// When a restaurant is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// Where its clock hangs.
    pub zone: Zone,
    /// The table that holds on dates without exception.
    pub weekly: Week,
    /// What replaces the table: dates of one time win over dates of every year, and among equals
    /// the later in the list wins.
    #[serde(default, deserialize_with = "few_exceptions")]
    pub exceptions: Vec<Exception>,
    /// The minute of the day at which the business day begins; a sale before it is yesterday's.
    #[serde(
        default = "default_business_day_start",
        serialize_with = "write_minute",
        deserialize_with = "read_minute"
    )]
    pub business_day_start: u16,
}

impl OpeningHours {
    /// The weekly table alone.
    #[must_use]
    pub fn new(zone: Zone, weekly: Week) -> OpeningHours {
        let business_day_start = DEFAULT_BUSINESS_DAY_START;
        OpeningHours { zone, weekly, exceptions: Vec::new(), business_day_start }
    }

    /// What begins on a date: the exception's hours, else the weekly table's.
    #[must_use]
    pub fn on(&self, date: Date) -> &Day {
        let dated = |exception: &&Exception| matches!(exception.on, Span::Dates(_));
        let here = || self.exceptions.iter().rev().filter(|e| e.on.contains(date));
        match here().find(dated).or_else(|| here().next()) {
            Some(exception) => exception.hours.day(date.weekday()),
            None => self.weekly.day(date.weekday()),
        }
    }

    /// The intervals that begin on a date, in order.
    #[must_use]
    pub fn intervals_on(&self, date: Date) -> &[Interval] {
        self.on(date).intervals()
    }
}

/// Why hours are refused; the sentences are for the person who entered them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// Not an IANA name that we know.
    #[error("\"{name}\" is not a time zone; write one such as Europe/Vienna")]
    Zone {
        /// What was given.
        name: String,
    },
    /// Not `HH:MM`.
    #[error("\"{text}\" is not a time; write one such as 17:30")]
    Time {
        /// What was given.
        text: String,
    },
    /// Starts outside its day, is empty, or ends after the next day.
    #[error(
        "opening at {} for {minutes} minutes does not fit: open before 24:00 and close by the end of \
         the next day",
        interval::write_time(*start)
    )]
    Interval {
        /// Minute of the day.
        start: u16,
        /// Length in minutes.
        minutes: u16,
    },
    /// Above [`MOST_INTERVALS`] on a day.
    #[error("{count} intervals on one day are too many; the most is 12")]
    TooManyIntervals {
        /// How many after those that touch were joined.
        count: usize,
    },
    /// Above [`MOST_EXCEPTIONS`].
    #[error("{count} exceptions are too many; the most is 400")]
    TooManyExceptions {
        /// How many.
        count: usize,
    },
    /// No year has this day.
    #[error("\"{text}\" is not a day of the year; write one such as 12-24")]
    MonthDay {
        /// What was given.
        text: String,
    },
    /// The first date is after the last.
    #[error("the dates run backwards: {from} is after {to}")]
    DatesReversed {
        /// The first.
        from: Date,
        /// The last.
        to: Date,
    },
    /// A business day begins within the day.
    #[error("a business day begins between 00:00 and 23:59")]
    BusinessDayStart,
}

fn default_business_day_start() -> u16 {
    DEFAULT_BUSINESS_DAY_START
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn write_minute<S: Serializer>(minute: &u16, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&interval::write_time(*minute))
}

fn read_minute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let text = String::deserialize(deserializer)?;
    let minute = interval::read_time(&text).map_err(serde::de::Error::custom)?;
    (minute < DAY)
        .then_some(minute)
        .ok_or_else(|| serde::de::Error::custom(HoursError::BusinessDayStart))
}

fn few_exceptions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Exception>, D::Error> {
    let exceptions = Vec::<Exception>::deserialize(deserializer)?;
    if exceptions.len() > MOST_EXCEPTIONS {
        let count = exceptions.len();
        return Err(serde::de::Error::custom(HoursError::TooManyExceptions { count }));
    }
    Ok(exceptions)
}
