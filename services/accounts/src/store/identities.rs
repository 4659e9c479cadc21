//! Who a person is at other providers.

use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::PersonId;

/// A person at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkedIdentity {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) person_id: PersonId,
    /// As it was when it was linked; may be empty.
    pub(crate) email: String,
    pub(crate) linked_at: Timestamp,
    pub(crate) used_at: Timestamp,
}

impl FromRow for LinkedIdentity {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            issuer: row.get(0)?,
            subject: row.get(1)?,
            person_id: row.get(2)?,
            email: row.get(3)?,
            linked_at: row.get(4)?,
            used_at: row.get(5)?,
        })
    }
}

/// Links it. `false`: it is linked already.
pub(crate) fn insert(tx: &mut Tx<'_>, identity: &LinkedIdentity) -> Result<bool, Error> {
    let added = tx.execute(
        sql!(
            "INSERT INTO identities (issuer, subject, person_id, email, linked_at, used_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
        ),
        &[
            &identity.issuer,
            &identity.subject,
            &identity.person_id,
            &identity.email,
            &identity.linked_at,
            &identity.used_at,
        ],
    )?;
    Ok(added == 1)
}

/// Whose it is.
pub(crate) fn person(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
) -> Result<Option<PersonId>, Error> {
    let row: Option<(PersonId,)> = tx.optional(
        sql!("SELECT person_id FROM identities WHERE issuer = $1 AND subject = $2"),
        &[&issuer, &subject],
    )?;
    Ok(row.map(|(person,)| person))
}

/// A person's identities, the one used last first.
pub(crate) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<LinkedIdentity>, Error> {
    tx.all(
        sql!(
            "SELECT issuer, subject, person_id, email, linked_at, used_at FROM identities
             WHERE person_id = $1 ORDER BY used_at DESC, issuer, subject"
        ),
        &[&person],
    )
}

pub(crate) fn touch(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE identities SET used_at = $3 WHERE issuer = $1 AND subject = $2"),
        &[&issuer, &subject, &now],
    )?;
    Ok(())
}

pub(crate) fn delete(tx: &mut Tx<'_>, issuer: &str, subject: &str) -> Result<(), Error> {
    tx.execute(
        sql!("DELETE FROM identities WHERE issuer = $1 AND subject = $2"),
        &[&issuer, &subject],
    )?;
    Ok(())
}
