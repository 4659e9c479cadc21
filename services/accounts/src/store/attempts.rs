//! Sign-in attempts and known places, by hash: the table tells nobody who tried what.

use crate::domain::throttle::{Attempts, Scope};
use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::PersonId;
use sha2::{Digest, Sha256};

/// What is counted: a scope with the account or the address, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) scope: Scope,
    hash: [u8; 32],
}

impl Subject {
    pub(crate) fn new(scope: Scope, parts: &[&str]) -> Self {
        Self { scope, hash: hash(scope.name(), parts) }
    }
}

/// An account (its compared address) at an address of the network.
pub(crate) fn place(account: &str, address: &str) -> [u8; 32] {
    hash("place", &[account, address])
}

fn hash(name: &str, parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(name);
    for part in parts {
        hash.update([0]);
        hash.update(part);
    }
    hash.finalize().into()
}

/// Attempts of a subject, locked until the transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, subject: Subject) -> Result<Option<Attempts>, Error> {
    let row: Option<(i64, Timestamp)> = tx.lock(
        sql!("SELECT failures, last_at FROM sign_in_attempts WHERE subject = $1"),
        &[&subject.hash.as_slice()],
    )?;
    Ok(row.map(|(failures, last_at)| Attempts { failures, last_at }))
}

/// Makes sure that there is a row to lock, so that the first attempts count one by one, too.
pub(crate) fn prepare(tx: &mut Tx<'_>, subject: Subject, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        sql!("INSERT INTO sign_in_attempts (subject, failures, last_at) VALUES ($1, 0, $2) ON CONFLICT (subject) DO NOTHING"),
        &[&subject.hash.as_slice(), &now],
    )?;
    Ok(())
}

pub(crate) fn set(tx: &mut Tx<'_>, subject: Subject, attempts: Attempts) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE sign_in_attempts SET failures = $2, last_at = $3 WHERE subject = $1"),
        &[&subject.hash.as_slice(), &attempts.failures, &attempts.last_at],
    )?;
    Ok(())
}

/// One attempt of a subject has succeeded after all.
pub(crate) fn forgive_one(tx: &mut Tx<'_>, subject: Subject) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE sign_in_attempts SET failures = failures - 1 WHERE subject = $1 AND failures > 0"),
        &[&subject.hash.as_slice()],
    )?;
    Ok(())
}

pub(crate) fn forgive_all(tx: &mut Tx<'_>, subject: Subject) -> Result<(), Error> {
    tx.execute(
        sql!("DELETE FROM sign_in_attempts WHERE subject = $1"),
        &[&subject.hash.as_slice()],
    )?;
    Ok(())
}

pub(crate) fn is_known_place(tx: &mut Tx<'_>, place: &[u8; 32]) -> Result<bool, Error> {
    let row: Option<(i64,)> = tx.optional(
        sql!("SELECT CAST(1 AS BIGINT) FROM known_places WHERE subject = $1"),
        &[&place.as_slice()],
    )?;
    Ok(row.is_some())
}

/// Whether this person has signed in anywhere that is still known.
pub(crate) fn has_places(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Error> {
    let row: Option<(PersonId,)> = tx.optional(
        sql!("SELECT person_id FROM known_places WHERE person_id = $1 LIMIT 1"),
        &[&person],
    )?;
    Ok(row.is_some())
}

pub(crate) fn know_place(
    tx: &mut Tx<'_>,
    place: &[u8; 32],
    person: PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO known_places (subject, person_id, seen_at) VALUES ($1, $2, $3)
             ON CONFLICT (subject) DO UPDATE SET person_id = $2, seen_at = $3"
        ),
        &[&place.as_slice(), &person, &now],
    )?;
    Ok(())
}

/// Forgets attempts and places that were last seen before these instants.
pub(crate) fn prune(
    tx: &mut Tx<'_>,
    attempts_before: Timestamp,
    places_before: Timestamp,
) -> Result<u64, Error> {
    let attempts =
        tx.execute(sql!("DELETE FROM sign_in_attempts WHERE last_at < $1"), &[&attempts_before])?;
    let places =
        tx.execute(sql!("DELETE FROM known_places WHERE seen_at < $1"), &[&places_before])?;
    Ok(attempts + places)
}
