//! The data map against the tables as migrations make them.

use crate::TestDatabase;
use database::{DataMap, Location, Migrations};

/// Holds a data map against the tables of these migrations, on each engine.
///
/// # Panics
/// When a column is neither listed as personal nor as not personal, or a listed one is gone.
pub fn check_data_map(map: &DataMap, migrations: Migrations) {
    for target in TestDatabase::each() {
        check_data_map_at(map, migrations, &target.location, target.engine);
    }
}

/// The same at one place.
///
/// # Panics
/// As [`check_data_map`].
pub fn check_data_map_at(map: &DataMap, migrations: Migrations, place: &Location, engine: &str) {
    assert_eq!(map.owner, migrations.owner);
    place.migrate(&[migrations]).expect("the tables are made");
    let columns = place.columns().expect("the tables can be read");
    assert!(!columns.is_empty(), "{engine}: no tables");
    let differences = map.differences(&columns);
    assert!(differences.is_empty(), "{engine}:\n{}", differences.join("\n"));
}
