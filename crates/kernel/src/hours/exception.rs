//! What replaces the weekly table on some dates: a holiday, a closed fortnight, summer hours.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::{Day, HoursError, Week};

/// Other hours on some dates, in place of the weekly table's. What began on the evening before
/// still runs to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The dates.
    pub on: Span,
    /// What holds on them.
    pub hours: ExceptionHours,
    /// Why, for people: "Christmas". May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Which dates an [`Exception`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Dates of one time.
    Dates(Dates),
    /// The same dates in every year; may run over New Year.
    EveryYear(YearlyDates),
}

impl Span {
    /// A single date.
    #[must_use]
    pub fn date(date: Date) -> Span {
        Span::Dates(Dates { from: date, to: date })
    }

    /// Whether the date is one of them.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        match self {
            Span::Dates(dates) => (dates.from..=dates.to).contains(&date),
            Span::EveryYear(yearly) => yearly.contains(MonthDay::of(date)),
        }
    }
}

/// The hours of an [`Exception`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionHours {
    /// Nothing begins on these dates.
    Closed,
    /// The same on each of the dates.
    Daily(Day),
    /// Another weekly table.
    Weekly(Week),
}

impl ExceptionHours {
    pub(super) fn day(&self, weekday: Weekday) -> &Day {
        match self {
            ExceptionHours::Closed => {
                static CLOSED: Day = Day::CLOSED;
                &CLOSED
            }
            ExceptionHours::Daily(day) => day,
            ExceptionHours::Weekly(week) => week.day(weekday),
        }
    }

    /// The plainest way to say this week: closed, daily or weekly.
    #[must_use]
    pub fn plainest(week: Week) -> ExceptionHours {
        let whole_week = match week.runs().as_slice() {
            [run] if run.day.is_closed() => Some(ExceptionHours::Closed),
            [run] => Some(ExceptionHours::Daily(run.day.clone())),
            _ => None,
        };
        whole_week.unwrap_or(ExceptionHours::Weekly(week))
    }
}

/// Dates from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "WrittenDates")]
pub struct Dates {
    from: Date,
    to: Date,
}

impl Dates {
    /// # Errors
    /// [`HoursError::DatesReversed`] when the first is after the last.
    pub fn new(from: Date, to: Date) -> Result<Dates, HoursError> {
        (from <= to).then_some(Dates { from, to }).ok_or(HoursError::DatesReversed { from, to })
    }

    /// The first date.
    #[must_use]
    pub fn from(&self) -> Date {
        self.from
    }

    /// The last date.
    #[must_use]
    pub fn to(&self) -> Date {
        self.to
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDates {
    from: Date,
    to: Date,
}

impl TryFrom<WrittenDates> for Dates {
    type Error = HoursError;

    fn try_from(written: WrittenDates) -> Result<Dates, HoursError> {
        Dates::new(written.from, written.to)
    }
}

/// From a day to a day of every year, both included; over New Year when the last is before the
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearlyDates {
    /// The first day.
    pub from: MonthDay,
    /// The last day.
    pub to: MonthDay,
}

impl YearlyDates {
    /// Whether the day of the year is one of them.
    #[must_use]
    pub fn contains(&self, day: MonthDay) -> bool {
        if self.from <= self.to {
            (self.from..=self.to).contains(&day)
        } else {
            day >= self.from || day <= self.to
        }
    }
}

/// A day of any year. As text and JSON `12-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: i8,
    day: i8,
}

impl MonthDay {
    /// A day that at least leap years have.
    ///
    /// # Errors
    /// [`HoursError::MonthDay`] for a day that no year has.
    pub fn new(month: i8, day: i8) -> Result<MonthDay, HoursError> {
        match Date::new(LEAP_YEAR, month, day) {
            Ok(_) => Ok(MonthDay { month, day }),
            Err(_) => Err(HoursError::MonthDay { text: format!("{month:02}-{day:02}") }),
        }
    }

    /// The day of the year that a date is.
    #[must_use]
    pub fn of(date: Date) -> MonthDay {
        MonthDay { month: date.month(), day: date.day() }
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> i8 {
        self.day
    }

    /// All 366 of them in order.
    pub(super) fn all() -> impl Iterator<Item = MonthDay> {
        let new_year = Date::constant(LEAP_YEAR, 1, 1);
        new_year.series(jiff::Span::new().days(1)).take(366).map(MonthDay::of)
    }
}

const LEAP_YEAR: i16 = 2024;

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl FromStr for MonthDay {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<MonthDay, HoursError> {
        let wrong = || HoursError::MonthDay { text: text.chars().take(20).collect() };
        let (month, day) = text.split_once('-').ok_or_else(wrong)?;
        let number = |part: &str| part.parse::<i8>().map_err(|_| wrong());
        MonthDay::new(number(month)?, number(day)?)
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> String {
        day.to_string()
    }
}

impl TryFrom<String> for MonthDay {
    type Error = HoursError;

    fn try_from(text: String) -> Result<MonthDay, HoursError> {
        text.parse()
    }
}
