//! The kitchen says yes and promises a time.

use super::{Act, Refusal, follow, tell};
use crate::{
    domain::ticket::{Command, Event, MOST_MINUTES},
    store::tickets::Ticket,
};
use contracts::prepstation::v1::TicketAccepted;
use database::Tx;
use kernel::Env;

/// Accepts a ticket, to be ready in so many minutes (1 to 240).
///
/// # Errors
/// Minutes out of bounds, the order has expired, no such ticket or role, a stale version, another
/// state, or the database failed.
pub fn accept_ticket(
    tx: &mut Tx<'_>,
    env: &Env,
    act: &Act,
    ready_in_minutes: u32,
) -> Result<Ticket, Refusal> {
    if !(1..=MOST_MINUTES).contains(&ready_in_minutes) {
        return Err(Refusal::Invalid("ready_in_minutes", "Choose between 1 and 240 minutes."));
    }
    let (ticket, event) = follow(tx, env, act, Command::Accept { ready_in_minutes }, "")?;
    if let Event::Accepted { ready_at } = event {
        tell(tx, env, &ticket, act.actor, |ticket| TicketAccepted { ticket, ready_at })?;
    }
    Ok(ticket)
}
