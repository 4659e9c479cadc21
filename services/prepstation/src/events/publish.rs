//! From our rows to the facts that others read.

use crate::{
    domain::{
        availability::{Availability, OnSale},
        restaurant::Restaurant,
        staff::Role,
    },
    usecases::Refusal,
};
use contracts::{Fact, prepstation::v1};
use database::Tx;
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{PersonId, RestaurantId},
};

/// Appends a fact to the outbox, in the caller's transaction.
///
/// # Errors
/// The fact is too large, cannot be written, or the database failed.
pub fn publish<T: Fact>(tx: &mut Tx<'_>, env: &Env, version: i64, fact: T) -> Result<(), Refusal> {
    let version = u64::try_from(version).unwrap_or_default();
    Ok(runtime::publish(tx, env, web::Service::Prepstation, version, fact)?)
}

/// The whole restaurant, as others see it.
#[must_use]
pub fn restaurant_changed(restaurant: &Restaurant) -> v1::RestaurantChanged {
    let Restaurant { id, slug, profile, currency, hours, .. } = restaurant.clone();
    let address = v1::Address {
        street: profile.address.street,
        postcode: profile.address.postcode,
        city: profile.address.city,
        country: profile.address.country,
        lat: profile.address.lat,
        lon: profile.address.lon,
    };
    let delivery = profile.delivery.map(|terms| v1::Delivery {
        radius_m: terms.radius_m,
        fee: terms.fee,
        minimum: terms.minimum,
    });
    v1::RestaurantChanged {
        restaurant_id: id,
        slug,
        name: profile.name,
        story: profile.story,
        badge: profile.badge,
        cuisines: profile.cuisines,
        art: profile.art,
        photo: profile.photo,
        plate: profile.plate,
        address,
        phone: profile.phone,
        currency,
        hours,
        pickup: profile.pickup,
        delivery,
        prep_minutes: profile.prep_minutes,
        answer_minutes: profile.answer_minutes,
        listed: profile.listed,
    }
}

/// Pause and busy, whole.
#[must_use]
pub fn availability_changed(
    restaurant_id: RestaurantId,
    availability: &Availability,
) -> v1::RestaurantAvailabilityChanged {
    v1::RestaurantAvailabilityChanged {
        restaurant_id,
        paused_until: availability.paused_until,
        pause_reason: availability.pause_reason.clone(),
        busy_extra_minutes: availability.busy_extra_minutes,
        busy_until: availability.busy_until,
    }
}

/// Something went off sale (until then) or is back.
#[must_use]
pub fn item_availability_changed(
    restaurant_id: RestaurantId,
    what: OnSale,
    available: bool,
    until: Option<Timestamp>,
) -> v1::ItemAvailabilityChanged {
    let what = match what {
        OnSale::Item(id) => v1::OnSale::Item(id),
        OnSale::Option(id) => v1::OnSale::Option(id),
    };
    v1::ItemAvailabilityChanged { restaurant_id, what, available, until }
}

/// Somebody joined, has another role, or left (`None`).
#[must_use]
pub fn staff_changed(
    restaurant_id: RestaurantId,
    person_id: PersonId,
    role: Option<Role>,
) -> v1::StaffChanged {
    let role = role.map(|role| match role {
        Role::Viewer => v1::Role::Viewer,
        Role::Cook => v1::Role::Cook,
        Role::Manager => v1::Role::Manager,
        Role::Owner => v1::Role::Owner,
    });
    v1::StaffChanged { restaurant_id, person_id, role }
}
