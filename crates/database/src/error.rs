//! What can go wrong between a use-case and its database.

/// A failure of the database, as a use-case or its caller sees it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A unique index refused the row. `constraint` is the engine's description of it.
    #[error("a unique constraint refused the row: {constraint}")]
    Unique {
        /// Name (PostgreSQL) or columns (SQLite) of the index.
        constraint: String,
    },
    /// The query promised a row and there was none.
    #[error("the query found no row: {sql}")]
    NoRow {
        /// The SQL text.
        sql: &'static str,
    },
    /// A column did not hold what the code expects.
    #[error("column {column} does not hold {expected}")]
    Conversion {
        /// Zero-based column.
        column: usize,
        /// The expected type.
        expected: &'static str,
    },
    /// The database cannot be reached, is full or is stopping; the change was not made, or it is
    /// unknown whether it was: repeat it with the same idempotency key.
    #[error("the database is not available: {reason}")]
    Unavailable {
        /// In words for the log.
        reason: String,
    },
    /// A statement failed earlier in the transaction and the use-case went on: nothing was kept.
    #[error("the transaction had failed before its end")]
    Aborted,
    /// The use-case panicked; nothing was kept.
    #[error("the use-case panicked")]
    Panicked,
    /// SQLite refused a statement.
    #[error("SQLite refused: {sql}")]
    Sqlite {
        /// The SQL text.
        sql: &'static str,
        /// The engine's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// PostgreSQL refused a statement.
    #[error("PostgreSQL refused: {sql}")]
    Postgres {
        /// The SQL text.
        sql: &'static str,
        /// The engine's reason.
        #[source]
        source: postgres::Error,
    },
    /// A migration failed.
    #[error("migration of {set} failed")]
    Migration {
        /// Whose migrations.
        set: &'static str,
        /// The reason.
        #[source]
        source: Box<refinery::Error>,
    },
}

impl Error {
    /// The same statement may succeed when tried again in a new transaction (serialization failure,
    /// deadlock).
    pub(crate) fn is_retryable(&self) -> bool {
        use postgres::error::SqlState;
        let Self::Postgres { source, .. } = self else { return false };
        matches!(
            source.code(),
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
        )
    }

    /// The connection is of no more use.
    pub(crate) fn is_disconnect(&self) -> bool {
        use postgres::error::SqlState;
        let Self::Postgres { source, .. } = self else { return false };
        source.is_closed()
            || matches!(
                source.code(),
                Some(
                    &SqlState::ADMIN_SHUTDOWN
                        | &SqlState::CRASH_SHUTDOWN
                        | &SqlState::CANNOT_CONNECT_NOW
                )
            )
    }

    pub(crate) fn unfinished_copy() -> Self {
        Self::unavailable(
            "it holds an unfinished copy: run the same `comanda database copy` again, or remove it",
        )
    }

    pub(crate) fn unavailable(reason: impl std::fmt::Display) -> Self {
        Self::Unavailable { reason: reason.to_string() }
    }

    pub(crate) fn sqlite(sql: &'static str, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match source.sqlite_error() {
            Some(error) if error.code == ErrorCode::ConstraintViolation && is_unique(*error) => {
                Self::Unique { constraint: source.to_string() }
            }
            Some(error)
                if matches!(
                    error.code,
                    ErrorCode::DatabaseBusy | ErrorCode::DiskFull | ErrorCode::SystemIoFailure
                ) =>
            {
                Self::unavailable(source)
            }
            _ => Self::Sqlite { sql, source },
        }
    }

    pub(crate) fn postgres(sql: &'static str, source: postgres::Error) -> Self {
        use postgres::error::SqlState;
        match source.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => {
                let constraint = source.as_db_error().and_then(|error| error.constraint());
                Self::Unique { constraint: constraint.unwrap_or("unknown").to_owned() }
            }
            Some(&SqlState::DISK_FULL | &SqlState::TOO_MANY_CONNECTIONS) => {
                Self::unavailable(source)
            }
            _ => Self::Postgres { sql, source },
        }
    }
}

fn is_unique(error: rusqlite::ffi::Error) -> bool {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].contains(&error.extended_code)
}
