//! `/api/v1/restaurants`: where the caller works, and what customers read about it.

use super::views::{RestaurantView, RestaurantsView, money};
use crate::{
    caller::Caller,
    domain::{
        Flaw,
        api_key::Scope,
        availability::{Availability, State as OpenState, state},
        restaurant::{Address, Delivery, Profile, Restaurant},
        staff::{Role, Task},
    },
    store,
    usecases::{
        Actor, Refusal, authorise,
        change_restaurant::{ChangeRestaurant, change_restaurant},
        enter, invalid_unless_empty,
    },
};
use axum::{Json, Router, extract::State, routing::get};
use jiff::Timestamp;
use kernel::{Currency, Money};
use runtime::Context;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::{JsonBody, PathOf, Problem};

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/api/v1/restaurants", get(mine))
        .route("/api/v1/restaurants/{restaurant}", get(one).patch(change))
}

/// The restaurants where the caller works.
#[utoipa::path(get, operation_id = "list_restaurants", path = "/api/v1/restaurants", tag = "restaurants",
    responses((status = 200, description = "As it is now", body = RestaurantsView), (status = 401, description = "Sign in first")))]
pub(super) async fn mine(
    State(context): State<Context>,
    caller: Caller,
) -> Result<Json<Value>, Problem> {
    let (actor, now) = (caller.may(Scope::RestaurantRead)?, context.clock.now());
    let list = context.database.read(move |tx| {
        let restaurants = match actor {
            Actor::Program { restaurant, .. } => {
                store::restaurants::by_id(tx, restaurant)?.into_iter().collect()
            }
            Actor::Person(person) => store::restaurants::of_person(tx, person)?,
            Actor::System => Vec::new(),
        };
        let mut list = Vec::new();
        for restaurant in restaurants {
            let role = authorise(tx, restaurant.id, actor, Task::See)?;
            let availability = store::availability::of(tx, restaurant.id)?;
            list.push(view(&restaurant, role, &availability, now));
        }
        Ok::<_, Refusal>(list)
    });
    Ok(Json(json!({"items": list.await?, "next": null})))
}

/// One restaurant, by its id or slug.
#[utoipa::path(get, operation_id = "get_restaurant", path = "/api/v1/restaurants/{restaurant}", tag = "restaurants",
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "As it is now", body = RestaurantView), (status = 404, description = "None, or not yours")))]
pub(super) async fn one(
    State(context): State<Context>,
    caller: Caller,
    PathOf(key): PathOf<String>,
) -> Result<Json<Value>, Problem> {
    let (actor, now) = (caller.may(Scope::RestaurantRead)?, context.clock.now());
    let found = context.database.read(move |tx| {
        let (restaurant, role) = enter(tx, &key, actor, Task::See)?;
        let availability = store::availability::of(tx, restaurant.id)?;
        Ok::<_, Refusal>(view(&restaurant, role, &availability, now))
    });
    Ok(Json(found.await?))
}

/// What may change; what is missing stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Change {
    name: Option<String>,
    story: Option<String>,
    badge: Option<String>,
    cuisines: Option<Vec<String>>,
    /// `null` takes the picture away.
    #[serde(deserialize_with = "present")]
    art: Option<Option<String>>,
    plate: Option<u16>,
    address: Option<ChangedAddress>,
    phone: Option<String>,
    pickup: Option<bool>,
    /// `null` ends deliveries.
    #[serde(deserialize_with = "present")]
    delivery: Option<Option<ChangedDelivery>>,
    prep_minutes: Option<u32>,
    answer_minutes: Option<u32>,
    listed: Option<bool>,
}

#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangedAddress {
    street: String,
    postcode: String,
    city: String,
    country: String,
    lat: f64,
    lon: f64,
}

#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangedDelivery {
    radius_m: u32,
    #[schema(schema_with = money)]
    fee: Money,
    /// Least value of the dishes.
    #[schema(schema_with = money)]
    minimum: Money,
}

/// Tells `null` from nothing.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Change {
    fn apply(&self, profile: &mut Profile) {
        let change = self.clone();
        let put = |old: &mut String, new: Option<String>| {
            if let Some(new) = new {
                new.trim().clone_into(old);
            }
        };
        put(&mut profile.name, change.name);
        put(&mut profile.story, change.story);
        put(&mut profile.badge, change.badge);
        put(&mut profile.phone, change.phone);
        profile.cuisines = change.cuisines.unwrap_or_else(|| profile.cuisines.clone());
        profile.art = change.art.unwrap_or_else(|| profile.art.clone());
        profile.plate = change.plate.unwrap_or(profile.plate);
        profile.pickup = change.pickup.unwrap_or(profile.pickup);
        profile.prep_minutes = change.prep_minutes.unwrap_or(profile.prep_minutes);
        profile.answer_minutes = change.answer_minutes.unwrap_or(profile.answer_minutes);
        profile.listed = change.listed.unwrap_or(profile.listed);
        if let Some(ChangedAddress { street, postcode, city, country, lat, lon }) = change.address {
            profile.address = Address { street, postcode, city, country, lat, lon };
        }
        if let Some(terms) = change.delivery {
            profile.delivery = terms.map(|terms| Delivery {
                radius_m: terms.radius_m,
                fee: terms.fee.minor,
                minimum: terms.minimum.minor,
            });
        }
    }
}

