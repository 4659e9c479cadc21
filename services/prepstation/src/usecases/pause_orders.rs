//! A cook pauses orders, takes them again, or asks for more minutes an order. All of it ends by
//! itself at an instant that customers' pages know, so no timer is needed.

use super::{Actor, Refusal, enter};
use crate::{
    domain::{
        Flaw,
        availability::{Availability, next_business_day},
        staff::Task,
    },
    events::publish::{availability_changed, publish},
    store,
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::Env;

/// The end of a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseEnd {
    /// So many minutes from now.
    Minutes(u32),
    /// When the hours that run now end, or the next ones.
    ThisService,
    /// When the next business day begins.
    Today,
    /// At an instant.
    At(Timestamp),
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// No orders for a while.
    Pause(PauseEnd, String),
    /// Orders again.
    Resume,
    /// So many minutes more for each new order, until then; 0 ends it.
    Busy(u32, Option<Timestamp>),
}

/// What is needed.
#[derive(Debug, Clone)]
pub struct ChangeAvailability {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// What changes.
    pub step: Step,
}

/// So many minutes later; nothing when no calendar reaches that far.
pub(crate) fn minutes_from(now: Timestamp, minutes: u32) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_mins(i64::from(minutes))).ok()
}

/// Takes the step; tells others only if something changes.
///
/// # Errors
/// [`Refusal::Invalid`] for an end out of bounds, no such restaurant or role, or the database
/// failed.
pub fn change_availability(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &ChangeAvailability,
) -> Result<Availability, Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Cook)?;
    let before = store::availability::of(tx, restaurant.id)?;
    let mut availability = before.clone();
    match &command.step {
        Step::Pause(end, reason) => {
            let hours = &restaurant.hours;
            let until = match end {
                PauseEnd::Minutes(0) => {
                    return Err(Flaw::new("/minutes", "At least one minute").into());
                }
                PauseEnd::Minutes(minutes) => minutes_from(env.now, *minutes)
                    .ok_or(Flaw::new("/minutes", "A pause lasts at most 31 days"))?,
                PauseEnd::ThisService => {
                    hours.open_until(env.now).unwrap_or_else(|| next_business_day(hours, env.now))
                }
                PauseEnd::Today => next_business_day(hours, env.now),
                PauseEnd::At(until) => *until,
            };
            availability.pause(env.now, until, reason)?;
        }
        Step::Resume => availability.resume(),
        Step::Busy(extra, until) => availability.busy(env.now, *extra, *until)?,
    }
    if availability != before {
        let version = store::restaurants::next_version(tx, restaurant.id, env.now)?;
        store::availability::put(tx, restaurant.id, &availability)?;
        publish(tx, env, version, availability_changed(restaurant.id, &availability))?;
    }
    Ok(availability)
}
