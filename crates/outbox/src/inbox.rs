//! The inbox: handling an event is effective once, however often the broker brings it.

use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::EventId;

/// Records that a consumer handles an event, in the transaction that handles it. `false`: it has
/// been handled before, and the use-case changes nothing.
///
/// # Errors
/// The database refused.
pub fn first_time(
    tx: &mut Tx<'_>,
    consumer: &str,
    event: EventId,
    now: Timestamp,
) -> Result<bool, Error> {
    let new = tx.execute(
        sql!(
            "INSERT INTO inbox (consumer, event_id, handled_at) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING"
        ),
        &[&consumer, &event, &now],
    )?;
    Ok(new == 1)
}
