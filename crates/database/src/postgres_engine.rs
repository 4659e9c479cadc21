//! PostgreSQL: a pool of threads with a connection each; what the server asks to repeat is repeated.

use crate::{
    Error, Migrations, Row, Tx, Value,
    database::Announcements,
    job::{Job, Verdict},
    postgres_connect::open,
    postgres_migrate,
    sqlite_engine::next_job,
    tx::{Connection, State},
};
use bytes::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use std::{
    collections::HashMap,
    error::Error as StdError,
    sync::{Arc, Mutex},
};
use tokio::sync::mpsc::Receiver;
use uuid::Uuid;

/// Serialization failures and deadlocks are rare here; more than this many in a row is a fault.
const ATTEMPTS: u32 = 8;

/// What is prepared on a connection, by its text and the lock that is added to it.
type Statements = HashMap<(&'static str, &'static str), postgres::Statement>;

pub(crate) struct PostgresConnection {
    url: String,
    schema: Option<String>,
    client: Option<postgres::Client>,
    statements: Statements,
}

pub(crate) struct PostgresTx<'a> {
    transaction: postgres::Transaction<'a>,
    statements: &'a mut Statements,
}

impl PostgresConnection {
    pub(crate) fn new(url: String, schema: Option<String>) -> Self {
        Self { url, schema, client: None, statements: HashMap::new() }
    }

    pub(crate) fn connect(&mut self) -> Result<&mut postgres::Client, Error> {
        if self.client.as_ref().is_none_or(postgres::Client::is_closed) {
            self.statements.clear();
            self.client = Some(open(&self.url, self.schema.as_deref())?);
        }
        self.client.as_mut().ok_or_else(|| Error::unavailable("no connection"))
    }

    pub(crate) fn migrate(&mut self, migrations: &[Migrations]) -> Result<(), Error> {
        postgres_migrate::migrate(self.connect()?, migrations)
    }

    /// Prepares a text without running it.
    pub(crate) fn check(&mut self, text: &'static str) -> Result<(), Error> {
        self.connect()?.prepare(text).map(|_| ()).map_err(|source| Error::postgres(text, source))
    }

    /// Runs a job until it is done, refused, or hopeless.
    fn run(&mut self, job: &mut dyn Job, write: bool) -> Result<bool, Error> {
        let mut last = Error::unavailable("the server kept asking to repeat");
        for _ in 0..ATTEMPTS {
            match self.attempt(job, write) {
                Attempt::Done { announced } => return Ok(announced),
                Attempt::Failed(error) => return Err(error),
                Attempt::Repeat(error) => last = error,
            }
        }
        Err(last)
    }

    fn attempt(&mut self, job: &mut dyn Job, write: bool) -> Attempt {
        if let Err(error) = self.connect() {
            return Attempt::Failed(error);
        }
        let Self { client: Some(client), statements, .. } = self else {
            return Attempt::Failed(Error::unavailable("no connection"));
        };
        let transaction = match client.build_transaction().read_only(!write).start() {
            Ok(transaction) => transaction,
            // The server closed the connection while it was idle: nothing has happened yet.
            Err(source) => return Attempt::Repeat(Error::unavailable(source)),
        };
        let mut tx = Tx::new(Connection::Postgres(PostgresTx { transaction, statements }));
        let verdict = job.run(&mut tx);
        let Tx { connection: Connection::Postgres(PostgresTx { transaction, .. }), state } = tx
        else {
            return Attempt::Failed(Error::Aborted);
        };
        finish(transaction, verdict, &state, write)
    }
}

enum Attempt {
    Done { announced: bool },
    Repeat(Error),
    Failed(Error),
}

