//! Sign-ins at apps, with their codes and tokens, all by hash: the table lets nobody in.

use crate::domain::{
    method::{self, Method},
    scope::{self, Scope, Scopes},
};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{ClientId, GrantId, PersonId, SessionId};

/// One sign-in at an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) id: GrantId,
    pub(crate) client: ClientId,
    pub(crate) person: PersonId,
    pub(crate) session: SessionId,
    pub(crate) scopes: Scopes,
    pub(crate) methods: Vec<Method>,
    pub(crate) proved_at: Timestamp,
    pub(crate) created_at: Timestamp,
    /// Over after this, however much it is used.
    pub(crate) ends_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
}

/// A code that waits for its app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) grant: GrantId,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) nonce: Option<String>,
    pub(crate) ends_at: Timestamp,
    pub(crate) used: bool,
}

/// A refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refresh {
    pub(crate) grant: GrantId,
    pub(crate) ends_at: Timestamp,
    /// When its successor was given out, and what makes that.
    pub(crate) used: Option<(Timestamp, Vec<u8>)>,
}

impl FromRow for Grant {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            client: row.get(1)?,
            person: row.get(2)?,
            session: row.get(3)?,
            scopes: scope::scopes(&row.get::<String>(4)?),
            methods: method::methods(&row.get::<String>(5)?),
            proved_at: row.get(6)?,
            created_at: row.get(7)?,
            ends_at: row.get(8)?,
            ended_at: row.get(9)?,
        })
    }
}

impl FromRow for Code {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            grant: row.get(0)?,
            redirect_uri: row.get(1)?,
            challenge: row.get(2)?,
            nonce: row.get(3)?,
            ends_at: row.get(4)?,
            used: row.get::<Option<Timestamp>>(5)?.is_some(),
        })
    }
}

impl FromRow for Refresh {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let used_at: Option<Timestamp> = row.get(2)?;
        Ok(Self { grant: row.get(0)?, ends_at: row.get(1)?, used: used_at.zip(row.get(3)?) })
    }
}

impl Grant {
    /// Whether it outlives the session that it came from.
    pub(crate) fn is_offline(&self) -> bool {
        self.scopes.contains(&Scope::OfflineAccess)
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, grant: &Grant) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO oauth_grants (id, client_id, person_id, session_id, scopes, methods, proved_at, created_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            &grant.id,
            &grant.client,
            &grant.person,
            &grant.session,
            &scope::words(&grant.scopes),
            &method::words(&grant.methods),
            &grant.proved_at,
            &grant.created_at,
            &grant.ends_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn by_id(tx: &mut Tx<'_>, id: GrantId) -> Result<Option<Grant>, Error> {
    tx.optional(
        sql!("SELECT id, client_id, person_id, session_id, scopes, methods, proved_at, created_at, ends_at, ended_at FROM oauth_grants WHERE id = $1"),
        &[&id],
    )
}

/// Nothing that came of it counts any more.
pub(crate) fn end(tx: &mut Tx<'_>, id: GrantId, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE oauth_grants SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL"),
        &[&id, &now],
    )?;
    Ok(())
}

pub(crate) fn end_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    client: ClientId,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE oauth_grants SET ended_at = $3 WHERE person_id = $1 AND client_id = $2 AND ended_at IS NULL"),
        &[&person, &client, &now],
    )?;
    Ok(())
}

/// Ends all of a person, and tells how many.
pub(crate) fn end_of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Timestamp,
) -> Result<u64, Error> {
    tx.execute(
        sql!("UPDATE oauth_grants SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL"),
        &[&person, &now],
    )
}

pub(crate) fn end_all(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
    tx.execute(sql!("UPDATE oauth_grants SET ended_at = $1 WHERE ended_at IS NULL"), &[&now])?;
    Ok(())
}

