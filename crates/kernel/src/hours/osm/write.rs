//! Our hours as an `opening_hours` string that says the same, the night's tails aside: evaluators
//! of OpenStreetMap do not agree on those.

use crate::hours::{
    Day, Exception, ExceptionHours, Interval, MonthDay, OpeningHours, Span, WEEKDAYS, Week,
    short_name,
};
use jiff::civil::{Date, Weekday};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Writes hours; reading the text gives hours that open on the same minutes. Notes, the zone and
/// the business day have no place in it.
#[must_use]
pub fn write(hours: &OpeningHours) -> String {
    let mut rules = week_rules("", &hours.weekly, false);
    let of_one_time = |exception: &&Exception| matches!(exception.on, Span::Dates(_));
    // Dates of one time win over those of every year, and in a text the later rule wins.
    let yearly = hours.exceptions.iter().filter(|exception| !of_one_time(exception));
    for exception in yearly.chain(hours.exceptions.iter().filter(of_one_time)) {
        let days = span(&exception.on);
        match &exception.hours {
            ExceptionHours::Weekly(week) => rules.extend(week_rules(&days, week, true)),
            hours => rules.push(format!("{days} {}", times(hours.day(Weekday::Monday)))),
        }
    }
    match (rules.is_empty(), hours.weekly == Week::around_the_clock()) {
        (true, _) => "24/7 off".to_owned(),
        (_, true) => {
            rules[0] = "24/7".to_owned();
            rules.join("; ")
        }
        _ => rules.join("; "),
    }
}

/// A rule per kind of day, `Mo-Th,Su 11:00-22:00`. Closed days need a rule only where another
/// table would show through.
fn week_rules(prefix: &str, week: &Week, say_closed: bool) -> Vec<String> {
    let mut kinds: Vec<(&Day, Vec<Weekday>)> = Vec::new();
    for weekday in WEEKDAYS {
        let day = week.day(weekday);
        match kinds.iter_mut().find(|(known, _)| *known == day) {
            Some((_, weekdays)) => weekdays.push(weekday),
            None => kinds.push((day, vec![weekday])),
        }
    }
    let said = kinds.into_iter().filter(|(day, _)| say_closed || !day.is_closed());
    said.map(|(day, weekdays)| {
        format!("{prefix} {} {}", weekday_ranges(&weekdays), times(day)).trim_start().to_owned()
    })
    .collect()
}

/// `Mo-Th,Su`
fn weekday_ranges(weekdays: &[Weekday]) -> String {
    let follows = |a: &Weekday, b: &Weekday| a.next() == *b && *b != Weekday::Monday;
    let runs = weekdays.chunk_by(follows).map(|run| match run {
        [first, .., last] => format!("{}-{}", &short_name(*first)[..2], &short_name(*last)[..2]),
        run => run.iter().map(|only| &short_name(*only)[..2]).collect(),
    });
    runs.collect::<Vec<_>>().join(",")
}

fn times(day: &Day) -> String {
    let one = |interval: &Interval| format!("{}-{}", interval.from_text(), interval.to_text());
    match day.intervals() {
        [] => "off".to_owned(),
        intervals => intervals.iter().map(one).collect::<Vec<_>>().join(","),
    }
}

fn span(span: &Span) -> String {
    match span {
        Span::EveryYear(days) if days.from == days.to => month_day(days.from),
        Span::EveryYear(days) => format!("{}-{}", month_day(days.from), month_day(days.to)),
        Span::Dates(dates) if dates.from() == dates.to() => date(dates.from()),
        Span::Dates(dates) => format!("{}-{}", date(dates.from()), date(dates.to())),
    }
}

fn month_day(day: MonthDay) -> String {
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    format!("{month} {:02}", day.day())
}

fn date(date: Date) -> String {
    format!("{:04} {}", date.year(), month_day(MonthDay::of(date)))
}
