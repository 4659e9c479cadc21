//! Passkeys: public keys, and what their authenticators tell of themselves.

use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{PasskeyId, PersonId};

/// A passkey of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passkey {
    pub(crate) id: PasskeyId,
    pub(crate) person_id: PersonId,
    pub(crate) credential_id: Vec<u8>,
    /// What its owner calls it.
    pub(crate) name: String,
    /// As `webauthn_rp` writes it.
    pub(crate) public_key: Vec<u8>,
    /// As `webauthn_rp` writes it: the counter of signatures and more.
    pub(crate) state: Vec<u8>,
    /// As `webauthn_rp` writes it: how a browser reaches it.
    pub(crate) transports: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
}

impl FromRow for Passkey {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            person_id: row.get(1)?,
            credential_id: row.get(2)?,
            name: row.get(3)?,
            public_key: row.get(4)?,
            state: row.get(5)?,
            transports: row.get(6)?,
            created_at: row.get(7)?,
            used_at: row.get(8)?,
        })
    }
}

/// Adds one. `false`: somebody has this one already.
pub(crate) fn insert(tx: &mut Tx<'_>, passkey: &Passkey) -> Result<bool, Error> {
    let added = tx.execute(
        sql!(
            "INSERT INTO passkeys (id, person_id, credential_id, name, public_key, state, transports, created_at, used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
        ),
        &[
            &passkey.id,
            &passkey.person_id,
            &passkey.credential_id,
            &passkey.name,
            &passkey.public_key,
            &passkey.state,
            &passkey.transports,
            &passkey.created_at,
            &passkey.used_at,
        ],
    )?;
    Ok(added == 1)
}

/// A person's passkeys, the oldest first.
pub(crate) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Passkey>, Error> {
    tx.all(
        sql!(
            "SELECT id, person_id, credential_id, name, public_key, state, transports, created_at, used_at
             FROM passkeys WHERE person_id = $1 ORDER BY created_at, id"
        ),
        &[&person],
    )
}

/// The one that its authenticator calls so, locked until the transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, credential_id: &[u8]) -> Result<Option<Passkey>, Error> {
    tx.lock(
        sql!(
            "SELECT id, person_id, credential_id, name, public_key, state, transports, created_at, used_at
             FROM passkeys WHERE credential_id = $1"
        ),
        &[&credential_id],
    )
}

/// It was used, and its authenticator told this of itself.
pub(crate) fn set_used(
    tx: &mut Tx<'_>,
    id: PasskeyId,
    state: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE passkeys SET state = $2, used_at = $3 WHERE id = $1"),
        &[&id, &state, &now],
    )?;
    Ok(())
}

/// Removes one of a person's. `false`: they have no such one.
pub(crate) fn delete(tx: &mut Tx<'_>, person: PersonId, id: PasskeyId) -> Result<bool, Error> {
    let deleted =
        tx.execute(sql!("DELETE FROM passkeys WHERE id = $1 AND person_id = $2"), &[&id, &person])?;
    Ok(deleted == 1)
}

/// Removes all of a person, and tells how many.
pub(crate) fn delete_all(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, Error> {
    tx.execute(sql!("DELETE FROM passkeys WHERE person_id = $1"), &[&person])
}
