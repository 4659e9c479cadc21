//! A PostgreSQL database or schema as a side of a copy.

use super::{
    CopyError, EachRow, Progress, Store,
    table::{Column, Kind, Table},
};
use crate::{Error, Migrations, Value, postgres_connect, postgres_connect::UNFINISHED_COPY};
use postgres::{
    Client,
    binary_copy::BinaryCopyInWriter,
    fallible_iterator::FallibleIterator,
    types::{ToSql, Type},
};

/// The tables of the schema that the connection is in.
const COLUMNS: &str = "
    SELECT c.relname::TEXT, a.attname::TEXT, format_type(a.atttypid, a.atttypmod),
           a.attidentity <> '',
           COALESCE(array_position(k.indkey::SMALLINT[], a.attnum), -1)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary
    WHERE c.relkind = 'r' ORDER BY c.relname, a.attnum";

const REFERENCES: &str = "
    SELECT c.relname::TEXT, f.relname::TEXT FROM pg_constraint r
    JOIN pg_class c ON c.oid = r.conrelid JOIN pg_class f ON f.oid = r.confrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    WHERE r.contype = 'f'";

pub(super) struct PostgresStore(Client);

impl PostgresStore {
    /// `None` while any process serves it. None can do so afterwards.
    pub(super) fn open(url: &str, schema: Option<&str>) -> Result<Option<Self>, CopyError> {
        Ok(postgres_connect::open_alone(url, schema)?.map(Self))
    }
}

impl Drop for PostgresStore {
    /// Who starts the town next does not find us there still: the server takes a moment to see that a
    /// connection is gone.
    fn drop(&mut self) {
        let _ = self.0.batch_execute("SELECT pg_advisory_unlock_all()");
    }
}

impl Store for PostgresStore {
    fn tables(&mut self) -> Result<Vec<Table>, CopyError> {
        let mut tables: Vec<(Table, Vec<(i32, String)>)> = Vec::new();
        for row in self.0.query(COLUMNS, &[]).map_err(failed)? {
            let (name, column, declared): (String, String, String) =
                (row.get(0), row.get(1), row.get(2));
            if !Table::is_data(&name) {
                continue;
            }
            let kind = kind(&declared)
                .ok_or_else(|| CopyError::Value { table: name.clone(), column: column.clone() })?;
            if tables.last().is_none_or(|(table, _)| table.name != name) {
                let table = Table { name, columns: vec![], key: vec![], refers_to: vec![] };
                tables.push((table, Vec::new()));
            }
            let Some((table, key)) = tables.last_mut() else { continue };
            if row.get::<_, i32>(4) >= 0 {
                key.push((row.get(4), column.clone()));
            }
            table.columns.push(Column { name: column, kind, counts: row.get(3) });
        }
        for row in self.0.query(REFERENCES, &[]).map_err(failed)? {
            let (from, to): (String, String) = (row.get(0), row.get(1));
            let found = tables.iter_mut().find(|(table, _)| table.name == from);
            found.into_iter().for_each(|(table, _)| table.refers_to.push(to.clone()));
        }
        let keyed = tables.into_iter().map(|(mut table, mut key)| {
            key.sort_unstable();
            table.key = key.into_iter().map(|(_, name)| name).collect();
            table
        });
        Ok(keyed.collect())
    }

    fn migrate(&mut self, migrations: &[Migrations]) -> Result<(), CopyError> {
        Ok(migrations.iter().try_for_each(|set| set.run_on(&mut self.0, |m| m.postgres))?)
    }

    fn read(&mut self, table: &Table, skip: u64, each: EachRow<'_>) -> Result<(), CopyError> {
        let sql = format!("{} OFFSET {skip}", table.select());
        let mut rows = self.0.query_raw(&sql, std::iter::empty::<i64>()).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            each(crate::postgres_engine::from_postgres("a row to copy", &row)?.0)?;
        }
        Ok(())
    }

    fn add(&mut self, table: &Table, rows: &[Vec<Value>], copied: u64) -> Result<(), CopyError> {
        let types: Vec<Type> =
            table.columns.iter().map(|column| column.kind.of_postgres()).collect();
        let mut transaction = self.0.transaction().map_err(failed)?;
        let copy = format!("COPY \"{}\" ({}) FROM STDIN BINARY", table.name, table.list());
        let mut writer =
            BinaryCopyInWriter::new(transaction.copy_in(&copy).map_err(failed)?, &types);
        for row in rows {
            let values: Vec<_> = row.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
            writer.write(&values).map_err(failed)?;
        }
        writer.finish().map_err(failed)?;
        let count = format!("UPDATE {UNFINISHED_COPY} SET copied = $2 WHERE table_name = $1");
        let copied = i64::try_from(copied).unwrap_or(i64::MAX);
        transaction.execute(&count, &[&table.name, &copied]).map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    fn progress(&mut self) -> Result<Option<Progress>, CopyError> {
        let there = self.0.query_one("SELECT to_regclass($1) IS NOT NULL", &[&UNFINISHED_COPY]);
        if !there.map_err(failed)?.get::<_, bool>(0) {
            return Ok(None);
        }
        let sql = format!("SELECT source, table_name, copied FROM {UNFINISHED_COPY}");
        let rows = self.0.query(&sql, &[]).map_err(failed)?.into_iter();
        let rows = rows.map(|row| (row.get(0), row.get(1), row.get::<_, i64>(2).unsigned_abs()));
        Ok(Some(Progress::of(rows.collect())))
    }

    fn begin(&mut self, source: &str, tables: &[Table]) -> Result<(), CopyError> {
        let mut transaction = self.0.transaction().map_err(failed)?;
        transaction.batch_execute(&super::create_progress()).map_err(failed)?;
        let insert = format!("INSERT INTO {UNFINISHED_COPY} VALUES ($1, $2, 0)");
        for table in tables {
            transaction.execute(&insert, &[&source, &table.name]).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn continue_sequences(&mut self, tables: &[Table]) -> Result<(), CopyError> {
        for table in tables {
            for column in table.columns.iter().filter(|column| column.counts) {
                let sql = format!(
                    "SELECT setval(pg_get_serial_sequence('\"{0}\"', '{1}'),
                                   COALESCE(MAX(\"{1}\"), 0) + 1, false) FROM \"{0}\"",
                    table.name, column.name
                );
                self.0.execute(&sql, &[]).map_err(failed)?;
            }
        }
        // The planner knows nothing of what came by COPY.
        self.0.batch_execute("ANALYZE").map_err(failed)
    }

    fn finish(&mut self) -> Result<(), CopyError> {
        self.0.batch_execute(&format!("DROP TABLE {UNFINISHED_COPY}")).map_err(failed)
    }
}

fn kind(declared: &str) -> Option<Kind> {
    match declared {
        "boolean" => Some(Kind::Bool),
        "bigint" => Some(Kind::Int),
        "double precision" => Some(Kind::Real),
        "text" => Some(Kind::Text),
        "bytea" => Some(Kind::Bytes),
        "uuid" => Some(Kind::Uuid),
        _ => None,
    }
}

impl Kind {
    fn of_postgres(self) -> Type {
        match self {
            Self::Bool => Type::BOOL,
            Self::Int => Type::INT8,
            Self::Real => Type::FLOAT8,
            Self::Text => Type::TEXT,
            Self::Bytes => Type::BYTEA,
            Self::Uuid => Type::UUID,
        }
    }
}

fn failed(source: postgres::Error) -> CopyError {
    Error::postgres("a statement of the copy", source).into()
}
