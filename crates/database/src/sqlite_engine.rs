//! SQLite: one writer thread that commits waiting use-cases together, and readers beside it.
//!
//! Each use-case of a batch has a savepoint, so that a refusal rolls back alone; the batch has one
//! `COMMIT`, so that one fsync serves all; the answers go out after it.

use crate::{
    Error, Migrations, Row, Tx, Value,
    database::Announcements,
    job::{Job, Verdict},
    postgres_connect::UNFINISHED_COPY,
    sql::for_sqlite,
    tx::Connection,
};
use rusqlite::{
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::mpsc::Receiver;

/// A batch is bounded, so that the first caller of a busy minute does not wait for the last.
const BATCH: usize = 256;

/// A commit is durable when it is in the write-ahead log, which is carried over to the file at each
/// 4000 pages (16 MiB): a page that changes often is then written there once instead of four times.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;";

/// The writer keeps up to 16 MiB of pages, eight times the default: what a busy town touches in a
/// batch is then read once. An idle one holds what it has touched.
/// What is deleted is overwritten with zeros: erased people are not in the file's free space either.
const WRITER: &str = "PRAGMA cache_size = -16384; PRAGMA secure_delete = ON;";

pub(crate) struct SqliteConnection {
    connection: rusqlite::Connection,
    texts: HashMap<&'static str, String>,
}

pub(crate) struct SqliteTx<'a> {
    connection: &'a rusqlite::Connection,
    texts: &'a mut HashMap<&'static str, String>,
}

impl SqliteConnection {
    pub(crate) fn open(file: &Path) -> Result<Self, Error> {
        let mut connection = rusqlite::Connection::open(file).map_err(Error::unavailable)?;
        connection.busy_handler(Some(wait_for_the_other_writer)).map_err(Error::unavailable)?;
        connection.execute_batch(SETTINGS).map_err(Error::unavailable)?;
        // One plan for a text: else each new value of a compared column has it planned anew.
        let stable_plans = DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
        connection.set_db_config(stable_plans, true).map_err(Error::unavailable)?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(Self { connection, texts: HashMap::new() })
    }

    /// For work that is no use-case.
    pub(crate) fn into_inner(self) -> rusqlite::Connection {
        self.connection
    }

    /// For the writer thread.
    pub(crate) fn open_writer(file: &Path) -> Result<Self, Error> {
        let writer = Self::open(file)?;
        writer.connection.execute_batch(WRITER).map_err(Error::unavailable)?;
        Ok(writer)
    }

    /// For reading only: a write is refused by the engine.
    pub(crate) fn open_reader(file: &Path) -> Result<Self, Error> {
        let reader = Self::open(file)?;
        reader.connection.execute_batch("PRAGMA query_only = ON").map_err(Error::unavailable)?;
        Ok(reader)
    }

    pub(crate) fn migrate(&mut self, migrations: &[Migrations]) -> Result<(), Error> {
        let found = self.connection.table_exists(None, UNFINISHED_COPY);
        if found.map_err(Error::unavailable)? {
            return Err(Error::unfinished_copy());
        }
        migrations.iter().try_for_each(|set| set.run_on(&mut self.connection, |m| m.sqlite))
    }

    /// Prepares a text without running it.
    pub(crate) fn check(&self, text: &'static str) -> Result<(), Error> {
        let prepared = self.connection.prepare(&for_sqlite(text));
        prepared.map(|_| ()).map_err(|source| Error::sqlite(text, source))
    }

    fn tx(&mut self) -> Tx<'_> {
        Tx::new(Connection::Sqlite(SqliteTx {
            connection: &self.connection,
            texts: &mut self.texts,
        }))
    }

    fn run(&self, sql: &'static str) -> Result<(), Error> {
        let mut statement =
            self.connection.prepare_cached(sql).map_err(|e| Error::sqlite(sql, e))?;
        statement.execute([]).map(|_| ()).map_err(|e| Error::sqlite(sql, e))
    }
}

/// Another process writes to the same file. SQLite's own waiting sleeps up to a tenth of a second at
/// a time, which shows in the slowest answers; a commit takes less than a millisecond.
fn wait_for_the_other_writer(attempts: i32) -> bool {
    std::thread::sleep(std::time::Duration::from_millis(1));
    attempts < 5000
}

