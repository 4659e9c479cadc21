//! Where a page of a list of tickets begins. A cursor names the last ticket of the page before.

use crate::store::tickets::Ticket;
use jiff::Timestamp;
use kernel::ids::{Id, TicketId};
use web::Problem;

/// The place below which a page begins; above all tickets without a cursor.
///
/// # Errors
/// 400: [`next`] has not written this.
pub(crate) fn read(cursor: Option<&str>) -> Result<(Timestamp, TicketId), Problem> {
    let Some(text) = cursor else {
        return Ok((Timestamp::MAX, TicketId::from_uuid(uuid::Uuid::max())));
    };
    let read = || {
        let (micros, id) = text.split_once('.')?;
        let at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        Some((at, id.parse().ok()?))
    };
    read().ok_or_else(|| Problem::bad_request("invalid_query").detail("This is no cursor of ours."))
}

/// Cuts a list that was read one ticket too long, and gives the cursor of the next page if there is
/// one.
pub(crate) fn next(found: &mut Vec<Ticket>, limit: u32) -> Option<String> {
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let last = found.last().filter(|_| more)?;
    Some(format!("{}.{}", last.placed_at.as_microsecond(), last.id))
}
