//! The database layer through its public door, on each engine.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod backup;
mod commits;
mod copy;
mod faults;
mod layouts;
mod migrating;
mod tls;
mod values;

use database::{Error, Migration, Migrations};

/// Two small tables, the same on both engines but for their types.
const TABLES: Migrations = Migrations {
    owner: "tests",
    list: &[Migration {
        name: "V1__tables",
        sqlite: "CREATE TABLE things (id BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, at INTEGER, cents INTEGER, flag INTEGER, body TEXT, bytes BLOB, ratio REAL) STRICT;
                 CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;",
        postgres: "CREATE TABLE things (id UUID PRIMARY KEY, name TEXT NOT NULL UNIQUE, at BIGINT, cents BIGINT, flag BOOLEAN, body TEXT, bytes BYTEA, ratio DOUBLE PRECISION);
                   CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);",
    }],
};

/// What the use-cases of these tests refuse with.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("refused by rule")]
    Rule,
    #[error(transparent)]
    Database(#[from] Error),
}
