//! The kitchen calls off what it had accepted, until the food is ready, and says why.

use super::{Act, Refusal, follow, tell, tidy_reason};
use crate::{domain::ticket::Command, store::tickets::Ticket};
use contracts::prepstation::v1::TicketCancelled;
use database::Tx;
use kernel::Env;

/// Cancels an accepted ticket. The reason is said to the customer.
///
/// # Errors
/// No reason, no such ticket or role, a stale version, another state, or the database failed.
pub fn cancel_ticket(
    tx: &mut Tx<'_>,
    env: &Env,
    act: &Act,
    reason: &str,
) -> Result<Ticket, Refusal> {
    let reason = tidy_reason(reason)?;
    if reason.is_empty() {
        return Err(Refusal::Invalid("reason", "Tell the customer why."));
    }
    let (ticket, _) = follow(tx, env, act, Command::Cancel, &reason)?;
    tell(tx, env, &ticket, act.actor, |ticket| TicketCancelled { ticket, reason })?;
    Ok(ticket)
}
