//! Somebody begins to cook.

use super::{Act, Refusal, follow, tell};
use crate::{domain::ticket::Command, store::tickets::Ticket};
use contracts::prepstation::v1::TicketStarted;
use database::Tx;
use kernel::Env;

/// Starts an accepted ticket.
///
/// # Errors
/// No such ticket or role, a stale version, another state, or the database failed.
pub fn start_ticket(tx: &mut Tx<'_>, env: &Env, act: &Act) -> Result<Ticket, Refusal> {
    let (ticket, _) = follow(tx, env, act, Command::Start, "")?;
    tell(tx, env, &ticket, act.actor, |ticket| TicketStarted { ticket })?;
    Ok(ticket)
}
