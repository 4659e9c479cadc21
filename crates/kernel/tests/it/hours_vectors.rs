//! Opening hours against vectors on which two independent evaluators agree (tests/data/SOURCES.md).

use kernel::hours::{Zone, osm};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    spec: String,
    zone: String,
    at: jiff::Timestamp,
    open: bool,
    why: String,
}

#[test]
fn every_vector_holds_through_our_model() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../data/opening_hours_vectors.json")).unwrap();
    assert_eq!(vectors.len(), 4_457);
    let mut wrong = Vec::new();
    for Vector { spec, zone, at, open, why } in &vectors {
        let zone: Zone = zone.parse().unwrap();
        let verdict = match osm::read(spec, &zone) {
            Err(refused) => format!("refused: {refused}"),
            Ok(imported) if imported.hours.is_open(*at) != *open => {
                format!("{why}: at {at} open should be {open}")
            }
            Ok(_) => continue,
        };
        wrong.push(format!("{spec}: {verdict}"));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[test]
fn what_every_vector_says_survives_writing_and_reading() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../data/opening_hours_vectors.json")).unwrap();
    for Vector { spec, zone, at, open, .. } in &vectors {
        let zone: Zone = zone.parse().unwrap();
        let written = osm::write(&osm::read(spec, &zone).unwrap().hours);
        let again =
            osm::read(&written, &zone).unwrap_or_else(|e| panic!("{spec} → {written}: {e}"));
        assert_eq!(again.hours.is_open(*at), *open, "{spec} → {written} at {at}");
    }
}
