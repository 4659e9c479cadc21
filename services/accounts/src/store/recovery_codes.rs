//! Recovery codes, by hash. One that was used is gone.

use database::{Error, Tx, sql};
use kernel::ids::PersonId;
use sha2::{Digest, Sha256};

/// These are a person's codes from now on, and no others.
pub(crate) fn replace(tx: &mut Tx<'_>, person: PersonId, codes: &[String]) -> Result<(), Error> {
    delete(tx, person)?;
    for code in codes {
        tx.execute(
            sql!("INSERT INTO recovery_codes (person_id, hash) VALUES ($1, $2)"),
            &[&person, &hash(code).as_slice()],
        )?;
    }
    Ok(())
}

/// Uses a code up. Of two at the same moment one is told that there is none.
pub(crate) fn take(tx: &mut Tx<'_>, person: PersonId, code: &str) -> Result<bool, Error> {
    let taken = tx.execute(
        sql!("DELETE FROM recovery_codes WHERE person_id = $1 AND hash = $2"),
        &[&person, &hash(code).as_slice()],
    )?;
    Ok(taken == 1)
}

/// Tells how many there were.
pub(crate) fn delete(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, Error> {
    tx.execute(sql!("DELETE FROM recovery_codes WHERE person_id = $1"), &[&person])
}

fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code).into()
}
