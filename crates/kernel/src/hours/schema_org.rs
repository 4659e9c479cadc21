//! Opening hours as schema.org `OpeningHoursSpecification`, for JSON-LD on a restaurant's page.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::Serialize;

use super::{DAY, Day, Interval, OpeningHours, WEEKDAYS, full_name};

/// One `OpeningHoursSpecification`; serialises as the JSON-LD object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "@type", rename = "OpeningHoursSpecification", rename_all = "camelCase")]
pub struct Specification {
    /// `https://schema.org/Monday` and so on; empty on special dates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub day_of_week: Vec<String>,
    /// `HH:MM`.
    pub opens: String,
    /// `HH:MM`; before `opens` it is on the next day; equal to it, at 00:00, is closed.
    pub closes: String,
    /// The first date, on special dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last date, on special dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_through: Option<Date>,
}

impl OpeningHours {
    /// The weekly table as `openingHoursSpecification`: one per interval, with all its weekdays.
    pub fn specifications(&self) -> impl Iterator<Item = Specification> {
        let mut grouped: Vec<(Interval, Vec<Weekday>)> = Vec::new();
        for weekday in WEEKDAYS {
            for interval in self.weekly.day(weekday).intervals() {
                match grouped.iter_mut().find(|(known, _)| known == interval) {
                    Some((_, weekdays)) => weekdays.push(weekday),
                    None => grouped.push((*interval, vec![weekday])),
                }
            }
        }
        grouped.into_iter().map(|(interval, weekdays)| {
            let (opens, closes) = opens_and_closes(interval);
            let name = |weekday| format!("https://schema.org/{}", full_name(weekday));
            let day_of_week = weekdays.into_iter().map(name).collect();
            Specification { day_of_week, opens, closes, valid_from: None, valid_through: None }
        })
    }

    /// The exceptions from a date on, for `days` days, as `specialOpeningHoursSpecification`.
    pub fn special_specifications(
        &self,
        from: Date,
        days: u16,
    ) -> impl Iterator<Item = Specification> {
        let mut runs: Vec<(Date, Date, &Day)> = Vec::new();
        for date in from.series(1.day()).take(days.into()) {
            if !self.exceptions.iter().any(|exception| exception.on.contains(date)) {
                continue;
            }
            let day = self.on(date);
            match runs.last_mut() {
                Some(run) if run.2 == day && run.1.tomorrow().is_ok_and(|next| next == date) => {
                    run.1 = date;
                }
                _ => runs.push((date, date, day)),
            }
        }
        runs.into_iter().flat_map(|(from, to, day)| {
            let closed = day.is_closed().then(|| ("00:00".to_owned(), "00:00".to_owned()));
            let open = day.intervals().iter().copied().map(opens_and_closes);
            closed.into_iter().chain(open).map(move |(opens, closes)| Specification {
                day_of_week: Vec::new(),
                opens,
                closes,
                valid_from: Some(from),
                valid_through: Some(to),
            })
        })
    }
}

/// Search engines read 00:00–23:59 as the whole day and 00:00 as the midnight that ends a day.
fn opens_and_closes(interval: Interval) -> (String, String) {
    let opens = interval.from_text();
    let closes = match interval.end() {
        _ if interval.minutes() >= DAY && interval.start() == 0 => "23:59".to_owned(),
        DAY => "00:00".to_owned(),
        end if end > DAY => super::interval::write_time(end - DAY),
        _ => interval.to_text(),
    };
    (opens, closes)
}
