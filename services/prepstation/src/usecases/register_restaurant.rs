//! A restaurant joins. Customers see it once its first menu is published.

use super::{Actor, Refusal, hire, invalid_unless_empty};
use crate::{
    domain::{
        Flaw,
        restaurant::{Profile, Restaurant, is_slug},
        staff::Role,
    },
    events::publish::{publish, restaurant_changed},
    store,
};
use database::Tx;
use kernel::{
    Currency, Env,
    hours::OpeningHours,
    ids::{PersonId, RestaurantId},
};

/// Somebody to work there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// Where they are invited.
    pub email: String,
    /// Their person, when it is known already.
    pub person_id: Option<PersonId>,
    /// What they may do.
    pub role: Role,
}

/// What is needed.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterRestaurant {
    /// A fresh one, or from the slug for imports.
    pub id: RestaurantId,
    /// The address; unique.
    pub slug: String,
    /// Its description; `listed` is ignored.
    pub profile: Profile,
    /// Of all its prices.
    pub currency: Currency,
    /// When it is open.
    pub hours: OpeningHours,
    /// Who works there from the start.
    pub staff: Vec<Newcomer>,
}

/// Writes the restaurant and invites its staff.
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::SlugTaken`], or the database failed.
pub fn register_restaurant(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &RegisterRestaurant,
) -> Result<Restaurant, Refusal> {
    let mut flaws = command.profile.flaws(command.currency);
    if !is_slug(&command.slug) {
        flaws.push(Flaw::new("/slug", "Lower-case letters, digits and single hyphens"));
    }
    invalid_unless_empty(flaws)?;
    if store::restaurants::by_slug(tx, &command.slug)?.is_some() {
        return Err(Refusal::SlugTaken(command.slug.clone()));
    }
    let mut restaurant = Restaurant {
        id: command.id,
        slug: command.slug.clone(),
        profile: Profile { listed: false, ..command.profile.clone() },
        currency: command.currency,
        hours: command.hours.clone(),
        version: 1,
        updated_at: env.now,
    };
    store::restaurants::insert(tx, &restaurant)?;
    publish(tx, env, restaurant.version, restaurant_changed(&restaurant))?;
    for newcomer in &command.staff {
        hire::invite(tx, env, restaurant.id, Actor::System, newcomer)?;
    }
    restaurant.version += command.staff.len() as i64;
    Ok(restaurant)
}
