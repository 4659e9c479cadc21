//! The weekly table: what the hours editor shows first, and what most restaurants need alone.

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use super::interval::{Day, Interval};

/// The days of the week in the order in which people list them here.
pub const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// One [`Day`] per weekday. As JSON an object by English weekday name; a missing day is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Week {
    /// What begins on Mondays.
    pub monday: Day,
    /// What begins on Tuesdays.
    pub tuesday: Day,
    /// What begins on Wednesdays.
    pub wednesday: Day,
    /// What begins on Thursdays.
    pub thursday: Day,
    /// What begins on Fridays.
    pub friday: Day,
    /// What begins on Saturdays.
    pub saturday: Day,
    /// What begins on Sundays.
    pub sunday: Day,
}

impl Week {
    /// A week made day by day.
    pub fn from_fn(mut day: impl FnMut(Weekday) -> Day) -> Week {
        let mut week = Week::default();
        for weekday in WEEKDAYS {
            *week.day_mut(weekday) = day(weekday);
        }
        week
    }

    /// The same day seven times.
    #[must_use]
    pub fn every_day(day: &Day) -> Week {
        Week::from_fn(|_| day.clone())
    }

    /// Open around the clock.
    #[must_use]
    pub fn around_the_clock() -> Week {
        Week::every_day(&Interval::WHOLE_DAY.into())
    }

    /// What begins on a weekday.
    #[must_use]
    pub fn day(&self, weekday: Weekday) -> &Day {
        match weekday {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }

    /// The same, to change it.
    pub fn day_mut(&mut self, weekday: Weekday) -> &mut Day {
        match weekday {
            Weekday::Monday => &mut self.monday,
            Weekday::Tuesday => &mut self.tuesday,
            Weekday::Wednesday => &mut self.wednesday,
            Weekday::Thursday => &mut self.thursday,
            Weekday::Friday => &mut self.friday,
            Weekday::Saturday => &mut self.saturday,
            Weekday::Sunday => &mut self.sunday,
        }
    }

    /// Runs of following weekdays that have the same hours, Monday first.
    #[must_use]
    pub fn runs(&self) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        for weekday in WEEKDAYS {
            let day = self.day(weekday);
            match runs.last_mut() {
                Some(run) if run.day == day => run.last = weekday,
                _ => runs.push(Run { first: weekday, last: weekday, day }),
            }
        }
        runs
    }

    /// One line per run for people: `Mon–Thu 11:30–14:00, 17:00–23:00`.
    #[must_use]
    pub fn summary(&self) -> Vec<String> {
        self.runs().iter().map(|run| format!("{} {}", run.days(), run.day)).collect()
    }
}

/// Weekdays in a row with the same hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// The first weekday.
    pub first: Weekday,
    /// The last weekday, the same as the first for a run of one.
    pub last: Weekday,
    /// Their hours.
    pub day: &'a Day,
}

impl Run<'_> {
    /// `Mon–Thu`, `Sat`, or `Every day` for a whole week.
    #[must_use]
    pub fn days(&self) -> String {
        let [first, last] = [self.first, self.last].map(short_name);
        match (self.first, self.last) {
            (Weekday::Monday, Weekday::Sunday) => "Every day".to_owned(),
            _ if first == last => first.to_owned(),
            _ => format!("{first}–{last}"),
        }
    }
}

/// `Mon`
#[must_use]
pub fn short_name(weekday: Weekday) -> &'static str {
    &full_name(weekday)[..3]
}

/// `Monday`, also the last part of schema.org's `https://schema.org/Monday`.
#[must_use]
pub fn full_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
