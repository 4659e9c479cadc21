//! One SQL text on two engines: SQLite with group commit, PostgreSQL on a pool of threads.
//!
//! A use-case is a plain function over a [`Tx`]; [`Database::write`] runs it in a transaction and
//! answers only when that transaction is durable. Every SQL text passes through [`sql!`], so that a
//! test can prepare all of them on both engines. The reasons are in `docs/adr/0001-database.md`.

mod backup;
mod copy;
mod data_map;
mod database;
mod error;
mod job;
mod location;
mod migrate;
mod postgres_connect;
mod postgres_engine;
mod postgres_migrate;
mod postgres_tls;
mod postgres_url;
mod row;
mod sql;
mod sqlite_engine;
mod tx;
mod value;

pub use backup::back_up;
pub use copy::{Compared, CopyError, Step, Tally};
pub use data_map::{DataMap, Erased, Export, Personal, TableMap};
pub use database::{Database, Options};
pub use error::Error;
pub use location::{Location, LocationError};
pub use migrate::{Migration, Migrations};
pub use postgres_connect::{Protection, connect_to_postgres};
pub use row::{FromRow, Row};
pub use sql::{Sql, SqlText, registered};
pub use tx::{Engine, Tx};
pub use value::{FromValue, Json, ToValue, Value};

#[doc(hidden)]
pub use inventory;
