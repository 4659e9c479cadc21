//! A manager changes what customers read about the restaurant.

use super::{Actor, Refusal, enter, invalid_unless_empty};
use crate::{
    domain::{
        Flaw,
        restaurant::{Profile, Restaurant},
        staff::Task,
    },
    events::publish::{publish, restaurant_changed},
    store,
};
use database::Tx;
use kernel::Env;

/// What is needed.
#[derive(Debug, Clone)]
pub struct ChangeRestaurant<F> {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// Changes the profile as it stands now.
    pub change: F,
}

/// Applies the change; tells others only if there is one.
///
/// # Errors
/// [`Refusal::Invalid`] with pointers into the profile, no such restaurant or role, or the database
/// failed.
pub fn change_restaurant<F: Fn(&mut Profile)>(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &ChangeRestaurant<F>,
) -> Result<Restaurant, Refusal> {
    let (mut restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Manage)?;
    let before = restaurant.profile.clone();
    (command.change)(&mut restaurant.profile);
    if restaurant.profile == before {
        return Ok(restaurant);
    }
    let mut flaws = restaurant.profile.flaws(restaurant.currency);
    let listing = restaurant.profile.listed && !before.listed;
    if listing && store::menus::published(tx, restaurant.id)?.is_none() {
        flaws.push(Flaw::new("/listed", "Publish a menu first; it lists the restaurant"));
    }
    invalid_unless_empty(flaws)?;
    restaurant.version = store::restaurants::next_version(tx, restaurant.id, env.now)?;
    restaurant.updated_at = env.now;
    store::restaurants::update(tx, &restaurant)?;
    publish(tx, env, restaurant.version, restaurant_changed(&restaurant))?;
    Ok(restaurant)
}
