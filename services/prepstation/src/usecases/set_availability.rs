//! A cook takes an item or an option off sale (86), or puts it back.

use super::{Actor, Refusal, enter};
use crate::{
    domain::{
        Flaw,
        availability::{OnSale, Until, next_business_day},
        staff::Task,
    },
    events::publish::{item_availability_changed, publish},
    store,
};
use database::Tx;
use jiff::Timestamp;
use kernel::{Env, ids::RestaurantId, menu::Menu};

/// What is needed.
#[derive(Debug, Clone)]
pub struct SetAvailability {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// Which item or option.
    pub what: OnSale,
    /// `None`: on sale again.
    pub off_until: Option<Until>,
}

/// Off sale until then (`Some(None)`: until somebody puts it back), or on sale (`None`).
pub type OffUntil = Option<Option<Timestamp>>;

/// Changes it, tells others, and says how it stands now.
///
/// # Errors
/// [`Refusal::NotFound`] when neither the published menu nor the draft has it, an end in the past,
/// no such restaurant or role, or the database failed.
pub fn set_availability(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &SetAvailability,
) -> Result<OffUntil, Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Cook)?;
    if !exists(tx, restaurant.id, command.what)? {
        return Err(Refusal::NotFound);
    }
    let Some(until) = command.off_until else {
        put_back(tx, env, restaurant.id, command.what)?;
        return Ok(None);
    };
    let until = match until {
        Until::PutBack => None,
        Until::Tomorrow => Some(next_business_day(&restaurant.hours, env.now)),
        Until::At(at) if at <= env.now => {
            return Err(Flaw::new("/until", "Choose an instant that is still to come").into());
        }
        Until::At(at) => Some(at),
    };
    take_off(tx, env, restaurant.id, command.what, until)?;
    Ok(Some(until))
}

/// Takes something off sale; for other use-cases too (a rejected ticket names what ran out).
///
/// # Errors
/// The database failed.
pub fn take_off(
    tx: &mut Tx<'_>,
    env: &Env,
    restaurant: RestaurantId,
    what: OnSale,
    until: Option<Timestamp>,
) -> Result<(), Refusal> {
    let version = store::restaurants::next_version(tx, restaurant, env.now)?;
    store::availability::take_off(tx, restaurant, what, until)?;
    publish(tx, env, version, item_availability_changed(restaurant, what, false, until))
}

fn put_back(
    tx: &mut Tx<'_>,
    env: &Env,
    restaurant: RestaurantId,
    what: OnSale,
) -> Result<(), Refusal> {
    if store::availability::put_back(tx, restaurant, what)? {
        let version = store::restaurants::next_version(tx, restaurant, env.now)?;
        publish(tx, env, version, item_availability_changed(restaurant, what, true, None))?;
    }
    Ok(())
}

fn exists(tx: &mut Tx<'_>, restaurant: RestaurantId, what: OnSale) -> Result<bool, Refusal> {
    let lists = |menu: &Menu| match what {
        OnSale::Item(id) => menu.item(id).is_some(),
        OnSale::Option(id) => menu.option(id).is_some(),
    };
    if store::menus::published(tx, restaurant)?.is_some_and(|(menu, _)| lists(&menu)) {
        return Ok(true);
    }
    Ok(store::menus::draft(tx, restaurant)?.is_some_and(|draft| lists(&draft.menu)))
}
