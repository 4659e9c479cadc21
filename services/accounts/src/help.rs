//! What an operator does for somebody by command, over the database of accounts, which may be running.
//! The same as `/operator/people` does.

use crate::{
    domain::email,
    store::persons,
    usecases::{self, AccessEnded, Failure},
};
use database::{Database, Tx};
use kernel::{Env, ids::PersonId};

/// Nobody was helped.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct HelpError(#[from] NotHelped);

#[derive(Debug, thiserror::Error)]
enum NotHelped {
    #[error("nobody has an account with this address")]
    Nobody,
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<database::Error> for NotHelped {
    fn from(error: database::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// Ends all sessions of the person with this address and all that apps may do for them, and says what
/// ended.
///
/// # Errors
/// The database fails, or nobody has this address.
pub async fn end_sessions(database: &Database, env: Env, email: &str) -> Result<String, HelpError> {
    let key = email::key(email);
    let end = move |tx: &mut Tx<'_>| {
        let person = whose(tx, &key)?;
        Ok::<_, NotHelped>(usecases::end_all_access(tx, &env, person)?)
    };
    Ok(said(&database.write(end).await?))
}

/// Takes the authenticator app and the recovery codes off the account with this address, and passkeys
/// `with_passkeys`; ends all sessions, tells the person by mail, and says what was done.
///
/// # Errors
/// The database fails, or nobody has this address.
pub async fn reset_second_step(
    database: &Database,
    env: Env,
    email: &str,
    with_passkeys: bool,
) -> Result<String, HelpError> {
    let key = email::key(email);
    let reset = move |tx: &mut Tx<'_>| {
        let person = whose(tx, &key)?;
        let done = usecases::reset_second_step(tx, &env, person, with_passkeys)?;
        done.ok_or(NotHelped::Nobody)
    };
    let done = database.write(reset).await?;
    Ok(format!(
        "Taken off: authenticator apps {}, recovery codes {}, passkeys {}. {}",
        u8::from(done.authenticator),
        done.recovery_codes,
        done.passkeys,
        said(&done.ended)
    ))
}

fn whose(tx: &mut Tx<'_>, email_key: &str) -> Result<PersonId, NotHelped> {
    Ok(persons::by_email(tx, email_key)?.ok_or(NotHelped::Nobody)?.id)
}

fn said(ended: &AccessEnded) -> String {
    format!(
        "Ended: sessions {}, sign-ins at apps {}. Every service refuses them within seconds.",
        ended.sessions.len(),
        ended.apps
    )
}
