//! People who are to be forgotten, and what is left of their orders.

use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{Id, PersonId};

/// Remembers whom to forget, and drops what only served them.
///
/// # Errors
/// The database refused.
pub(crate) fn remember(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO erased_people (person_id, erased_at) VALUES ($1, $2)
             ON CONFLICT (person_id) DO NOTHING"
        ),
        &[&person, &now],
    )?;
    tx.execute(sql!("DELETE FROM favourites WHERE owner_id = $1"), &[&person.uuid()])?;
    Ok(())
}

/// Takes name, telephone, e-mail, address and owner off the ended orders of erased people. What was
/// sold for how much stays, because the books need it. Tells how many orders there were.
///
/// # Errors
/// The database refused.
pub(crate) fn forget_ended_orders(tx: &mut Tx<'_>) -> Result<u64, Error> {
    tx.execute(
        sql!(
            r#"UPDATE orders SET person_id = NULL, address = NULL,
             contact = '{"name":"","phone":""}'
             WHERE person_id IN (SELECT person_id FROM erased_people)
             AND state IN ('completed', 'rejected', 'expired', 'cancelled')"#
        ),
        &[],
    )
}
