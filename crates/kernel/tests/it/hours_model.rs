//! The shape of opening hours: JSON, what is refused, and what people and search engines read.

use jiff::civil::date;
use kernel::hours::{HoursError, Interval, MonthDay, OpeningHours, Zone};
use serde_json::json;

fn lupo() -> OpeningHours {
    serde_json::from_value(json!({
        "zone": "Europe/Rome",
        "weekly": {
            "tuesday": [{"from": "11:30", "to": "14:00"}, {"from": "17:00", "to": "23:00"}],
            "wednesday": [{"from": "17:00", "to": "23:00"}, {"from": "11:30", "to": "14:00"}],
            "friday": [{"from": "17:00", "to": "02:00"}],
            "saturday": [{"from": "17:00", "to": "02:00"}],
        },
        "exceptions": [
            {"on": {"dates": {"from": "2026-12-31", "to": "2026-12-31"}},
             "hours": {"daily": [{"from": "18:00", "to": "03:00"}]}},
            {"on": {"every_year": {"from": "12-24", "to": "01-02"}}, "hours": "closed",
             "note": "Christmas"},
        ],
        "business_day_start": "05:00",
    }))
    .expect("the shape of the documentation")
}

#[test]
fn the_weekly_table_is_told_in_a_line_per_run_of_equal_days() {
    assert_eq!(
        lupo().weekly.summary(),
        [
            "Mon closed",
            "Tue–Wed 11:30–14:00, 17:00–23:00",
            "Thu closed",
            "Fri–Sat 17:00–02:00",
            "Sun closed"
        ]
    );
}

#[test]
fn dates_of_one_time_win_over_dates_of_every_year() {
    let hours = lupo();
    assert_eq!(hours.on(date(2026, 12, 31)).to_string(), "18:00–03:00");
    assert_eq!(hours.on(date(2027, 12, 31)).to_string(), "closed");
    assert_eq!(hours.on(date(2027, 1, 2)).to_string(), "closed");
    assert_eq!(hours.on(date(2027, 1, 5)).to_string(), "11:30–14:00, 17:00–23:00");
}

#[test]
fn json_is_written_as_it_is_read() {
    let json = serde_json::to_value(lupo()).expect("serialises");
    assert_eq!(json["weekly"]["friday"], json!([{"from": "17:00", "to": "02:00"}]));
    assert_eq!(json["exceptions"][1]["on"]["every_year"]["from"], "12-24");
    assert_eq!(json["business_day_start"], "05:00");
    assert_eq!(serde_json::from_value::<OpeningHours>(json).expect("reads"), lupo());
}

#[test]
fn wrong_hours_are_refused_in_words() {
    for (wrong, word) in [
        (json!({"zone": "Europe/Wien", "weekly": {}}), "time zone"),
        (
            json!({"zone": "UTC", "weekly": {"monday": [{"from": "25:00", "to": "26:00"}]}}),
            "opening at 25:00",
        ),
        (json!({"zone": "UTC", "weekly": {"monday": [{"from": "9am", "to": "17:00"}]}}), "9am"),
        (json!({"zone": "UTC", "weekly": {"monday": [{"from": "+9:00", "to": "17:00"}]}}), "time"),
        (json!({"zone": "UTC", "weekly": {"moonday": []}}), "moonday"),
        (json!({"zone": "UTC", "weekly": {}, "business_day_start": "24:00"}), "business day"),
        (
            json!({"zone": "UTC", "weekly": {}, "exceptions": [
                {"on": {"dates": {"from": "2026-02-02", "to": "2026-02-01"}}, "hours": "closed"}]}),
            "backwards",
        ),
        (
            json!({"zone": "UTC", "weekly": {}, "exceptions": [
                {"on": {"every_year": {"from": "02-30", "to": "03-01"}}, "hours": "closed"}]}),
            "02-30",
        ),
    ] {
        let error = serde_json::from_value::<OpeningHours>(wrong.clone()).expect_err("is wrong");
        assert!(error.to_string().contains(word), "{wrong}: {error}");
    }
    assert!(matches!("Mars/Base".parse::<Zone>(), Err(HoursError::Zone { .. })));
    assert!(MonthDay::new(2, 29).is_ok() && MonthDay::new(4, 31).is_err());
}

#[test]
fn intervals_that_touch_or_overlap_become_one() {
    let day: kernel::hours::Day = serde_json::from_value(json!([
        {"from": "12:00", "to": "15:00"},
        {"from": "10:00", "to": "12:00"},
        {"from": "14:00", "to": "16:30"},
    ]))
    .expect("reads");
    assert_eq!(day.to_string(), "10:00–16:30");
    let whole_day = Interval::between("00:00", "24:00").expect("reads");
    assert_eq!(whole_day, Interval::WHOLE_DAY);
    assert_eq!(Interval::between("12:00", "12:00").expect("reads").minutes(), 1_440);
    assert_eq!(Interval::between("23:59", "48:00").expect("reads").to_text(), "48:00");
}

#[test]
fn search_engines_get_specifications_by_interval_and_by_special_date() {
    let hours = lupo();
    let weekly: Vec<_> = hours.specifications().collect();
    assert_eq!(
        serde_json::to_value(&weekly[2]).expect("serialises"),
        json!({
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["https://schema.org/Friday", "https://schema.org/Saturday"],
            "opens": "17:00",
            "closes": "02:00",
        })
    );
    let special = hours.special_specifications(date(2026, 12, 1), 60);
    let special: Vec<_> = special.map(|s| (s.valid_from, s.opens, s.closes)).collect();
    assert_eq!(
        special,
        [
            (Some(date(2026, 12, 24)), "00:00".to_owned(), "00:00".to_owned()),
            (Some(date(2026, 12, 31)), "18:00".to_owned(), "03:00".to_owned()),
            (Some(date(2027, 1, 1)), "00:00".to_owned(), "00:00".to_owned()),
        ]
    );
}