fn finish(
    transaction: postgres::Transaction<'_>,
    verdict: Verdict,
    state: &State,
    write: bool,
) -> Attempt {
    if state.retryable || state.disconnected {
        // Nothing was committed. A dead connection cannot even be rolled back.
        let _ = transaction.rollback();
        return Attempt::Repeat(Error::unavailable("the connection was lost in the transaction"));
    }
    if verdict == Verdict::Discard || !write {
        let _ = transaction.rollback();
        return Attempt::Done { announced: false };
    }
    match transaction.commit().map_err(|source| Error::postgres("COMMIT", source)) {
        Ok(()) => Attempt::Done { announced: state.announced },
        Err(error) if error.is_retryable() => Attempt::Repeat(error),
        // Lost between the question and the answer: the change may stand. Only the caller's
        // idempotency key can tell, so it is not repeated here.
        Err(error) => Attempt::Failed(Error::unavailable(error)),
    }
}

/// The life of a worker thread, for writes and reads alike.
pub(crate) fn work_loop(
    mut connection: PostgresConnection,
    jobs: &Arc<Mutex<Receiver<Box<dyn Job>>>>,
    write: bool,
    announcements: &Announcements,
) {
    while let Some(mut job) = next_job(jobs) {
        let result = connection.run(job.as_mut(), write);
        if let Ok(true) = result {
            announcements.announce();
        }
        job.answer(result.err());
    }
}

impl PostgresTx<'_> {
    fn statement(
        &mut self,
        text: &'static str,
        lock: &'static str,
    ) -> Result<postgres::Statement, Error> {
        if let Some(statement) = self.statements.get(&(text, lock)) {
            return Ok(statement.clone());
        }
        let prepared = match lock {
            "" => self.transaction.prepare(text),
            lock => self.transaction.prepare(&format!("{text}{lock}")),
        };
        let statement = prepared.map_err(|source| Error::postgres(text, source))?;
        self.statements.insert((text, lock), statement.clone());
        Ok(statement)
    }

    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, Error> {
        let statement = self.statement(sql, "")?;
        self.transaction
            .execute(&statement, &bound(values))
            .map_err(|source| Error::postgres(sql, source))
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        lock: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql, lock)?;
        let rows = self.transaction.query(&statement, &bound(values));
        let rows = rows.map_err(|source| Error::postgres(sql, source))?;
        rows.iter().map(|row| from_postgres(sql, row)).collect()
    }
}

fn bound(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

pub(crate) fn from_postgres(sql: &'static str, row: &postgres::Row) -> Result<Row, Error> {
    let failed = |source| Error::postgres(sql, source);
    let values = row.columns().iter().enumerate().map(|(index, column)| {
        Ok(match *column.type_() {
            Type::BOOL => row.try_get::<_, Option<bool>>(index).map_err(failed)?.map(Value::Bool),
            Type::INT8 => row.try_get::<_, Option<i64>>(index).map_err(failed)?.map(Value::Int),
            Type::INT4 => {
                row.try_get::<_, Option<i32>>(index).map_err(failed)?.map(|n| Value::Int(n.into()))
            }
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(index).map_err(failed)?.map(Value::Real),
            Type::BYTEA => {
                row.try_get::<_, Option<Vec<u8>>>(index).map_err(failed)?.map(Value::Bytes)
            }
            Type::UUID => row.try_get::<_, Option<Uuid>>(index).map_err(failed)?.map(Value::Uuid),
            _ => row.try_get::<_, Option<String>>(index).map_err(failed)?.map(Value::Text),
        }
        .unwrap_or(Value::Null))
    });
    values.collect::<Result<_, Error>>().map(Row)
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(flag) => flag.to_sql_checked(ty, out),
            Self::Int(number) if *ty == Type::INT4 => {
                i32::try_from(*number)?.to_sql_checked(ty, out)
            }
            Self::Int(number) => number.to_sql_checked(ty, out),
            Self::Real(number) => number.to_sql_checked(ty, out),
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(ty, out),
            Self::Uuid(uuid) => uuid.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Each variant checks for itself.
        true
    }

    to_sql_checked!();
}