pub(crate) fn insert_code(tx: &mut Tx<'_>, hash: &[u8; 32], code: &Code) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO oauth_codes (hash, grant_id, redirect_uri, challenge, nonce, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        &[
            &hash.as_slice(),
            &code.grant,
            &code.redirect_uri,
            &code.challenge,
            &code.nonce,
            &code.ends_at,
        ],
    )?;
    Ok(())
}

/// For its use: the first of two wins.
pub(crate) fn lock_code(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<Code>, Error> {
    tx.lock(
        sql!("SELECT grant_id, redirect_uri, challenge, nonce, ends_at, used_at FROM oauth_codes WHERE hash = $1"),
        &[&hash.as_slice()],
    )
}

pub(crate) fn use_code(tx: &mut Tx<'_>, hash: &[u8; 32], now: Timestamp) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE oauth_codes SET used_at = $2 WHERE hash = $1"),
        &[&hash.as_slice(), &now],
    )?;
    Ok(())
}

pub(crate) fn insert_access(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    grant: GrantId,
    ends_at: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("INSERT INTO oauth_access_tokens (hash, grant_id, ends_at) VALUES ($1, $2, $3)"),
        &[&hash.as_slice(), &grant, &ends_at],
    )?;
    Ok(())
}

/// The grant of an access token that has not ended by itself.
pub(crate) fn of_access(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<GrantId>, Error> {
    let row: Option<(GrantId,)> = tx.optional(
        sql!("SELECT grant_id FROM oauth_access_tokens WHERE hash = $1 AND ends_at > $2"),
        &[&hash.as_slice(), &now],
    )?;
    Ok(row.map(|(grant,)| grant))
}

pub(crate) fn delete_access(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM oauth_access_tokens WHERE hash = $1"), &[&hash.as_slice()])?;
    Ok(())
}

pub(crate) fn insert_refresh(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    grant: GrantId,
    ends_at: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("INSERT INTO oauth_refresh_tokens (hash, grant_id, ends_at) VALUES ($1, $2, $3)"),
        &[&hash.as_slice(), &grant, &ends_at],
    )?;
    Ok(())
}

/// For its use: the first of two wins.
pub(crate) fn lock_refresh(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<Refresh>, Error> {
    tx.lock(
        sql!("SELECT grant_id, ends_at, used_at, salt FROM oauth_refresh_tokens WHERE hash = $1"),
        &[&hash.as_slice()],
    )
}

pub(crate) fn use_refresh(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    salt: &[u8; 32],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE oauth_refresh_tokens SET used_at = $2, salt = $3 WHERE hash = $1"),
        &[&hash.as_slice(), &now, &salt.as_slice()],
    )?;
    Ok(())
}

/// With codes and tokens.
pub(crate) fn delete_of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM oauth_grants WHERE person_id = $1"), &[&person])?;
    Ok(())
}

pub(super) fn delete_of_client(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM oauth_grants WHERE client_id = $1"), &[&client])?;
    Ok(())
}

/// Forgets what nobody can use any more. Used codes and refresh tokens stay as long as their grant:
/// who shows one again is a thief, or was robbed.
pub(crate) fn prune(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ended_before: Timestamp,
) -> Result<u64, Error> {
    let access =
        tx.execute(sql!("DELETE FROM oauth_access_tokens WHERE ends_at <= $1"), &[&now])?;
    let refresh =
        tx.execute(sql!("DELETE FROM oauth_refresh_tokens WHERE ends_at <= $1"), &[&now])?;
    let never_used = tx.execute(
        sql!("DELETE FROM oauth_grants WHERE id IN (SELECT grant_id FROM oauth_codes WHERE used_at IS NULL AND ends_at <= $1)"),
        &[&now],
    )?;
    let grants = tx.execute(
        sql!("DELETE FROM oauth_grants WHERE ends_at <= $1 OR ended_at <= $2"),
        &[&now, &ended_before],
    )?;
    Ok(access + refresh + never_used + grants)
}
