//! Accounts says who somebody is; a verified address claims the places that the operator keeps for it.

use super::Refusal;
use crate::{
    domain::staff::tidy_email,
    events::publish::{publish, staff_changed},
    store,
};
use contracts::accounts::v1::PersonRegistered;
use database::Tx;
use kernel::{Env, ids::EventId};

/// Remembers the person once per event.
///
/// # Errors
/// The database failed.
pub fn know_person(
    tx: &mut Tx<'_>,
    env: &Env,
    consumer: &str,
    event: EventId,
    fact: &PersonRegistered,
) -> Result<(), Refusal> {
    if !outbox::first_time(tx, consumer, event, env.now)? {
        return Ok(());
    }
    let person = fact.person_id;
    let email = tidy_email(&fact.email).unwrap_or_default();
    store::staff::remember(tx, person, &email, fact.email_verified, &fact.name)?;
    if !fact.email_verified || email.is_empty() {
        return Ok(());
    }
    let mut restaurants = store::staff::claim(tx, &email, person)?;
    restaurants.sort_unstable();
    for restaurant in restaurants {
        let version = store::restaurants::next_version(tx, restaurant, env.now)?;
        let role = store::staff::role_of(tx, restaurant, person)?;
        publish(tx, env, version, staff_changed(restaurant, person, role))?;
    }
    Ok(())
}
