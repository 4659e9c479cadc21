//! Which days a rule is about: years, days of the year, weekdays.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Weekday};
use opening_hours_syntax::rules::day::{
    self as osm, DaySelector, MonthdayRange, WeekDayRange, YearRange,
};

use super::Refused;
use crate::hours::{Dates, MonthDay, YearlyDates};

/// More years than this in one rule are no exception.
const MOST_YEARS: i32 = 10;

/// A kind of day: of any year, or of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) day: MonthDay,
    pub(super) weekday: Weekday,
    /// The date itself; absent when days of all years are asked for.
    pub(super) date: Option<Date>,
}

impl Key {
    pub(super) fn of(date: Date) -> Key {
        Key { day: MonthDay::of(date), weekday: date.weekday(), date: Some(date) }
    }
}

/// The days of a rule.
#[derive(Clone, Debug)]
pub(super) struct Days {
    /// Days of every year; empty together with `dated` means all.
    pub(super) yearly: Vec<YearlyDates>,
    /// Days of some years.
    pub(super) dated: Vec<Dates>,
    /// Monday first.
    pub(super) weekdays: [bool; 7],
}

impl Days {
    /// Reduces a selector; `None` when it is about holidays only.
    pub(super) fn from_selector(
        selector: &DaySelector,
        text: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Days>, Refused> {
        if !selector.week.is_empty() {
            return Err(Refused::because(format!("\"{text}\" counts weeks of the year")));
        }
        let Some(weekdays) = weekdays(&selector.weekday, text, warnings)? else { return Ok(None) };
        let mut days = Days { yearly: Vec::new(), dated: Vec::new(), weekdays };
        for range in &selector.monthday {
            days.add(range, text)?;
        }
        if !selector.year.is_empty() {
            days.bind_to_years(&selector.year, text)?;
        }
        Ok(Some(days))
    }

    /// Whether the rule is about every day of the year, weekdays aside.
    pub(super) fn all_year(&self) -> bool {
        self.yearly.is_empty() && self.dated.is_empty()
    }

    pub(super) fn contains(&self, key: Key) -> bool {
        let within = |date: Date| self.dated.iter().any(|d| d.from() <= date && date <= d.to());
        self.weekdays[usize::from(key.weekday.to_monday_zero_offset().unsigned_abs())]
            && (self.all_year()
                || self.yearly.iter().any(|yearly| yearly.contains(key.day))
                || key.date.is_some_and(within))
    }

    fn add(&mut self, range: &MonthdayRange, text: &str) -> Result<(), Refused> {
        match range {
            MonthdayRange::Month { range, year } => {
                let (first, last) = (*range.start(), *range.end());
                let yearly =
                    YearlyDates { from: month_day(first, 1)?, to: month_day(last, days_in(last))? };
                match year {
                    None => self.yearly.push(yearly),
                    Some(year) => self.dated.push(in_year(yearly, **year)?),
                }
            }
            MonthdayRange::Date { start, end } => {
                let (from_year, from) = fixed(start, text)?;
                let (to_year, to) = fixed(end, text)?;
                let yearly = YearlyDates { from, to };
                match (from_year, to_year) {
                    (None, _) => self.yearly.push(yearly),
                    (Some(year), None) => self.dated.push(in_year(yearly, year)?),
                    (Some(from_year), Some(to_year)) => {
                        few_years(from_year..=to_year, text)?;
                        self.dated.push(dates(date(from_year, from)?, date(to_year, to)?)?);
                    }
                }
            }
        }
        Ok(())
    }

    /// `2026 …`: the days so far are those of these years only.
    fn bind_to_years(&mut self, years: &[YearRange], text: &str) -> Result<(), Refused> {
        let yearly = if self.all_year() {
            vec![YearlyDates {
                from: month_day(osm::Month::January, 1)?,
                to: month_day(osm::Month::December, 31)?,
            }]
        } else {
            std::mem::take(&mut self.yearly)
        };
        for range in years {
            let (range, step) = range.into_parts();
            few_years(**range.start()..=**range.end(), text)?;
            for year in (**range.start()..=**range.end()).step_by(usize::from(step.max(1))) {
                for days in &yearly {
                    self.dated.push(in_year(*days, year)?);
                }
            }
        }
        Ok(())
    }
}

fn weekdays(
    ranges: &[WeekDayRange],
    text: &str,
    warnings: &mut Vec<String>,
) -> Result<Option<[bool; 7]>, Refused> {
    if ranges.is_empty() {
        return Ok(Some([true; 7]));
    }
    let mut weekdays = [false; 7];
    for range in ranges {
        match range {
            WeekDayRange::Holiday { kind, .. } => warnings.push(format!(
                "{kind} in \"{text}\" is left out: enter the dates of holidays as exceptions"
            )),
            WeekDayRange::Fixed { range, offset, nth_from_start, nth_from_end } => {
                if *offset != 0 || nth_from_start.contains(&false) || nth_from_end.contains(&false)
                {
                    return Err(Refused::because(format!("\"{text}\" counts weekdays of a month")));
                }
                let first = range.start().num_days_from_monday() as usize;
                let length = (range.end().num_days_from_monday() as usize + 7 - first) % 7;
                (first..=first + length).for_each(|day| weekdays[day % 7] = true);
            }
        }
    }
    Ok(weekdays.contains(&true).then_some(weekdays))
}

/// The date of a fixed day; everything that moves from year to year is refused.
fn fixed(
    (day, offset): &(osm::Date, osm::DateOffset),
    text: &str,
) -> Result<(Option<i32>, MonthDay), Refused> {
    let moves = || Refused::because(format!("\"{text}\" names days that move from year to year"));
    match day {
        _ if *offset != osm::DateOffset::default() => Err(moves()),
        osm::Date::Fixed { year, month, day } => {
            Ok((year.map(|year| *year), month_day(*month, *day)?))
        }
        osm::Date::Weekday { .. } | osm::Date::Easter { .. } => Err(moves()),
    }
}

fn month_day(month: osm::Month, day: u8) -> Result<MonthDay, Refused> {
    // A month is 1..=12 and the parser's days are 1..=31.
    MonthDay::new(month as i8, i8::try_from(day).unwrap_or(i8::MAX))
        .map_err(|error| Refused::because(error.to_string()))
}

/// In a leap year.
fn days_in(month: osm::Month) -> u8 {
    Date::new(2024, month as i8, 1).map_or(31, |first| first.days_in_month().unsigned_abs())
}

fn few_years(years: RangeInclusive<i32>, text: &str) -> Result<(), Refused> {
    if years.end() - years.start() >= MOST_YEARS {
        return Err(Refused::because(format!("\"{text}\" spans more than {MOST_YEARS} years")));
    }
    Ok(())
}

/// Days of the year as dates of one year, into the next when they run over New Year.
fn in_year(days: YearlyDates, year: i32) -> Result<Dates, Refused> {
    let last_year = if days.from <= days.to { year } else { year + 1 };
    dates(date(year, days.from)?, date(last_year, days.to)?)
}

/// 29 February is the 28th in years that do not have it.
fn date(year: i32, day: MonthDay) -> Result<Date, Refused> {
    let year = i16::try_from(year).map_err(|error| Refused::because(error.to_string()))?;
    Date::new(year, day.month(), day.day())
        .or_else(|_| Date::new(year, day.month(), 28))
        .map_err(|error| Refused::because(error.to_string()))
}

fn dates(from: Date, to: Date) -> Result<Dates, Refused> {
    Dates::new(from, to).map_err(|error| Refused::because(error.to_string()))
}
