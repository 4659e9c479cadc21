//! Opening hours against the clock: open now, until when, and from when again.

use jiff::civil::{Date, DateTime};
use jiff::tz::AmbiguousOffset;
use jiff::{Timestamp, ToSpan};

use super::{DAY, LATEST_END, OpeningHours};

/// How far ahead a change is looked for: a year and a bit, so that yearly exceptions are seen.
const HORIZON_DAYS: i64 = 400;

impl OpeningHours {
    /// Whether the wall clock shows an open minute.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.is_open_on_wall_clock(self.zone.rules().to_datetime(at))
    }

    /// When open turns to closed or closed to open, after `at` and within 400 days. `None` when
    /// nothing changes for that long, as around the clock.
    #[must_use]
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let open = self.is_open(at);
        let first = self.zone.rules().to_datetime(at).date();
        if self.never_changes() {
            return None;
        }
        // An evening of yesterday may end today, so its boundaries count from there.
        let yesterday = first.yesterday().ok()?;
        yesterday.series(1.day()).take(HORIZON_DAYS as usize).find_map(|date| {
            let mut instants = self.boundaries(date);
            instants.retain(|instant| *instant > at);
            instants.sort_unstable();
            instants.into_iter().find(|instant| self.is_open(*instant) != open)
        })
    }

    /// When it closes, if it is open at `at`. `None` also for hours that never close.
    #[must_use]
    pub fn open_until(&self, at: Timestamp) -> Option<Timestamp> {
        self.is_open(at).then(|| self.next_change(at)).flatten()
    }

    /// When it opens next: after `at` if it is closed, after it has closed if it is open. `None`
    /// when it does not open within 400 days, or never closes.
    #[must_use]
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        let change = self.next_change(at)?;
        if self.is_open(at) { self.next_change(change) } else { Some(change) }
    }

    /// The date under which a sale at `at` is counted: the civil date, or the one before it while
    /// the business day has not begun.
    #[must_use]
    pub fn business_day(&self, at: Timestamp) -> Date {
        let local = self.zone.rules().to_datetime(at);
        let today = local.date();
        if minute_of_day(local) >= self.business_day_start {
            return today;
        }
        today.yesterday().unwrap_or(today)
    }

    fn is_open_on_wall_clock(&self, local: DateTime) -> bool {
        let minute = minute_of_day(local);
        let yesterday = local.date().yesterday();
        self.on(local.date()).covers(minute)
            || yesterday.is_ok_and(|yesterday| self.on(yesterday).covers(minute + DAY))
    }

    fn never_changes(&self) -> bool {
        let week = &self.weekly;
        self.exceptions.is_empty()
            && (*week == super::Week::default() || *week == super::Week::around_the_clock())
    }

    /// Every instant at which the state may change while the wall clock shows `date`: where an
    /// interval of it or of the days before starts or ends, and where the clock is put forward
    /// or back.
    fn boundaries(&self, date: Date) -> Vec<Timestamp> {
        let mut instants = self.clock_changes(date);
        let minutes = (0..=LATEST_END / DAY).filter_map(|days| {
            let began = date.checked_sub(i64::from(days).days()).ok()?;
            let ends = self.intervals_on(began).iter().flat_map(|i| [i.start(), i.end()]);
            Some(ends.filter_map(move |minute| minute.checked_sub(days * DAY)))
        });
        for minute in minutes.flatten().filter(|minute| *minute < DAY) {
            let (hour, minute) = ((minute / 60) as i8, (minute % 60) as i8);
            instants.extend(self.instants_of(date.at(hour, minute, 0, 0)));
        }
        instants
    }

    /// The instants at which the wall clock shows `local`: two in a repeated hour, none in a
    /// skipped one.
    fn instants_of(&self, local: DateTime) -> Vec<Timestamp> {
        let offsets = match self.zone.rules().to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => vec![offset],
            AmbiguousOffset::Gap { .. } => Vec::new(),
            AmbiguousOffset::Fold { before, after } => vec![before, after],
        };
        offsets.into_iter().filter_map(|offset| offset.to_timestamp(local).ok()).collect()
    }

    /// Changes of the zone's offset about `date`.
    fn clock_changes(&self, date: Date) -> Vec<Timestamp> {
        let zone = self.zone.rules();
        let midnight = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0));
        let (Ok(from), Ok(to)) =
            (midnight(date.yesterday().unwrap_or(date)), midnight(date.tomorrow().unwrap_or(date)))
        else {
            return Vec::new();
        };
        zone.following(from).map(|change| change.timestamp()).take_while(|at| *at <= to).collect()
    }
}

fn minute_of_day(local: DateTime) -> u16 {
    // An hour is 0..24 and a minute 0..60: both fit.
    local.hour().unsigned_abs() as u16 * 60 + local.minute().unsigned_abs() as u16
}
