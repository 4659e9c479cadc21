//! A manager sets the opening hours.

use super::{Actor, Refusal, enter};
use crate::{
    domain::{restaurant::Restaurant, staff::Task},
    events::publish::{publish, restaurant_changed},
    store,
};
use database::Tx;
use kernel::{Env, hours::OpeningHours};

/// What is needed.
#[derive(Debug, Clone)]
pub struct SetHours {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// All of them.
    pub hours: OpeningHours,
}

/// Replaces the hours; tells others only if they differ.
///
/// # Errors
/// No such restaurant or role, or the database failed.
pub fn set_hours(tx: &mut Tx<'_>, env: &Env, command: &SetHours) -> Result<Restaurant, Refusal> {
    let (mut restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Manage)?;
    if restaurant.hours == command.hours {
        return Ok(restaurant);
    }
    restaurant.hours.clone_from(&command.hours);
    restaurant.version = store::restaurants::next_version(tx, restaurant.id, env.now)?;
    restaurant.updated_at = env.now;
    store::restaurants::update(tx, &restaurant)?;
    publish(tx, env, restaurant.version, restaurant_changed(&restaurant))?;
    Ok(restaurant)
}
