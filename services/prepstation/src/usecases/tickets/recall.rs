//! The last bump is taken back: Ready to In progress, Handed over to Ready, for ten minutes. The
//! second says `ticket.ready` again, with its new version.

use super::{Act, Refusal, follow, tell};
use crate::{
    domain::ticket::{Command, Event},
    store::tickets::Ticket,
};
use contracts::prepstation::v1::{TicketReady, TicketRecalled};
use database::Tx;
use kernel::Env;

/// Recalls a ticket to where it was before.
///
/// # Errors
/// No such ticket or role, a stale version, another state, too long ago, or the database failed.
pub fn recall_ticket(tx: &mut Tx<'_>, env: &Env, act: &Act) -> Result<Ticket, Refusal> {
    let (ticket, event) = follow(tx, env, act, Command::Recall, "")?;
    if event == Event::Recalled {
        tell(tx, env, &ticket, act.actor, |ticket| TicketRecalled { ticket })?;
    } else {
        tell(tx, env, &ticket, act.actor, |ticket| TicketReady { ticket })?;
    }
    Ok(ticket)
}
