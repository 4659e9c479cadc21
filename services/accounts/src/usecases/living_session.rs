//! The session of somebody who comes with its token. A token is looked at when a request begins, and
//! what it asks for is done later: the session may have ended in between. So whatever is done or signed
//! for it looks again, in its own transaction.

use crate::store::{
    memberships,
    persons::{self, Person},
    sessions::{self, Session},
};
use database::{Error, Tx};
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::Principal;

/// A session that has not ended, and cannot end before the transaction does. Nothing is signed for
/// any other.
#[derive(Debug)]
pub(super) struct LivingSession(SessionId);

/// Finds and locks a session. Nothing when it has ended, or is another's.
pub(super) fn living_session(
    tx: &mut Tx<'_>,
    env: &Env,
    (person, session): (PersonId, SessionId),
) -> Result<Option<LivingSession>, Error> {
    let found = sessions::lock(tx, session)?;
    let living = found.filter(|found| found.person_id == person && found.lives(env.now));
    Ok(living.map(|found| LivingSession(found.id)))
}

/// Whether somebody is still signed in. The person is locked, too, and first, as wherever more than one
/// row of theirs is: of two that lock in another order, each waits for the other.
pub(crate) fn is_signed_in(
    tx: &mut Tx<'_>,
    env: &Env,
    whose: (PersonId, SessionId),
) -> Result<bool, Error> {
    let known = persons::lock(tx, whose.0)?.is_some();
    Ok(known && living_session(tx, env, whose)?.is_some())
}

/// Begins a session.
pub(super) fn begin_session(tx: &mut Tx<'_>, session: &Session) -> Result<LivingSession, Error> {
    sessions::insert(tx, session)?;
    Ok(LivingSession(session.id))
}

impl LivingSession {
    /// A person as the session's token tells.
    pub(super) fn principal(&self, tx: &mut Tx<'_>, person: &Person) -> Result<Principal, Error> {
        Ok(Principal {
            person_id: person.id,
            session_id: self.0,
            name: person.name.clone(),
            email: person.email.clone(),
            operator: person.operator,
            roles: memberships::roles(tx, person.id)?,
        })
    }
}
