//! It takes longer than promised, and the customer is told each time.

use super::{Act, Refusal, follow, tell};
use crate::{
    domain::ticket::{Command, Event},
    store::tickets::Ticket,
};
use contracts::prepstation::v1::TicketDelayed;
use database::Tx;
use kernel::Env;

/// Moves the promise on by so many minutes (1 to 240).
///
/// # Errors
/// Minutes out of bounds, no such ticket or role, a stale version, another state, or the database
/// failed.
pub fn delay_ticket(
    tx: &mut Tx<'_>,
    env: &Env,
    act: &Act,
    minutes: u32,
) -> Result<Ticket, Refusal> {
    let (ticket, event) = follow(tx, env, act, Command::Delay { minutes }, "")?;
    if let Event::Delayed { ready_at } = event {
        tell(tx, env, &ticket, act.actor, |ticket| TicketDelayed { ticket, ready_at })?;
    }
    Ok(ticket)
}
