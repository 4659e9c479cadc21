//! Rows of what became of tickets, step by step.

use super::tickets::state;
use crate::domain::ticket::State;
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{PersonId, TicketId};

/// One step of a ticket's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The version after it.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// From where; the same as `to` when only the promise moved.
    pub from: State,
    /// To where.
    pub to: State,
    /// Who; nobody when orderhub or a timer did it.
    pub by: Option<PersonId>,
    /// In words; may be empty.
    pub reason: String,
}

impl FromRow for Step {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            version: row.get(0)?,
            at: row.get(1)?,
            from: state(row, 2)?,
            to: state(row, 3)?,
            by: row.get(4)?,
            reason: row.get(5)?,
        })
    }
}

/// Adds a step.
///
/// # Errors
/// The database failed.
pub fn insert(tx: &mut Tx<'_>, ticket: TicketId, step: &Step) -> Result<(), Error> {
    let Step { version, at, from, to, by, reason } = step;
    tx.execute(
        sql!(
            "INSERT INTO ticket_history (ticket_id, version, at, from_state, to_state, person_id, \
             reason) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[&ticket, version, at, &from.key(), &to.key(), by, reason],
    )?;
    Ok(())
}

/// The history of a ticket, in order.
///
/// # Errors
/// The database failed.
pub fn of(tx: &mut Tx<'_>, ticket: TicketId) -> Result<Vec<Step>, Error> {
    tx.all(
        sql!(
            "SELECT version, at, from_state, to_state, person_id, reason FROM ticket_history \
             WHERE ticket_id = $1 ORDER BY version"
        ),
        &[&ticket],
    )
}
