//! Where people are signed in.

use crate::domain::method::{self, Method};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{PersonId, SessionId};

/// One sign-in on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) person_id: PersonId,
    pub(crate) user_agent: String,
    pub(crate) network: String,
    pub(crate) methods: Vec<Method>,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    /// When its person proved last that it is them.
    pub(crate) proved_at: Timestamp,
    /// Where that takes two proofs: when and how the first was given.
    pub(crate) first_proof: Option<(Timestamp, Vec<Method>)>,
    pub(crate) revoked_at: Option<Timestamp>,
}

impl FromRow for Session {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            person_id: row.get(1)?,
            user_agent: row.get(2)?,
            created_at: row.get(3)?,
            used_at: row.get(4)?,
            ends_at: row.get(5)?,
            revoked_at: row.get(6)?,
            network: row.get(7)?,
            methods: method::methods(&row.get::<String>(8)?),
            proved_at: row.get(9)?,
            first_proof: row
                .get::<Option<Timestamp>>(10)?
                .zip(row.get::<Option<String>>(11)?)
                .map(|(at, words)| (at, method::methods(&words))),
        })
    }
}

impl Session {
    /// Whether its tokens may still be renewed.
    pub(crate) fn lives(&self, now: Timestamp) -> bool {
        let idle_until = self.used_at.checked_add(session::IDLE_LIFE).unwrap_or(Timestamp::MAX);
        self.revoked_at.is_none() && now < idle_until && now < self.ends_at
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO sessions (id, person_id, user_agent, created_at, used_at, ends_at, network, methods, proved_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            &session.id,
            &session.person_id,
            &session.user_agent,
            &session.created_at,
            &session.used_at,
            &session.ends_at,
            &session.network,
            &method::words(&session.methods),
            &session.proved_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn by_id(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Session>, Error> {
    tx.optional(
        sql!("SELECT id, person_id, user_agent, created_at, used_at, ends_at, revoked_at, network, methods, COALESCE(proved_at, created_at), first_proof_at, first_proof_by FROM sessions WHERE id = $1"),
        &[&id],
    )
}

/// For a change: the first of two wins.
pub(crate) fn lock(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Session>, Error> {
    tx.lock(
        sql!("SELECT id, person_id, user_agent, created_at, used_at, ends_at, revoked_at, network, methods, COALESCE(proved_at, created_at), first_proof_at, first_proof_by FROM sessions WHERE id = $1"),
        &[&id],
    )
}

/// A person's sessions that are not revoked, the one used last first.
pub(crate) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Session>, Error> {
    tx.all(
        sql!(
            "SELECT id, person_id, user_agent, created_at, used_at, ends_at, revoked_at, network, methods, COALESCE(proved_at, created_at), first_proof_at, first_proof_by FROM sessions
             WHERE person_id = $1 AND revoked_at IS NULL ORDER BY used_at DESC, id"
        ),
        &[&person],
    )
}

/// All that is known of a person's sessions, with those that ended, the one used last first.
pub(crate) fn all_of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Session>, Error> {
    tx.all(
        sql!(
            "SELECT id, person_id, user_agent, created_at, used_at, ends_at, revoked_at, network, methods, COALESCE(proved_at, created_at), first_proof_at, first_proof_by FROM sessions
             WHERE person_id = $1 ORDER BY used_at DESC, id"
        ),
        &[&person],
    )
}

/// Its person has given one of two proofs.
pub(crate) fn prove_first(
    tx: &mut Tx<'_>,
    id: SessionId,
    methods: &[Method],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE sessions SET first_proof_at = $2, first_proof_by = $3 WHERE id = $1"),
        &[&id, &now, &method::words(methods)],
    )?;
    Ok(())
}

/// Its person has proved again that it is them.
pub(crate) fn prove(
    tx: &mut Tx<'_>,
    id: SessionId,
    methods: &[Method],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE sessions SET proved_at = $2, methods = $3, first_proof_at = NULL, first_proof_by = NULL WHERE id = $1"),
        &[&id, &now, &method::words(methods)],
    )?;
    Ok(())
}

pub(crate) fn touch(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> Result<(), Error> {
    tx.execute(sql!("UPDATE sessions SET used_at = $2 WHERE id = $1"), &[&id, &now])?;
    Ok(())
}

pub(crate) fn revoke(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> Result<(), Error> {
    tx.execute(sql!("UPDATE sessions SET revoked_at = $2 WHERE id = $1"), &[&id, &now])?;
    Ok(())
}

/// Ends everybody's sessions, and tells how many.
pub(crate) fn revoke_all(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    tx.execute(sql!("UPDATE sessions SET revoked_at = $1 WHERE revoked_at IS NULL"), &[&now])
}

/// Forgets sessions that nobody can renew any more.
pub(crate) fn prune(
    tx: &mut Tx<'_>,
    now: Timestamp,
    idle_since: Timestamp,
    revoked_before: Timestamp,
) -> Result<u64, Error> {
    tx.execute(
        sql!("DELETE FROM sessions WHERE ends_at < $1 OR used_at < $2 OR revoked_at < $3"),
        &[&now, &idle_since, &revoked_before],
    )
}
