//! Rules folded into the model: the week that holds most of the year becomes the weekly table,
//! other parts of the year become yearly exceptions, and named years become dated ones.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::Refused;
use super::rules::{Rule, hours_on};
use super::selectors::Key;
use crate::hours::{
    Dates, Day, Exception, ExceptionHours, HoursError, MOST_EXCEPTIONS, MonthDay, OpeningHours,
    Span, WEEKDAYS, Week, YearlyDates, Zone,
};

/// Folds rules into hours.
pub(super) fn into_hours(rules: &[Rule], zone: Zone) -> Result<OpeningHours, Refused> {
    let refused = |error: HoursError| Refused::because(error.to_string());
    let seasons = seasons(rules).map_err(refused)?;
    let days_of = |week: &Week| -> usize {
        seasons.iter().filter(|season| season.week == *week).map(|season| season.days).sum()
    };
    let usual = seasons.iter().map(|season| &season.week).max_by_key(|week| days_of(week));
    let mut hours = OpeningHours::new(zone, usual.cloned().unwrap_or_default());
    for season in seasons {
        if season.week != hours.weekly {
            hours.exceptions.push(Exception {
                on: Span::EveryYear(season.dates),
                hours: ExceptionHours::plainest(season.week),
                note: String::new(),
            });
        }
    }
    let dated = dated(rules, &hours).map_err(refused)?;
    hours.exceptions.extend(dated);
    match hours.exceptions.len() {
        0..=MOST_EXCEPTIONS => Ok(hours),
        count => Err(refused(HoursError::TooManyExceptions { count })),
    }
}

/// A part of every year with one week.
struct Season {
    dates: YearlyDates,
    days: usize,
    week: Week,
}

fn seasons(rules: &[Rule]) -> Result<Vec<Season>, HoursError> {
    let all_year = rules.iter().all(|rule| rule.days.yearly.is_empty());
    let mut seasons: Vec<Season> = Vec::new();
    for day in MonthDay::all() {
        // Without days of the year, the first day speaks for all.
        if let (true, Some(only)) = (all_year, seasons.last_mut()) {
            only.dates.to = day;
            only.days += 1;
            continue;
        }
        let week = week_on(rules, day)?;
        match seasons.last_mut() {
            Some(season) if season.week == week => {
                season.dates.to = day;
                season.days += 1;
            }
            _ => seasons.push(Season { dates: YearlyDates { from: day, to: day }, days: 1, week }),
        }
    }
    join_over_new_year(&mut seasons);
    Ok(seasons)
}

fn join_over_new_year(seasons: &mut Vec<Season>) {
    let same = match seasons.as_slice() {
        [first, .., last] => first.week == last.week,
        _ => false,
    };
    if same && let Some(last) = seasons.pop() {
        seasons[0].dates.from = last.dates.from;
        seasons[0].days += last.days;
    }
}

fn week_on(rules: &[Rule], day: MonthDay) -> Result<Week, HoursError> {
    let mut week = Week::default();
    for weekday in WEEKDAYS {
        *week.day_mut(weekday) = Day::new(hours_on(rules, Key { day, weekday, date: None }))?;
    }
    Ok(week)
}

/// Runs of dates in the years that rules name, where these make a difference.
fn dated(rules: &[Rule], hours: &OpeningHours) -> Result<Vec<Exception>, HoursError> {
    let spans = rules.iter().flat_map(|rule| &rule.days.dated);
    let days_of = |span: &Dates| (span.from().series(1.day()), span.to());
    let dates: BTreeSet<Date> = spans
        .map(days_of)
        .flat_map(|(series, to)| series.take_while(move |date| *date <= to))
        .collect();
    let mut runs: Vec<DatedRun> = Vec::new();
    for date in dates {
        let day = Day::new(hours_on(rules, Key::of(date)))?;
        let differs = day != *hours.on(date);
        match runs.last_mut() {
            Some(run) if run.takes(date, &day) => run.add(date, day, differs),
            _ => {
                let mut run = DatedRun { from: date, to: date, differs, week: Default::default() };
                run.add(date, day, differs);
                runs.push(run);
            }
        }
    }
    runs.into_iter().filter(|run| run.differs).map(DatedRun::into_exception).collect()
}

/// Dates in a row on which each weekday has the same hours.
struct DatedRun {
    from: Date,
    to: Date,
    differs: bool,
    week: [Option<Day>; 7],
}

impl DatedRun {
    fn takes(&self, date: Date, day: &Day) -> bool {
        let follows = self.to.tomorrow().is_ok_and(|next| next == date);
        follows && self.week[index(date.weekday())].as_ref().is_none_or(|known| known == day)
    }

    fn add(&mut self, date: Date, day: Day, differs: bool) {
        self.to = date;
        self.differs |= differs;
        self.week[index(date.weekday())] = Some(day);
    }

    fn into_exception(self) -> Result<Exception, HoursError> {
        // Weekdays that the run does not reach follow its first day, so that a run of equal days is
        // plainly daily.
        let other = self.week[index(self.from.weekday())].clone().unwrap_or_default();
        let week =
            Week::from_fn(|weekday| self.week[index(weekday)].clone().unwrap_or(other.clone()));
        Ok(Exception {
            on: Span::Dates(Dates::new(self.from, self.to)?),
            hours: ExceptionHours::plainest(week),
            note: String::new(),
        })
    }
}

fn index(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}
