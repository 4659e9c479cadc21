//! What people's authenticator apps and we both know.

use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::PersonId;

/// A person's app: its sealed secret, and the step of the last code that was taken. Locked until the
/// transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<(Vec<u8>, i64)>, Error> {
    tx.lock(sql!("SELECT secret, last_step FROM authenticators WHERE person_id = $1"), &[&person])
}

/// This is a person's app from now on.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    person: PersonId,
    secret: &[u8],
    last_step: i64,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO authenticators (person_id, secret, last_step, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (person_id) DO UPDATE SET secret = $2, last_step = $3, created_at = $4"
        ),
        &[&person, &secret, &last_step, &now],
    )?;
    Ok(())
}

/// The code of `step` was taken.
pub(crate) fn use_step(tx: &mut Tx<'_>, person: PersonId, step: i64) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE authenticators SET last_step = $2 WHERE person_id = $1"),
        &[&person, &step],
    )?;
    Ok(())
}

/// `false`: there was none.
pub(crate) fn delete(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Error> {
    let deleted =
        tx.execute(sql!("DELETE FROM authenticators WHERE person_id = $1"), &[&person])?;
    Ok(deleted == 1)
}
