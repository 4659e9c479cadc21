//! `/api/v1/restaurants`: what the pages show, for programs.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{ids::RestaurantId, menu::Menu};
use serde_json::{Value, json};
use std::sync::Arc;
use web::{Form, PathOf, Problem, paging};

use super::restaurant_shapes::{RestaurantDetail, RestaurantPage};
use crate::{
    browse::Browse,
    catalogue::{
        Restaurant,
        filter::{self, Filter, Found},
    },
    domain::standing::Standing,
};

const USUAL_LIMIT: u32 = 20;
const MOST: u32 = 100;

/// Restaurants that answer a filter.
///
/// # Errors
/// 400 with the parameter that cannot be understood.
#[utoipa::path(get, operation_id = "list_restaurants", path = "/api/v1/restaurants", tag = "restaurants", params(
    ("q" = Option<String>, Query, description = "Words over names, cuisines and dishes"),
    ("cuisine" = Option<String>, Query, description = "One of these, separated by commas"),
    ("diet" = Option<String>, Query, description = "Some dish suits all of these"),
    ("free_of" = Option<String>, Query, description = "Some dish is declared free of all of these"),
    ("open_now" = Option<bool>, Query, description = "Takes orders now"),
    ("pickup" = Option<bool>, Query, description = "Hands out at the counter"),
    ("delivery" = Option<bool>, Query, description = "Delivers, to lat and lon if given"),
    ("lat" = Option<f64>, Query, description = "Degrees north"),
    ("lon" = Option<f64>, Query, description = "Degrees east"),
    ("sort" = Option<String>, Query, description = "best, quick, near or name"),
    ("limit" = Option<u32>, Query, description = "1 to 100, usually 20"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "A page of restaurants", body = RestaurantPage), (status = 400, description = "A parameter that cannot be understood")))]
pub(crate) async fn list(
    State(browse): State<Browse>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = query.unwrap_or_default();
    let invalid = || Problem::bad_request("invalid_query");
    if query.contains("%00") {
        return Err(invalid().detail("Text may not hold the character U+0000."));
    }
    let form = Form::parse(query.as_bytes());
    let (filter, errors) = Filter::parse(form.pairs());
    if let Some(first) = errors.first() {
        let problem = invalid().detail(format!("{}: {}", first.name, first.detail));
        return Err(errors
            .iter()
            .fold(problem, |p, e| p.field(format!("/{}", e.name), e.detail.clone())));
    }
    let limit = match form.trimmed("limit") {
        "" => USUAL_LIMIT,
        // What is no number is as wrong as 0.
        text => paging::limit(Some(text.parse().unwrap_or(0)), USUAL_LIMIT, MOST)?,
    };
    let now = browse.clock.now();
    let found = filter::find(&browse.catalogue, &filter, now);
    let start = match form.trimmed("cursor") {
        "" => 0,
        cursor => after(&found, cursor).ok_or_else(|| {
            Problem::bad_request("invalid_cursor")
                .detail("Take the cursor from \"next\" of the page before, unchanged, with the same filters.")
                .field("/cursor", "Not a cursor of this list.")
        })?,
    };
    let end = found.len().min(start.saturating_add(limit as usize));
    let page = found.get(start..end).unwrap_or_default();
    let next =
        page.last().filter(|_| end < found.len()).map(|last| cursor(end, last.restaurant.id()));
    let items: Vec<Value> = page.iter().map(listed).collect();
    Ok(Json(json!({ "items": items, "next": next })))
}

/// A cursor names the last restaurant and its position: when restaurants open or leave between two
/// pages, the list goes on behind that restaurant, or at that position if it has left the list.
fn cursor(position: usize, last: RestaurantId) -> String {
    URL_SAFE_NO_PAD.encode(format!("{position} {last}"))
}

fn after(found: &[Found], cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (position, last) = text.split_once(' ')?;
    let (position, last) = (position.parse::<usize>().ok()?, last.parse::<RestaurantId>().ok()?);
    let at = found.iter().position(|found| found.restaurant.id() == last);
    Some(at.map_or(position, |at| at + 1))
}

/// One restaurant, by id or slug.
///
/// # Errors
/// 404 when there is none, 410 when it has left.
#[utoipa::path(get, operation_id = "get_restaurant", path = "/api/v1/restaurants/{id}", tag = "restaurants",
    params(("id" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "The restaurant", body = RestaurantDetail), (status = 404, description = "Unknown"), (status = 410, description = "It has left")))]
