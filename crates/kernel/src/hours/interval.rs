//! A stretch of opening, and the stretches that begin on one day.
//! An interval belongs to the day on which it begins, wherever it ends.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::HoursError;

/// Minutes in a civil day.
pub const DAY: u16 = 24 * 60;
/// An interval ends at the latest with the day after the one on which it began.
pub const LATEST_END: u16 = 2 * DAY;
/// More stretches than this on one day are a mistake.
pub const MOST_INTERVALS: usize = 12;

/// Opening from a minute of its day, for a number of minutes of wall-clock time.
///
/// As JSON: `{"from": "17:00", "to": "02:00"}`. A `to` at or before `from` is on the next day; more
/// than 24 hours are written beyond 24:00 (`"26:00"` is 02:00 on the next day).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Interval {
    start: u16,
    minutes: u16,
}

impl Interval {
    /// The whole civil day.
    pub const WHOLE_DAY: Interval = Interval { start: 0, minutes: DAY };

    /// An interval that starts `start` minutes after midnight and lasts `minutes`.
    ///
    /// # Errors
    /// When the start is not within the day, the length is nothing, or the end is after 48:00.
    pub fn new(start: u16, minutes: u16) -> Result<Interval, HoursError> {
        let within = start < DAY && minutes > 0 && minutes <= LATEST_END - start;
        within.then_some(Interval { start, minutes }).ok_or(HoursError::Interval { start, minutes })
    }

    /// Reads the two ends as people write them: `17:00` to `02:00`, `24:00` or `26:00`.
    ///
    /// # Errors
    /// [`HoursError::Time`] when an end is not `HH:MM`, [`HoursError::Interval`] when it is out of
    /// bounds.
    pub fn between(from: &str, to: &str) -> Result<Interval, HoursError> {
        let start = read_time(from)?;
        let mut end = read_time(to)?;
        if end <= start {
            end += DAY;
        }
        Interval::new(start, end.saturating_sub(start))
    }

    /// Minutes after midnight at which it starts, 0 to 1439.
    #[must_use]
    pub fn start(self) -> u16 {
        self.start
    }

    /// Length in minutes of wall-clock time, at least 1.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    /// Minutes after the midnight that began its day, up to 2880; above 1440 on the next day.
    #[must_use]
    pub fn end(self) -> u16 {
        self.start + self.minutes
    }

    /// Whether it runs past midnight into the next day.
    #[must_use]
    pub fn is_overnight(self) -> bool {
        self.end() > DAY
    }

    /// The opening time, `11:30`.
    #[must_use]
    pub fn from_text(self) -> String {
        write_time(self.start)
    }

    /// The closing time as people write it: `24:00` at midnight, `02:00` when it is past midnight,
    /// `26:00` only when it would otherwise read as less than a day.
    #[must_use]
    pub fn to_text(self) -> String {
        let past_midnight = self.end() > DAY && self.minutes <= DAY;
        write_time(if past_midnight { self.end() - DAY } else { self.end() })
    }
}

impl fmt::Display for Interval {
    /// `11:30–14:00`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.from_text(), self.to_text())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: String,
    to: String,
}

impl From<Interval> for Written {
    fn from(interval: Interval) -> Written {
        Written { from: interval.from_text(), to: interval.to_text() }
    }
}

impl TryFrom<Written> for Interval {
    type Error = HoursError;

    fn try_from(written: Written) -> Result<Interval, HoursError> {
        Interval::between(&written.from, &written.to)
    }
}

/// The intervals that begin on one day: in order, never touching or overlapping. Empty is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Interval>", into = "Vec<Interval>")]
pub struct Day(Vec<Interval>);

impl Day {
    /// No opening.
    pub const CLOSED: Day = Day(Vec::new());

    /// Puts intervals in order; those that overlap or touch become one.
    ///
    /// # Errors
    /// [`HoursError::TooManyIntervals`] above [`MOST_INTERVALS`].
    pub fn new(intervals: impl IntoIterator<Item = Interval>) -> Result<Day, HoursError> {
        let mut sorted: Vec<Interval> = intervals.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<Interval> = Vec::with_capacity(sorted.len());
        for next in sorted {
            match merged.last_mut() {
                Some(last) if next.start <= last.end() => {
                    last.minutes = last.end().max(next.end()) - last.start;
                }
                _ => merged.push(next),
            }
        }
        if merged.len() > MOST_INTERVALS {
            return Err(HoursError::TooManyIntervals { count: merged.len() });
        }
        Ok(Day(merged))
    }

    /// The intervals in order.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    /// Whether nothing begins on this day (the evening before may still run into it).
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `minute`, counted from the midnight that began this day and up to 2880, is open.
    pub(super) fn covers(&self, minute: u16) -> bool {
        self.0.iter().any(|interval| (interval.start..interval.end()).contains(&minute))
    }
}

impl From<Day> for Vec<Interval> {
    fn from(day: Day) -> Vec<Interval> {
        day.0
    }
}

impl TryFrom<Vec<Interval>> for Day {
    type Error = HoursError;

    fn try_from(intervals: Vec<Interval>) -> Result<Day, HoursError> {
        Day::new(intervals)
    }
}

impl From<Interval> for Day {
    fn from(interval: Interval) -> Day {
        Day(vec![interval])
    }
}

impl fmt::Display for Day {
    /// `11:30–14:00, 17:00–23:00`, `closed` or `all day`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == [Interval::WHOLE_DAY] {
            return f.write_str("all day");
        }
        let Some((first, rest)) = self.0.split_first() else { return f.write_str("closed") };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|interval| write!(f, ", {interval}"))
    }
}

/// Reads `HH:MM` up to `48:00` as minutes.
pub(super) fn read_time(text: &str) -> Result<u16, HoursError> {
    let wrong = || HoursError::Time { text: text.chars().take(20).collect() };
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let digits = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || minutes.len() != 2 || !digits(minutes) {
        return Err(wrong());
    }
    let hours: u16 = hours.parse().map_err(|_| wrong())?;
    let minutes: u16 = minutes.parse().map_err(|_| wrong())?;
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= LATEST_END).then_some(total).ok_or_else(wrong)
}

/// Writes minutes as `HH:MM`.
pub(super) fn write_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
