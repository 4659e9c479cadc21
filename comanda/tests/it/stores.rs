//! Everything that a stopped town has kept, as bytes to search in.

use crate::town::SERVICES;
use database::Location;
use std::path::Path;

/// What a stopped town leaves in a write-ahead log is carried over, as at the next start.
pub(crate) fn settle(folder: &Path) {
    for name in SERVICES.into_iter().chain(["broker"]) {
        let file = folder.join(format!("{name}.db"));
        if file.exists() {
            Location::File(file).columns().unwrap();
        }
    }
}

/// Every file, byte by byte: what SQLite has deleted is not to be in its free space either.
pub(crate) fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    files
}

/// Every value of every table, bytes as the text that they may hold.
pub(crate) fn dump(url: &str) -> Vec<u8> {
    let mut client = database::connect_to_postgres(url).unwrap();
    let columns = "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT
                   FROM information_schema.columns WHERE table_schema = 'public'";
    let mut text = String::new();
    for column in client.query(columns, &[]).unwrap() {
        let (table, name, kind): (String, String, String) =
            (column.get(0), column.get(1), column.get(2));
        let value = if kind == "bytea" {
            format!("encode(\"{name}\", 'escape')")
        } else {
            format!("\"{name}\"::TEXT")
        };
        for row in client.query(&format!("SELECT {value} FROM \"{table}\""), &[]).unwrap() {
            text.push_str(row.get::<_, Option<&str>>(0).unwrap_or_default());
            text.push('\n');
        }
    }
    text.into_bytes()
}
