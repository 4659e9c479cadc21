//! What people let apps see.

use crate::domain::scope::{self, Scopes};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{ClientId, PersonId};

/// One person's word to one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consent {
    pub(crate) client: ClientId,
    pub(crate) client_name: String,
    pub(crate) scopes: Scopes,
    pub(crate) granted_at: Timestamp,
}

impl FromRow for Consent {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            client: row.get(0)?,
            client_name: row.get(1)?,
            scopes: scope::scopes(&row.get::<String>(2)?),
            granted_at: row.get(3)?,
        })
    }
}

/// What the person has granted so far; nothing when they were never asked. It is not taken back before
/// the transaction ends.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    person: PersonId,
    client: ClientId,
) -> Result<Option<Scopes>, Error> {
    let row: Option<(String,)> = tx.lock(
        sql!("SELECT scopes FROM oauth_consents WHERE person_id = $1 AND client_id = $2"),
        &[&person, &client],
    )?;
    Ok(row.map(|(words,)| scope::scopes(&words)))
}

pub(crate) fn set(
    tx: &mut Tx<'_>,
    person: PersonId,
    client: ClientId,
    scopes: &Scopes,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO oauth_consents (person_id, client_id, scopes, granted_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (person_id, client_id) DO UPDATE SET scopes = $3, granted_at = $4"
        ),
        &[&person, &client, &scope::words(scopes), &now],
    )?;
    Ok(())
}

/// A person's apps, by name.
pub(crate) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Consent>, Error> {
    tx.all(
        sql!(
            "SELECT oauth_clients.id, oauth_clients.name, oauth_consents.scopes, oauth_consents.granted_at
             FROM oauth_consents JOIN oauth_clients ON oauth_clients.id = oauth_consents.client_id
             WHERE oauth_consents.person_id = $1 ORDER BY oauth_clients.name, oauth_clients.id"
        ),
        &[&person],
    )
}

pub(crate) fn withdraw(tx: &mut Tx<'_>, person: PersonId, client: ClientId) -> Result<(), Error> {
    tx.execute(
        sql!("DELETE FROM oauth_consents WHERE person_id = $1 AND client_id = $2"),
        &[&person, &client],
    )?;
    Ok(())
}

pub(crate) fn delete_of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM oauth_consents WHERE person_id = $1"), &[&person])?;
    Ok(())
}

pub(super) fn delete_of_client(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM oauth_consents WHERE client_id = $1"), &[&client])?;
    Ok(())
}
