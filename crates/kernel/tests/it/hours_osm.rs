//! Real strings with their slips: read with a warning, or refused with a reason.

use kernel::hours::{OpeningHours, Zone, osm};
use serde::Deserialize;

#[derive(Deserialize)]
struct Sloppy {
    sloppy: Vec<Pair>,
    rejected: Vec<Raw>,
}

#[derive(Deserialize)]
struct Pair {
    raw: String,
    normalised: String,
}

#[derive(Deserialize)]
struct Raw {
    raw: String,
}

fn strings() -> Sloppy {
    serde_json::from_str(include_str!("../data/osm_opening_hours_sloppy.json"))
        .expect("the file is as described")
}

pub(crate) fn vienna() -> Zone {
    "Europe/Vienna".parse().expect("the zone exists")
}

fn hours(text: &str) -> OpeningHours {
    osm::read(text, &vienna()).unwrap_or_else(|refused| panic!("{text}: {refused}")).hours
}

#[test]
fn sloppy_strings_are_read_with_a_warning_as_their_normal_form() {
    let pairs = strings().sloppy;
    assert_eq!(pairs.len(), 133);
    let mut wrong = Vec::new();
    for Pair { raw, normalised } in pairs {
        match osm::read(&raw, &vienna()) {
            Err(refused) => wrong.push(format!("{raw}: refused: {refused}")),
            Ok(read) if read.warnings.is_empty() => wrong.push(format!("{raw}: no warning")),
            Ok(read) if read.hours != hours(&normalised) => {
                wrong.push(format!("{raw}: {} instead of {normalised}", osm::write(&read.hours)));
            }
            Ok(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_cannot_be_understood_is_refused_with_a_reason() {
    let rejected = strings().rejected;
    assert_eq!(rejected.len(), 12);
    for Raw { raw } in rejected {
        match osm::read(&raw, &vienna()) {
            Err(refused) => assert!(!refused.reason.is_empty()),
            Ok(read) => panic!("{raw} was read as {}", osm::write(&read.hours)),
        }
    }
}

#[test]
fn what_our_model_does_not_hold_is_refused_by_name() {
    for (text, word) in [
        ("Mo-Fr 10:00-18:00; week 42 off", "weeks"),
        ("Mo-Sa 11:00-18:00; Su[1] 12:00-17:00", "weekdays of a month"),
        ("10:00-18:00; easter off", "Easter"),
        ("sunrise-sunset", "sun"),
        ("\"by appointment\"", "remark"),
        ("2019+ 10:00-18:00", "years"),
        ("", "empty"),
        (" ; ", "empty"),
        ("Mo-Fr 10:00-18:00 ☃", "☃"),
    ] {
        let refused = osm::read(text, &vienna()).expect_err(text);
        assert!(refused.reason.contains(word), "{text}: {refused}");
    }
}

#[test]
fn holidays_remarks_and_open_ends_are_told_to_the_importer() {
    let read = osm::read("Mo-Fr 17:00+ \"ring twice\"; PH off", &vienna()).unwrap();
    assert_eq!(osm::write(&read.hours), "Mo-Fr 17:00-24:00");
    for word in ["ring twice", "PH", "24:00"] {
        assert!(read.warnings.iter().any(|w| w.contains(word)), "{word}: {:?}", read.warnings);
    }
}

#[test]
fn a_plain_string_is_read_without_a_warning() {
    let read = osm::read("Mo-Th 11:30-14:00,17:00-23:00; Fr,Sa 11:30-24:00", &vienna()).unwrap();
    assert_eq!(read.warnings, Vec::<String>::new());
    assert_eq!(
        read.hours.weekly.summary(),
        ["Mon–Thu 11:30–14:00, 17:00–23:00", "Fri–Sat 11:30–24:00", "Sun closed"]
    );
}

#[test]
fn seasons_and_holidays_become_exceptions_of_the_usual_week() {
    let read = hours("Tu-Su 11:00-22:00; Dec 24 off; Nov-Feb Sa,Su 12:00-20:00");
    assert_eq!(read.weekly, hours("Tu-Su 11:00-22:00").weekly);
    assert_eq!(
        osm::write(&hours("Tu-Su 11:00-22:00; Dec 24 off")),
        "Tu-Su 11:00-22:00; Dec 24 off"
    );
}
