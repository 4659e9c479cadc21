//! The data map against the tables as migrations make them.

use crate::TestDatabase;
use database::{DataMap, Database, Error, Location, Migrations, Row, Sql, Value};

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

/// The tables of a data map that hold `words` in any column, whatever the case.
///
/// # Panics
/// When a table cannot be read.
pub async fn tables_that_hold(
    database: &Database,
    map: &DataMap,
    words: &str,
) -> Vec<&'static str> {
    let mut found = Vec::new();
    for table in map.tables {
        let columns = table.personal.iter().map(|column| column.column);
        let columns: Vec<&str> = columns.chain(table.other.iter().copied()).collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), table.table);
        let sql = Sql::registered(sql.leak());
        let rows = database.read(move |tx| tx.all::<Row>(sql, &[])).await;
        let rows = rows.map_err(|error: Error| error).expect("the table can be read");
        let holds = |row: &Row| (0..columns.len()).any(|at| tells(&row.get(at), words));
        if rows.iter().any(holds) {
            found.push(table.table);
        }
    }
    found
}

fn tells(value: &Result<Value, Error>, words: &str) -> bool {
    let text = match value {
        Ok(Value::Text(text)) => text.to_lowercase(),
        Ok(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).to_lowercase(),
        _ => return false,
    };
    text.contains(&words.to_lowercase())
}
