//! The open transaction that a use-case works in.

use crate::{
    Error, FromRow, Row, Sql, ToValue, Value, postgres_engine::PostgresTx, sqlite_engine::SqliteTx,
};
use jiff::Timestamp;

/// Which database stands behind a transaction. Needed only where SQL has no common words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, embedded.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// An open transaction. Whoever returns `Err` from the use-case leaves nothing behind.
pub struct Tx<'a> {
    pub(crate) connection: Connection<'a>,
    pub(crate) state: State,
}

pub(crate) enum Connection<'a> {
    Sqlite(SqliteTx<'a>),
    Postgres(PostgresTx<'a>),
}

/// What the engine must know when the use-case is over.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) announced: bool,
    pub(crate) failed: bool,
    pub(crate) retryable: bool,
    pub(crate) disconnected: bool,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: Connection<'a>) -> Self {
        Self { connection, state: State::default() }
    }

    /// The engine behind this transaction.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.connection {
            Connection::Sqlite(_) => Engine::Sqlite,
            Connection::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and tells how many rows it touched.
    ///
    /// # Errors
    /// The engine refused. The transaction is lost then, whatever the use-case returns.
    pub fn execute(&mut self, sql: Sql, parameters: &[&dyn ToValue]) -> Result<u64, Error> {
        let values = values(parameters);
        let result = match &mut self.connection {
            Connection::Sqlite(tx) => tx.execute(sql.0, &values),
            Connection::Postgres(tx) => tx.execute(sql.0, &values),
        };
        self.note(result)
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// The engine refused, or a column holds another type than `T` expects.
    pub fn all<T: FromRow>(
        &mut self,
        sql: Sql,
        parameters: &[&dyn ToValue],
    ) -> Result<Vec<T>, Error> {
        self.query(sql.0, "", parameters)?.iter().map(T::from_row).collect()
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub fn optional<T: FromRow>(
        &mut self,
        sql: Sql,
        parameters: &[&dyn ToValue],
    ) -> Result<Option<T>, Error> {
        self.query(sql.0, "", parameters)?.first().map(T::from_row).transpose()
    }

    /// The first row, which must be there.
    ///
    /// # Errors
    /// [`Error::NoRow`], or as [`Tx::all`].
    pub fn one<T: FromRow>(&mut self, sql: Sql, parameters: &[&dyn ToValue]) -> Result<T, Error> {
        self.optional(sql, parameters)?.ok_or(Error::NoRow { sql: sql.0 })
    }

    /// The first row, locked until the transaction ends, so that of two decisions the first wins
    /// (`FOR UPDATE` on PostgreSQL; SQLite has one writer).
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub fn lock<T: FromRow>(
        &mut self,
        sql: Sql,
        parameters: &[&dyn ToValue],
    ) -> Result<Option<T>, Error> {
        self.query(sql.0, " FOR UPDATE", parameters)?.first().map(T::from_row).transpose()
    }

    /// The instant by the database's own clock: all replicas see the same one, whatever their
    /// machines' clocks show.
    ///
    /// # Errors
    /// The engine refused.
    pub fn now(&mut self) -> Result<Timestamp, Error> {
        let sql = match self.engine() {
            Engine::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
            Engine::Postgres => {
                "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
            }
        };
        self.query(sql, "", &[])?.first().ok_or(Error::NoRow { sql })?.get(0)
    }

    /// Wakes [`Database::announcements`](crate::Database::announcements) once this transaction is
    /// durable.
    pub fn announce(&mut self) {
        self.state.announced = true;
    }

    fn query(
        &mut self,
        sql: &'static str,
        lock: &'static str,
        parameters: &[&dyn ToValue],
    ) -> Result<Vec<Row>, Error> {
        let values = values(parameters);
        let result = match &mut self.connection {
            Connection::Sqlite(tx) => tx.query(sql, &values),
            Connection::Postgres(tx) => tx.query(sql, lock, &values),
        };
        self.note(result)
    }

    fn note<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.state.failed = true;
            self.state.retryable |= error.is_retryable();
            self.state.disconnected |= error.is_disconnect();
        }
        result
    }
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("engine", &self.engine()).field("state", &self.state).finish()
    }
}

fn values(parameters: &[&dyn ToValue]) -> Vec<Value> {
    parameters.iter().copied().map(ToValue::to_value).collect()
}
