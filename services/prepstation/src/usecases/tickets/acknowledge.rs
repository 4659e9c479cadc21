//! A person has seen the ticket: the bell may stop.

use super::{Act, Refusal, follow, tell};
use crate::{domain::ticket::Command, store::tickets::Ticket};
use contracts::prepstation::v1::TicketAcknowledged;
use database::Tx;
use kernel::Env;

/// Acknowledges a new ticket.
///
/// # Errors
/// No such ticket or role, a stale version, another state, or the database failed.
pub fn acknowledge_ticket(tx: &mut Tx<'_>, env: &Env, act: &Act) -> Result<Ticket, Refusal> {
    let (ticket, _) = follow(tx, env, act, Command::Acknowledge, "")?;
    tell(tx, env, &ticket, act.actor, |ticket| TicketAcknowledged { ticket })?;
    Ok(ticket)
}
