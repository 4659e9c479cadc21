//! Opening hours against the clock, minute by minute where clocks change.

use jiff::{Timestamp, ToSpan};
use kernel::hours::{
    Dates, Day, Exception, ExceptionHours, Interval, OpeningHours, Span, WEEKDAYS, Week, Zone, osm,
};
use proptest::prelude::*;

fn hours(spec: &str, zone: &str) -> OpeningHours {
    osm::read(spec, &zone.parse().expect("a zone")).expect(spec).hours
}

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

#[test]
fn an_evening_that_ends_after_midnight_belongs_to_its_evening() {
    let hours = hours("Sa 18:00-02:00; Su off; Mo 10:00-12:00", "Europe/Vienna");
    let sunday_at_one = at("2026-06-07T01:00:00+02:00");
    assert!(hours.is_open(sunday_at_one));
    assert_eq!(hours.open_until(sunday_at_one), Some(at("2026-06-07T02:00:00+02:00")));
    assert_eq!(hours.next_opening(sunday_at_one), Some(at("2026-06-08T10:00:00+02:00")));
    assert_eq!(hours.business_day(sunday_at_one), jiff::civil::date(2026, 6, 6));
    assert!(hours.intervals_on(jiff::civil::date(2026, 6, 7)).is_empty());
}

#[test]
fn a_closed_date_closes_its_own_hours_and_not_the_night_before() {
    let mut hours = hours("22:00-03:00", "Europe/Vienna");
    hours.exceptions.push(Exception {
        on: Span::date(jiff::civil::date(2026, 12, 24)),
        hours: ExceptionHours::Closed,
        note: "Christmas Eve".to_owned(),
    });
    assert!(hours.is_open(at("2026-12-24T02:59:00+01:00")));
    assert!(!hours.is_open(at("2026-12-24T23:00:00+01:00")));
    assert!(!hours.is_open(at("2026-12-25T01:00:00+01:00")));
    assert_eq!(
        hours.next_opening(at("2026-12-24T12:00:00+01:00")),
        Some(at("2026-12-25T22:00:00+01:00"))
    );
}

#[test]
fn an_opening_may_end_two_midnights_later() {
    let hours = hours("Tu 23:59-48:00", "Europe/Vienna");
    let wednesday = at("2026-06-10T12:00:00+02:00");
    assert_eq!(hours.open_until(wednesday), Some(at("2026-06-11T00:00:00+02:00")));
}

#[test]
fn hours_that_never_change_have_no_next_change() {
    for spec in ["24/7", "24/7 off"] {
        let hours = hours(spec, "America/New_York");
        let now = at("2026-03-07T12:00:00Z");
        assert_eq!(hours.next_change(now), None);
        assert_eq!(hours.open_until(now), None);
        assert_eq!(hours.next_opening(now), None);
    }
}

#[test]
fn an_hour_that_is_skipped_is_not_open_and_one_that_is_repeated_is_open_twice() {
    let hours = hours("02:00-03:00", "Europe/Berlin");
    // The clock goes from 02:00 to 03:00: that night there is no 02:30.
    let spring = at("2026-03-29T00:30:00Z");
    assert_eq!(hours.next_change(spring), Some(at("2026-03-30T00:00:00Z")));
    // The clock goes from 03:00 back to 02:00: two hours in one.
    let autumn = at("2026-10-24T23:30:00Z");
    assert_eq!(hours.next_change(autumn), Some(at("2026-10-25T00:00:00Z")));
    assert_eq!(hours.open_until(at("2026-10-25T00:00:00Z")), Some(at("2026-10-25T02:00:00Z")));
}

/// Zones whose clocks change by an hour, by half an hour, and at midnight.
const ZONES: [&str; 6] = [
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "America/St_Johns",
    "Asia/Kolkata",
];

fn any_day() -> impl Strategy<Value = Day> {
    let interval = (0_u16..96, 1_u16..130)
        .prop_filter_map("fits", |(start, length)| Interval::new(start * 15, length * 15).ok());
    prop::collection::vec(interval, 0..3).prop_map(|intervals| Day::new(intervals).expect("few"))
}

fn any_week() -> impl Strategy<Value = Week> {
    prop::collection::vec(any_day(), 7).prop_map(|days| {
        let mut week = Week::default();
        for (weekday, day) in WEEKDAYS.into_iter().zip(days) {
            *week.day_mut(weekday) = day;
        }
        week
    })
}

prop_compose! {
    fn any_hours(near: jiff::civil::Date)(
        zone in prop::sample::select(&ZONES[..]),
        weekly in any_week(),
        exception in prop::option::of((-3_i32..3, 0_i32..3, any_week())),
    ) -> OpeningHours {
        let mut hours = OpeningHours::new(zone.parse().expect("a zone"), weekly);
        hours.exceptions.extend(exception.map(|(from, length, week)| {
            let from = near + from.days();
            Exception {
                on: Span::Dates(Dates::new(from, from + length.days()).expect("forwards")),
                hours: ExceptionHours::plainest(week),
                note: String::new(),
            }
        }));
        hours
    }
}

/// Days about which the clocks of the zones change.
fn any_change() -> impl Strategy<Value = jiff::civil::Date> {
    prop::sample::select(vec![
        jiff::civil::date(2026, 3, 8),
        jiff::civil::date(2026, 3, 29),
        jiff::civil::date(2026, 4, 5),
        jiff::civil::date(2026, 10, 4),
        jiff::civil::date(2026, 10, 25),
        jiff::civil::date(2026, 11, 1),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_next_change_is_the_first_minute_at_which_the_state_differs(
        (hours, near) in any_change().prop_flat_map(|near| (any_hours(near), Just(near))),
        minutes in 0_i64..2_880,
    ) {
        let noon = near.yesterday().expect("in range").at(12, 0, 0, 0);
        let start = noon.to_zoned(jiff::tz::TimeZone::UTC).expect("in range").timestamp()
            + minutes.minutes();
        let open = hours.is_open(start);
        let walked = (1..=3 * 1_440).map(|minute| start + minute.minutes())
            .find(|minute| hours.is_open(*minute) != open);
        let told = hours.next_change(start);
        match walked {
            Some(change) => prop_assert_eq!(told, Some(change)),
            None => prop_assert!(told.is_none_or(|change| change > start + 4_320.minutes())),
        }
        prop_assert_eq!(hours.open_until(start).is_some(), open && told.is_some());
        if let Some(opening) = hours.next_opening(start) {
            prop_assert!(hours.is_open(opening) && opening > start);
            prop_assert!(!hours.is_open(opening - 1.minute()));
        }
    }

    #[test]
    fn writing_and_reading_keeps_every_day(
        hours in any_hours(jiff::civil::date(2026, 3, 29)),
    ) {
        let text = osm::write(&hours);
        let zone: Zone = hours.zone.clone();
        let again = osm::read(&text, &zone);
        let again = again.map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?.hours;
        for date in jiff::civil::date(2026, 3, 1).series(1.day()).take(60) {
            prop_assert_eq!(again.on(date), hours.on(date), "{} on {}", text, date);
        }
    }

    #[test]
    fn json_brings_back_the_same_hours(hours in any_hours(jiff::civil::date(2026, 3, 29))) {
        let json = serde_json::to_string(&hours).expect("serialises");
        let again: OpeningHours = serde_json::from_str(&json).expect(&json);
        prop_assert_eq!(again, hours);
    }

    #[test]
    fn no_text_makes_the_reader_fall_over(text in "[MoTuSa0-9:,;. \"+|-]{0,40}|\\PC{0,60}") {
        let _ = osm::read(&text, &Zone::utc());
    }
}