/// A restaurant takes money in its own currency alone.
fn foreign_money(delivery: &ChangedDelivery, own: Currency) -> Vec<Flaw> {
    let sums = [("fee", delivery.fee), ("minimum", delivery.minimum)];
    let foreign = sums.into_iter().filter(|(_, sum)| sum.currency != own);
    let flaw = |(name, _)| {
        let sentence = format!("The currency of this restaurant is {}", own.code());
        Flaw::new(format!("/delivery/{name}/currency"), sentence)
    };
    foreign.map(flaw).collect()
}

/// Changes what customers read about the restaurant.
#[utoipa::path(patch, operation_id = "change_restaurant", path = "/api/v1/restaurants/{restaurant}", tag = "restaurants", request_body = Change,
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "As it is now", body = RestaurantView), (status = 403, description = "Takes a manager"),
              (status = 422, description = "Fields are wrong, each with its pointer")))]
pub(super) async fn change(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
    JsonBody(change): JsonBody<Change>,
) -> Result<Json<Value>, Problem> {
    let actor = caller.may(Scope::RestaurantWrite)?;
    let changed = context.run("change_restaurant", move |tx, env| {
        if let Some(Some(delivery)) = &change.delivery {
            let (found, _) = enter(tx, &restaurant, actor, Task::Manage)?;
            invalid_unless_empty(foreign_money(delivery, found.currency))?;
        }
        let change = |profile: &mut Profile| change.apply(profile);
        let command = ChangeRestaurant { restaurant: restaurant.clone(), actor, change };
        let restaurant = change_restaurant(tx, env, &command)?;
        let (_, role) = enter(tx, &restaurant.slug, actor, Task::See)?;
        let availability = store::availability::of(tx, restaurant.id)?;
        Ok::<_, Refusal>(view(&restaurant, role, &availability, env.now))
    });
    Ok(Json(changed.await?))
}

/// A restaurant as its people see it.
pub(super) fn view(
    restaurant: &Restaurant,
    role: Role,
    availability: &Availability,
    now: Timestamp,
) -> Value {
    let Restaurant { id, slug, profile, currency, hours, version, .. } = restaurant;
    let Address { street, postcode, city, country, lat, lon } = &profile.address;
    let delivery = profile.delivery.map(|Delivery { radius_m, fee, minimum }| {
        let [fee, minimum] = [fee, minimum].map(|minor| Money::new(minor, *currency));
        json!({"radius_m": radius_m, "fee": fee, "minimum": minimum})
    });
    let (word, until) = match state(hours, availability, now) {
        OpenState::Open(until) => ("open", until),
        OpenState::Closed(until) => ("closed", until),
        OpenState::Paused(until) => ("paused", Some(until)),
    };
    let mut view = json!({
        "id": id,
        "slug": slug,
        "name": profile.name,
        "story": profile.story,
        "badge": profile.badge,
        "cuisines": profile.cuisines,
        "art": profile.art,
        "plate": profile.plate,
        "address": {
            "street": street, "postcode": postcode, "city": city, "country": country,
            "lat": lat, "lon": lon,
        },
        "phone": profile.phone,
        "currency": currency,
        "hours": hours,
        "pickup": profile.pickup,
        "delivery": delivery,
        "prep_minutes": profile.prep_minutes,
        "answer_minutes": profile.answer_minutes,
        "listed": profile.listed,
        "role": role.key(),
        "version": version,
        "availability": availability_view(availability, now),
        "state": {"now": word, "until": until},
    });
    if let Some(photo) = &profile.photo {
        view["photo"] = json!(photo);
    }
    view
}

/// Pause and busy as they stand at `now`; what is over is not shown.
pub(super) fn availability_view(availability: &Availability, now: Timestamp) -> Value {
    let paused_until = availability.pause_at(now);
    let reason = if paused_until.is_some() { availability.pause_reason.as_str() } else { "" };
    let busy = availability.busy_at(now);
    json!({
        "paused_until": paused_until,
        "pause_reason": reason,
        "busy_extra_minutes": busy.map_or(0, |(minutes, _)| minutes),
        "busy_until": busy.map(|(_, until)| until),
    })
}
