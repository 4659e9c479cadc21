//! What happens to tickets: one file per verb. Each changes the ticket, takes the next place on the
//! board, writes the history and publishes its fact in one transaction.

use super::{Actor, authorise};
use crate::{
    domain::{
        staff::{Role, Task},
        ticket::{self, Command, Event},
    },
    events::publish::publish,
    store::{
        boards,
        ticket_history::{self, Step},
        tickets::{self, Ticket},
    },
};
use contracts::{Fact, prepstation::v1::TicketRef};
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, TicketId},
};
use runtime::Refuses;

pub mod accept;
pub mod acknowledge;
pub mod cancel;
pub mod delay;
pub mod end_order;
pub mod forget_customer;
pub mod hand_over;
pub mod mark_received;
pub mod ready;
pub mod recall;
pub mod receive_order;
pub mod reject;
pub mod start;

/// Longest reason that a person may write.
pub const LONGEST_REASON: usize = 300;

/// Who does something to which ticket, and which version of it they saw.
#[derive(Debug, Clone, Copy)]
pub struct Act {
    /// Which.
    pub ticket: TicketId,
    /// Who.
    pub actor: Actor,
    /// What they saw: of two decisions the first wins.
    pub version: u32,
}

/// Why the kitchen's command is not followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No such ticket, or none that the actor may know of.
    #[error("there is no such ticket")]
    NotFound,
    /// The actor works here, but has too low a role.
    #[error("this takes the role of {}", .0.label().to_lowercase())]
    Forbidden(Role),
    /// Somebody else was first.
    #[error("Somebody else has changed this ticket in the meantime.")]
    Stale(Box<Ticket>),
    /// It does not fit what the ticket is now.
    #[error("{why}")]
    NotNow {
        /// The rule.
        why: ticket::Refusal,
        /// The truth.
        ticket: Box<Ticket>,
    },
    /// The minutes or the reason are out of bounds, or an item is not on the ticket. With a pointer
    /// to the field.
    #[error("{1}")]
    Invalid(&'static str, &'static str),
    /// What the office's rules or the outbox refuse.
    #[error(transparent)]
    Office(super::Refusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl Refuses for Refusal {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("not_found"),
            Self::Forbidden(_) => Some("forbidden"),
            Self::Stale(_) => Some("stale"),
            Self::NotNow { .. } => Some("not_now"),
            Self::Invalid(..) => Some("invalid"),
            Self::Office(refusal) => refusal.refusal(),
            Self::Database(_) => None,
        }
    }
}

impl From<super::Refusal> for Refusal {
    fn from(refusal: super::Refusal) -> Self {
        match refusal {
            super::Refusal::NotFound => Self::NotFound,
            super::Refusal::Forbidden(role) => Self::Forbidden(role),
            super::Refusal::Database(error) => Self::Database(error),
            other => Self::Office(other),
        }
    }
}

/// Follows a person's command: locks, checks role and version, asks the machine, keeps the outcome.
fn follow(
    tx: &mut Tx<'_>,
    env: &Env,
    act: &Act,
    command: Command,
    reason: &str,
) -> Result<(Ticket, Event), Refusal> {
    let ticket = tickets::locked(tx, act.ticket)?.ok_or(Refusal::NotFound)?;
    authorise(tx, ticket.restaurant_id, act.actor, Task::Cook)?;
    if ticket.progress.version != act.version {
        return Err(Refusal::Stale(Box::new(ticket)));
    }
    change(tx, env, ticket, act.actor.person(), command, reason)
}

/// Asks the machine and keeps the outcome, with its place on the board and in the history.
fn change(
    tx: &mut Tx<'_>,
    env: &Env,
    mut ticket: Ticket,
    by: Option<PersonId>,
    command: Command,
    reason: &str,
) -> Result<(Ticket, Event), Refusal> {
    let before = ticket.progress;
    let (after, event) = match before.follow(command, env.now) {
        Ok(followed) => followed,
        Err(ticket::Refusal::Minutes) => {
            return Err(Refusal::Invalid("minutes", "Choose between 1 and 240 minutes."));
        }
        Err(why) => return Err(Refusal::NotNow { why, ticket: Box::new(ticket) }),
    };
    ticket.progress = after;
    ticket.board_seq = boards::next_seq(tx, ticket.restaurant_id)?;
    ticket.cause = env.trace;
    // Who decides has seen it.
    ticket.received_at = ticket.received_at.or(by.map(|_| env.now));
    if !reason.is_empty() {
        reason.clone_into(&mut ticket.reason);
    }
    tickets::update(tx, &ticket)?;
    let step = Step {
        version: after.version,
        at: env.now,
        from: before.state,
        to: after.state,
        by,
        reason: reason.to_owned(),
    };
    ticket_history::insert(tx, ticket.id, &step)?;
    Ok((ticket, event))
}

/// Publishes what became of a ticket.
fn tell<F: Fact>(
    tx: &mut Tx<'_>,
    env: &Env,
    ticket: &Ticket,
    by: Actor,
    fact: impl FnOnce(TicketRef) -> F,
) -> Result<(), Refusal> {
    let reference = TicketRef {
        ticket_id: ticket.id,
        order_id: ticket.order_id,
        restaurant_id: ticket.restaurant_id,
        at: env.now,
        by: by.person(),
    };
    Ok(publish(tx, env, ticket.progress.version.into(), fact(reference))?)
}

/// A person's words as they are kept: one line, within bounds.
fn tidy_reason(text: &str) -> Result<String, Refusal> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > LONGEST_REASON || text.chars().any(char::is_control) {
        return Err(Refusal::Invalid("reason", "Write at most 300 characters."));
    }
    Ok(text)
}
