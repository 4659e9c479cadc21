//! The customer or courier has the food.

use super::{Act, Refusal, follow, tell};
use crate::{domain::ticket::Command, store::tickets::Ticket};
use contracts::prepstation::v1::TicketHandedOver;
use database::Tx;
use kernel::Env;

/// Hands over a ticket that is ready.
///
/// # Errors
/// No such ticket or role, a stale version, another state, or the database failed.
pub fn hand_over_ticket(tx: &mut Tx<'_>, env: &Env, act: &Act) -> Result<Ticket, Refusal> {
    let (ticket, _) = follow(tx, env, act, Command::HandOver, "")?;
    tell(tx, env, &ticket, act.actor, |ticket| TicketHandedOver { ticket })?;
    Ok(ticket)
}