pub(crate) async fn one(
    State(browse): State<Browse>,
    PathOf(id): PathOf<String>,
) -> Result<Json<Value>, Problem> {
    let restaurant = find(&browse, &id)?;
    let now = browse.clock.now();
    let mut body =
        summary(&restaurant, &restaurant.state_at(now), restaurant.ready_minutes_at(now));
    body["story"] = json!(restaurant.profile.story);
    body["phone"] = json!(restaurant.profile.phone);
    body["hours"] = json!(restaurant.profile.hours);
    body["opening_hours"] = json!(restaurant.profile.hours.weekly.summary());
    body["menu_version"] = json!(restaurant.menu.as_ref().map(|menu| menu.version));
    Ok(Json(body))
}

/// The menu on sale now: what is 86'd has `available: false`.
///
/// # Errors
/// 404 when there is no such restaurant or it has no menu yet, 410 when it has left.
#[utoipa::path(get, operation_id = "get_menu", path = "/api/v1/restaurants/{id}/menu", tag = "restaurants",
    params(("id" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "The menu", body = ref("#/components/schemas/Menu")), (status = 404, description = "Unknown, or no menu yet"), (status = 410, description = "It has left")))]
pub(crate) async fn menu(
    State(browse): State<Browse>,
    PathOf(id): PathOf<String>,
) -> Result<Json<Menu>, Problem> {
    let restaurant = find(&browse, &id)?;
    let menu = restaurant.menu_at(browse.clock.now()).ok_or_else(|| {
        Problem::new(axum::http::StatusCode::NOT_FOUND, "restaurant_without_menu")
            .detail(format!("{} has not published a menu yet.", restaurant.profile.name))
    })?;
    Ok(Json(Arc::unwrap_or_clone(menu)))
}

fn find(browse: &Browse, id: &str) -> Result<Arc<Restaurant>, Problem> {
    let found = match id.parse::<RestaurantId>() {
        Ok(id) => browse.catalogue.restaurant(id),
        Err(_) => browse.catalogue.by_slug(id),
    };
    let restaurant =
        found.ok_or_else(|| Problem::not_found().detail("There is no such restaurant."))?;
    if restaurant.profile.listed {
        return Ok(restaurant);
    }
    let sentence = format!("{} no longer takes orders here.", restaurant.profile.name);
    Err(Problem::gone("restaurant_gone").detail(sentence))
}

fn listed(found: &Found) -> Value {
    let mut body = summary(&found.restaurant, &found.standing, found.ready);
    if let Some(metres) = found.metres {
        body["distance_m"] = json!(metres.round());
    }
    if found.suiting > 0 {
        body["suiting_items"] = json!(found.suiting);
    }
    if !found.dishes.is_empty() {
        let items = found.dishes.iter().filter_map(|id| found.menu.as_deref()?.item(*id));
        body["matching_items"] = items
            .take(10)
            .map(|item| json!({"id": item.id, "name": item.name, "price": item.price, "available": item.is_orderable()}))
            .collect();
    }
    body
}

fn summary(restaurant: &Restaurant, standing: &Standing, (from, to): (u32, u32)) -> Value {
    let profile = &restaurant.profile;
    let money = |minor| kernel::Money::new(minor, profile.currency);
    let (state, until) = match standing {
        Standing::Open { until } => ("open", *until),
        Standing::Closed { opens_at } => ("closed", *opens_at),
        Standing::Paused { until, .. } => ("paused", Some(*until)),
        Standing::NoMenu => ("no_menu", None),
    };
    let reason = match standing {
        Standing::Paused { reason, .. } if !reason.is_empty() => Some(reason),
        _ => None,
    };
    let mut summary = json!({
        "id": profile.restaurant_id,
        "slug": profile.slug,
        "name": profile.name,
        "badge": profile.badge,
        "cuisines": profile.cuisines,
        "address": profile.address,
        "currency": profile.currency,
        "pickup": profile.pickup,
        "delivery": profile.delivery.as_ref().map(|terms| json!({
            "radius_m": terms.radius_m, "fee": money(terms.fee), "minimum": money(terms.minimum),
        })),
        "open_now": matches!(standing, Standing::Open { .. }),
        "state": state,
        "until": until,
        "pause_reason": reason,
        "ready_minutes": {"from": from, "to": to},
    });
    if let Some(photo) = &profile.photo {
        summary["photo"] = json!(photo);
    }
    summary
}
