//! The food stands at the counter.

use super::{Act, Refusal, follow, tell};
use crate::{domain::ticket::Command, store::tickets::Ticket};
use contracts::prepstation::v1::TicketReady;
use database::Tx;
use kernel::Env;

/// Makes a ticket that is being cooked ready.
///
/// # Errors
/// No such ticket or role, a stale version, another state, or the database failed.
pub fn ready_ticket(tx: &mut Tx<'_>, env: &Env, act: &Act) -> Result<Ticket, Refusal> {
    let (ticket, _) = follow(tx, env, act, Command::Ready, "")?;
    tell(tx, env, &ticket, act.actor, |ticket| TicketReady { ticket })?;
    Ok(ticket)
}
