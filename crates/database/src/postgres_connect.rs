//! Connecting to PostgreSQL: makes the database or the schema of a service when it is not there
//! yet, and takes its part in the locks that keep migrations and copies from colliding.

use crate::{
    Error,
    postgres_url::{Address, Mode},
};
use kernel::in_words;
use postgres::{Client, error::SqlState};

/// The table that a copy keeps in its target until it is complete: nobody serves from that.
pub(crate) const UNFINISHED_COPY: &str = "unfinished_copy";

/// Advisory locks of a place, which is a schema of a database. Each connection that serves shares
/// the first; who copies has it alone. Who migrates has the second alone.
const SERVING: i32 = 0x0c0a_0001;
const MIGRATING: i32 = 0x0c0a_0002;

/// Who can read or change what goes to a database and comes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Nothing leaves this machine.
    Local,
    /// Encrypted, to a server whose certificate is for its name and signed by whom we trust.
    Verified,
    /// Encrypted; who stands in between can pretend to be the server.
    Encrypted,
    /// Everybody on the way.
    Open,
}

/// Connects to serve.
pub(crate) fn open(url: &str, schema: Option<&str>) -> Result<Client, Error> {
    let mut client = connect(url, schema)?;
    if !lock(&mut client, "SELECT pg_try_advisory_lock_shared($1, hashtext(current_schema()))")? {
        return Err(Error::unavailable(
            "`comanda database copy` works on it; start again when that has finished",
        ));
    }
    Ok(client)
}

/// Connects to copy: `None` while anybody serves.
pub(crate) fn open_alone(url: &str, schema: Option<&str>) -> Result<Option<Client>, Error> {
    let mut client = connect(url, schema)?;
    let alone = "SELECT pg_try_advisory_lock($1, hashtext(current_schema()))";
    Ok(lock(&mut client, alone)?.then_some(client))
}

/// Whether the database is there, and the schema in it.
pub(crate) fn exists(url: &str, schema: Option<&str>) -> Result<bool, Error> {
    match Address::of(url)?.connect() {
        Ok(mut client) => schema.map_or(Ok(true), |schema| has_schema(&mut client, schema)),
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_DATABASE) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Does work that only one connection at a time may do in this place.
pub(crate) fn one_at_a_time<T>(
    client: &mut Client,
    work: impl FnOnce(&mut Client) -> Result<T, Error>,
) -> Result<T, Error> {
    let ask = |client: &mut Client, sql| {
        client.execute(sql, &[&MIGRATING]).map_err(|source| Error::postgres(sql, source))
    };
    ask(client, "SELECT pg_advisory_lock($1, hashtext(current_schema()))")?;
    let done = work(client);
    ask(client, "SELECT pg_advisory_unlock($1, hashtext(current_schema()))")?;
    done
}

/// Connects to the server itself, outside of any service's place: for who administers it.
///
/// # Errors
/// It cannot be reached as the URL wants it.
pub fn connect_to_postgres(url: &str) -> Result<Client, Error> {
    Ok(Address::of(url)?.connect()?)
}

/// How far the way to the server of a URL is protected, by what the server says of it.
pub(crate) fn protection(url: &str) -> Result<Protection, Error> {
    let address = Address::of(url)?;
    if address.is_local() {
        return Ok(Protection::Local);
    }
    let sql = "SELECT COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)";
    let row = address.connect()?.query_one(sql, &[]).map_err(away)?;
    Ok(match (row.get::<_, bool>(0), address.mode) {
        (false, _) => Protection::Open,
        (true, Mode::VerifyFull) => Protection::Verified,
        (true, _) => Protection::Encrypted,
    })
}

fn connect(url: &str, schema: Option<&str>) -> Result<Client, Error> {
    let address = Address::of(url)?;
    let mut client = match address.connect() {
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_DATABASE) => {
            create_database(&address)?;
            address.connect()?
        }
        other => other?,
    };
    if let Some(schema) = schema {
        // Only where it is missing: a service whose role owns no more than its schema may not ask.
        if !has_schema(&mut client, schema)? {
            let sql = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
            // Two services may start at once; the loser of that race finds the schema.
            let made = client.batch_execute(&sql).or_else(|_| client.batch_execute(&sql));
            made.map_err(away)?;
        }
        // Nothing else, not even `public`: another service's table of the same name is not found.
        let path = format!("SET search_path TO {schema}");
        client.batch_execute(&path).map_err(away)?;
    }
    Ok(client)
}

fn has_schema(client: &mut Client, schema: &str) -> Result<bool, Error> {
    let row = client.query_one("SELECT to_regnamespace($1) IS NOT NULL", &[&schema]);
    row.map(|row| row.get(0)).map_err(away)
}

fn lock(client: &mut Client, sql: &'static str) -> Result<bool, Error> {
    let row = client.query_one(sql, &[&SERVING]).map_err(|source| Error::postgres(sql, source))?;
    Ok(row.get(0))
}

/// With the server's reason, which the driver's own words leave out.
fn away(error: postgres::Error) -> Error {
    Error::unavailable(in_words(&error))
}

fn create_database(address: &Address) -> Result<(), Error> {
    let name = address.config.get_dbname().unwrap_or_default();
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(Error::unavailable(format!("the database {name:?} does not exist")));
    }
    let mut admin = address.database("postgres").connect()?;
    // Who creates it at the same moment wins; the loser is told one of these.
    let lost = [SqlState::DUPLICATE_DATABASE, SqlState::UNIQUE_VIOLATION];
    match admin.batch_execute(&format!("CREATE DATABASE {name}")) {
        Err(error) if !error.code().is_some_and(|code| lost.contains(code)) => Err(away(error)),
        _ => Ok(()),
    }
}