/// The life of the writer thread.
pub(crate) fn write_loop(
    mut connection: SqliteConnection,
    mut jobs: Receiver<Box<dyn Job>>,
    announcements: &Announcements,
) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = Batch::default();
        let committed = batch.run(&mut connection, first, &mut jobs);
        metrics::histogram!("database_group_commit_size").record(batch.done.len() as f64);
        batch.answer(committed, announcements);
    }
}

#[derive(Default)]
struct Batch {
    done: Vec<(Box<dyn Job>, Verdict)>,
    announced: bool,
}

impl Batch {
    fn run(
        &mut self,
        connection: &mut SqliteConnection,
        first: Box<dyn Job>,
        jobs: &mut Receiver<Box<dyn Job>>,
    ) -> Result<(), Error> {
        let begun = connection.run("BEGIN IMMEDIATE");
        let mut next = Some(first);
        if let Err(error) = begun {
            self.done.extend(next.map(|job| (job, Verdict::Keep)));
            return Err(error);
        }
        while let Some(job) = next.take() {
            self.run_one(connection, job)?;
            if self.done.len() < BATCH {
                next = jobs.try_recv().ok();
            }
        }
        connection.run("COMMIT").inspect_err(|_| {
            // Fails when SQLite has rolled back by itself; either way nothing is open afterwards.
            let _ = connection.run("ROLLBACK");
        })
    }

    fn run_one(
        &mut self,
        connection: &mut SqliteConnection,
        mut job: Box<dyn Job>,
    ) -> Result<(), Error> {
        connection.run("SAVEPOINT use_case")?;
        let verdict = {
            let mut tx = connection.tx();
            let verdict = job.run(&mut tx);
            self.announced |= tx.state.announced && verdict == Verdict::Keep;
            verdict
        };
        self.done.push((job, verdict));
        if connection.connection.is_autocommit() {
            // A full disk or an IO error makes SQLite roll back the whole batch.
            return Err(Error::unavailable("the engine rolled the batch back"));
        }
        if verdict == Verdict::Discard {
            connection.run("ROLLBACK TO use_case")?;
        }
        connection.run("RELEASE use_case")
    }

    /// Who kept something learns of a lost commit; a refusal stays a refusal.
    fn answer(self, committed: Result<(), Error>, announcements: &Announcements) {
        let failure = committed.err().map(|error| error.to_string());
        if failure.is_none() && self.announced {
            announcements.announce();
        }
        for (job, verdict) in self.done {
            let lost = failure.as_ref().filter(|_| verdict == Verdict::Keep);
            job.answer(lost.map(Error::unavailable));
        }
    }
}

/// The life of a reader thread.
pub(crate) fn read_loop(
    mut connection: SqliteConnection,
    jobs: &Arc<Mutex<Receiver<Box<dyn Job>>>>,
) {
    while let Some(mut job) = next_job(jobs) {
        if let Err(error) = connection.run("BEGIN") {
            job.answer(Some(error));
            continue;
        }
        job.run(&mut connection.tx());
        let ended = connection.run("ROLLBACK");
        job.answer(ended.err());
    }
}

/// Idle threads queue for the lock; the one that holds it waits for work.
pub(crate) fn next_job(jobs: &Arc<Mutex<Receiver<Box<dyn Job>>>>) -> Option<Box<dyn Job>> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

impl SqliteTx<'_> {
    fn statement(&mut self, sql: &'static str) -> Result<rusqlite::CachedStatement<'_>, Error> {
        let text = self.texts.entry(sql).or_insert_with(|| for_sqlite(sql));
        self.connection.prepare_cached(text).map_err(|source| Error::sqlite(sql, source))
    }

    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, Error> {
        let mut statement = self.statement(sql)?;
        let changed = statement.execute(rusqlite::params_from_iter(values));
        changed.map(|rows| rows as u64).map_err(|source| Error::sqlite(sql, source))
    }

    pub(crate) fn query(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>, Error> {
        let failed = |source| Error::sqlite(sql, source);
        let mut statement = self.statement(sql)?;
        let columns = statement.column_count();
        let mut found = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(failed)? {
            let values = (0..columns).map(|column| row.get_ref(column).map(from_sqlite));
            rows.push(Row(values.collect::<Result<_, _>>().map_err(failed)?));
        }
        Ok(rows)
    }
}

/// `None`: a text that is no text.
pub(crate) fn exactly(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).ok().map(Value::Text),
        other => Some(from_sqlite(other)),
    }
}

fn from_sqlite(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Uuid(uuid) => ValueRef::Blob(uuid.as_bytes()),
        }))
    }
}
