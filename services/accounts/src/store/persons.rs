//! People and their passwords.

use crate::domain::email::{self, Email};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::PersonId;

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) email_verified: bool,
    pub(crate) operator: bool,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
}

impl FromRow for Person {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            email: row.get(1)?,
            name: row.get(2)?,
            email_verified: row.get(3)?,
            operator: row.get(4)?,
            version: row.get(5)?,
            created_at: row.get(6)?,
        })
    }
}

/// Adds a person. `false`: the address or the id is taken.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    person: &Person,
    email: &Email,
    demo: bool,
) -> Result<bool, Error> {
    let added = tx.execute(
        sql!(
            "INSERT INTO persons (id, email, email_key, name, email_verified, operator, demo, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
        ),
        &[
            &person.id,
            &email.as_str(),
            &email.key(),
            &person.name,
            &person.email_verified,
            &person.operator,
            &demo,
            &person.version,
            &person.created_at,
        ],
    )?;
    Ok(added == 1)
}

pub(crate) fn by_id(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Person>, Error> {
    tx.optional(
        sql!("SELECT id, email, name, email_verified, operator, version, created_at FROM persons WHERE id = $1"),
        &[&id],
    )
}

/// Whose this address is.
pub(crate) fn by_email(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<Person>, Error> {
    tx.optional(
        sql!("SELECT id, email, name, email_verified, operator, version, created_at FROM persons WHERE email_key = $1"),
        &[&email_key],
    )
}

pub(crate) fn has_password(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, Error> {
    Ok(password_set_at(tx, id)?.is_some())
}

/// Since when a person has the password that they have.
pub(crate) fn password_set_at(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Timestamp>, Error> {
    let row: Option<(Timestamp,)> =
        tx.optional(sql!("SELECT changed_at FROM credentials WHERE person_id = $1"), &[&id])?;
    Ok(row.map(|(changed_at,)| changed_at))
}

/// For a change: the first of two wins.
pub(crate) fn lock(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Person>, Error> {
    tx.lock(
        sql!("SELECT id, email, name, email_verified, operator, version, created_at FROM persons WHERE id = $1"),
        &[&id],
    )
}

/// Who signs in with this address, their password's hash, and since when it is theirs.
pub(crate) fn credential(
    tx: &mut Tx<'_>,
    email_key: &str,
) -> Result<Option<(PersonId, String, Timestamp)>, Error> {
    tx.optional(
        sql!(
            "SELECT persons.id, credentials.password_hash, credentials.changed_at FROM persons
             JOIN credentials ON credentials.person_id = persons.id WHERE persons.email_key = $1"
        ),
        &[&email_key],
    )
}

pub(crate) fn set_password(
    tx: &mut Tx<'_>,
    id: PersonId,
    hash: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO credentials (person_id, password_hash, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (person_id) DO UPDATE SET password_hash = $2, changed_at = $3"
        ),
        &[&id, &hash, &now],
    )?;
    Ok(())
}

/// Nobody comes in any more but by mail, until the person sets up another way. Tells how many there
/// were.
pub(crate) fn remove_ways(tx: &mut Tx<'_>, id: PersonId) -> Result<u64, Error> {
    let mut removed = 0;
    for sql in [
        sql!("DELETE FROM identities WHERE person_id = $1"),
        sql!("DELETE FROM passkeys WHERE person_id = $1"),
        sql!("DELETE FROM authenticators WHERE person_id = $1"),
        sql!("DELETE FROM recovery_codes WHERE person_id = $1"),
        sql!("DELETE FROM credentials WHERE person_id = $1"),
    ] {
        removed += tx.execute(sql, &[&id])?;
    }
    Ok(removed)
}

/// The person has shown that they read what is sent to their address.
pub(crate) fn set_verified(tx: &mut Tx<'_>, id: PersonId) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE persons SET email_verified = $2, version = version + 1 WHERE id = $1"),
        &[&id, &true],
    )?;
    Ok(())
}

/// Gives a person another, confirmed address. `false`: it is taken; by another at the same moment, it is
/// [`Error::Unique`], and the transaction comes to nothing.
pub(crate) fn set_email(tx: &mut Tx<'_>, id: PersonId, email: &Email) -> Result<bool, Error> {
    let changed = tx.execute(
        sql!(
            "UPDATE persons SET email = $2, email_key = $3, email_verified = $4, version = version + 1
             WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM persons WHERE email_key = $3 AND id <> $1)"
        ),
        &[&id, &email.as_str(), &email.key(), &true],
    )?;
    Ok(changed == 1)
}

pub(crate) fn rename(tx: &mut Tx<'_>, id: PersonId, name: &str) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE persons SET name = $2, version = version + 1 WHERE id = $1"),
        &[&id, &name],
    )?;
    Ok(())
}

/// Removes a person with all that hangs on them, or waits for their address.
pub(crate) fn delete(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    let (id, email_key) = (person.id, email::key(&person.email));
    super::grants::delete_of_person(tx, id)?;
    super::consents::delete_of_person(tx, id)?;
    tx.execute(sql!("DELETE FROM known_places WHERE person_id = $1"), &[&id])?;
    super::one_time::delete_of_person(tx, id, &email_key)?;
    super::mails::delete_of_person(tx, id, &email_key)?;
    tx.execute(sql!("DELETE FROM memberships WHERE person_id = $1"), &[&id])?;
    tx.execute(sql!("DELETE FROM sessions WHERE person_id = $1"), &[&id])?;
    remove_ways(tx, id)?;
    tx.execute(sql!("DELETE FROM persons WHERE id = $1"), &[&id])?;
    Ok(())
}

/// Whether anybody has an account.
pub(crate) fn any(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let row: Option<(PersonId,)> = tx.optional(sql!("SELECT id FROM persons LIMIT 1"), &[])?;
    Ok(row.is_some())
}

/// Addresses of the demo people, for the hint on the sign-in page.
pub(crate) fn demo_emails(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Error> {
    tx.all(sql!("SELECT email, name FROM persons WHERE demo ORDER BY email"), &[])
}
