//! Prepstation says who works where, and what the restaurants are called.

use super::Failure;
use crate::store::memberships;
use contracts::prepstation::v1::{RestaurantChanged, StaffChanged};
use database::Tx;
use kernel::{Env, ids::EventId};

/// The name in the inbox.
pub(crate) const CONSUMER: &str = "accounts";

/// Keeps a membership as prepstation says.
pub(crate) fn change_staff(
    tx: &mut Tx<'_>,
    env: &Env,
    event: EventId,
    fact: &StaffChanged,
) -> Result<(), Failure> {
    if outbox::first_time(tx, CONSUMER, event, env.now)? {
        memberships::set(tx, fact.person_id, fact.restaurant_id, fact.role)?;
    }
    Ok(())
}

/// Keeps a restaurant's name, for the account page.
pub(crate) fn change_restaurant(
    tx: &mut Tx<'_>,
    env: &Env,
    event: EventId,
    fact: &RestaurantChanged,
) -> Result<(), Failure> {
    if outbox::first_time(tx, CONSUMER, event, env.now)? {
        memberships::set_restaurant(tx, fact.restaurant_id, &fact.slug, &fact.name)?;
    }
    Ok(())
}
