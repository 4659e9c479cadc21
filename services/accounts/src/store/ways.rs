//! What a person can prove themselves with.

use crate::domain::second_step::Ways;
use database::{Error, Tx, sql};
use kernel::ids::PersonId;

pub(crate) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Ways, Error> {
    let (passwords, passkeys, authenticators, recovery_codes): (i64, i64, i64, i64) = tx.one(
        sql!(
            "SELECT (SELECT COUNT(*) FROM credentials WHERE person_id = $1),
                    (SELECT COUNT(*) FROM passkeys WHERE person_id = $1),
                    (SELECT COUNT(*) FROM authenticators WHERE person_id = $1),
                    (SELECT COUNT(*) FROM recovery_codes WHERE person_id = $1)"
        ),
        &[&person],
    )?;
    Ok(Ways {
        password: passwords > 0,
        passkeys: passkeys > 0,
        authenticator: authenticators > 0,
        recovery_codes,
    })
}
