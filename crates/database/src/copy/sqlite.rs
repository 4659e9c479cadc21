//! A SQLite file as a side of a copy.

use super::{
    CopyError, EachRow, Progress, Store,
    table::{Column, Kind, Table},
};
use crate::{
    Error, Migrations, Value, database::lock_folder, postgres_connect::UNFINISHED_COPY,
    sqlite_engine,
};
use rusqlite::{Connection, params, params_from_iter};
use std::path::Path;

pub(super) struct SqliteStore(Connection);

impl SqliteStore {
    /// `None` while any process has the file open. None can open it afterwards.
    pub(super) fn open(file: &Path) -> Result<Option<Self>, CopyError> {
        drop(lock_folder(file)?);
        let connection = Connection::open(file).map_err(failed)?;
        let alone = connection.execute_batch(
            "PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             BEGIN EXCLUSIVE; COMMIT;",
        );
        match alone {
            Ok(()) => Ok(Some(Self(connection))),
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                Ok(None)
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn strings(&self, sql: &str, parameter: &[&str]) -> Result<Vec<String>, CopyError> {
        let mut statement = self.0.prepare(sql).map_err(failed)?;
        let rows = statement.query_map(params_from_iter(parameter), |row| row.get(0));
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    fn table(&self, name: String) -> Result<Table, CopyError> {
        let mut statement = self
            .0
            .prepare("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid")
            .map_err(failed)?;
        let rows = statement.query_map([&name], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        });
        let (mut columns, mut key) = (Vec::new(), Vec::new());
        for row in rows.map_err(failed)? {
            let (column, declared, place) = row.map_err(failed)?;
            let kind = kind(&declared)
                .ok_or_else(|| CopyError::Value { table: name.clone(), column: column.clone() })?;
            if place > 0 {
                key.push((place, column.clone()));
            }
            columns.push(Column { name: column, kind, counts: false });
        }
        key.sort_unstable();
        let refers_to =
            self.strings("SELECT \"table\" FROM pragma_foreign_key_list($1)", &[&name])?;
        Ok(Table { name, columns, key: key.into_iter().map(|(_, name)| name).collect(), refers_to })
    }
}

impl Store for SqliteStore {
    fn tables(&mut self) -> Result<Vec<Table>, CopyError> {
        let names = self.strings(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
            &[],
        )?;
        names.into_iter().filter(|name| Table::is_data(name)).map(|name| self.table(name)).collect()
    }

    fn migrate(&mut self, migrations: &[Migrations]) -> Result<(), CopyError> {
        Ok(migrations.iter().try_for_each(|set| set.run_on(&mut self.0, |m| m.sqlite))?)
    }

    fn read(&mut self, table: &Table, skip: u64, each: EachRow<'_>) -> Result<(), CopyError> {
        let sql = format!("{} LIMIT -1 OFFSET {skip}", table.select());
        let mut statement = self.0.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let values = table.columns.iter().enumerate().map(|(index, column)| {
                let value = row.get_ref(index).map_err(failed)?;
                sqlite_engine::exactly(value).ok_or_else(|| CopyError::Value {
                    table: table.name.clone(),
                    column: column.name.clone(),
                })
            });
            each(values.collect::<Result<_, _>>()?)?;
        }
        Ok(())
    }

    fn add(&mut self, table: &Table, rows: &[Vec<Value>], copied: u64) -> Result<(), CopyError> {
        let places: Vec<_> = (1..=table.columns.len()).map(|n| format!("?{n}")).collect();
        let insert = format!(
            "INSERT INTO \"{}\" ({}) VALUES ({})",
            table.name,
            table.list(),
            places.join(", ")
        );
        let transaction = self.0.transaction().map_err(failed)?;
        for row in rows {
            let mut statement = transaction.prepare_cached(&insert).map_err(failed)?;
            statement.execute(params_from_iter(row)).map_err(failed)?;
        }
        let count = format!("UPDATE {UNFINISHED_COPY} SET copied = ?2 WHERE table_name = ?1");
        let copied = i64::try_from(copied).unwrap_or(i64::MAX);
        transaction.execute(&count, params![table.name, copied]).map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    fn progress(&mut self) -> Result<Option<Progress>, CopyError> {
        if !self.0.table_exists(None, UNFINISHED_COPY).map_err(failed)? {
            return Ok(None);
        }
        let sql = format!("SELECT source, table_name, copied FROM {UNFINISHED_COPY}");
        let mut statement = self.0.prepare(&sql).map_err(failed)?;
        let rows = statement
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()))
            })
            .and_then(|rows| rows.collect::<Result<Vec<(String, String, u64)>, _>>());
        Ok(Some(Progress::of(rows.map_err(failed)?)))
    }

    fn begin(&mut self, source: &str, tables: &[Table]) -> Result<(), CopyError> {
        let transaction = self.0.transaction().map_err(failed)?;
        transaction.execute_batch(&super::create_progress()).map_err(failed)?;
        let insert = format!("INSERT INTO {UNFINISHED_COPY} VALUES (?1, ?2, 0)");
        for table in tables {
            transaction.execute(&insert, params![source, table.name]).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn continue_sequences(&mut self, _: &[Table]) -> Result<(), CopyError> {
        // SQLite counts on from the largest, and remembers it where a number must not come twice.
        Ok(())
    }

    fn finish(&mut self) -> Result<(), CopyError> {
        self.0.execute_batch(&format!("DROP TABLE {UNFINISHED_COPY}")).map_err(failed)
    }
}

fn kind(declared: &str) -> Option<Kind> {
    match declared {
        "INTEGER" | "INT" | "BIGINT" => Some(Kind::Int),
        "REAL" => Some(Kind::Real),
        "TEXT" => Some(Kind::Text),
        "BLOB" => Some(Kind::Bytes),
        _ => None,
    }
}

fn failed(source: rusqlite::Error) -> CopyError {
    Error::sqlite("a statement of the copy", source).into()
}
