//! The JSON API, one file per resource.

mod api_keys;
mod availability;
mod hours;
mod menu;
mod photos;
mod restaurants;
pub mod tickets;
mod views;

use crate::usecases::Actor;
use axum::Router;
use runtime::Context;
use session::Principal;
use utoipa::OpenApi;

pub(crate) fn routes() -> Router<Context> {
    Router::new()
        .merge(restaurants::routes())
        .merge(menu::routes())
        .merge(photos::routes())
        .merge(hours::routes())
        .merge(availability::routes())
        .merge(api_keys::routes())
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Comanda prepstation",
        description = "Restaurants, menus, hours, availability and tickets, for those who work there, and for programs with a key of one restaurant (`Authorization: Bearer cmd_…`), which does what its scopes name: `restaurant:read`, `restaurant:write`, `menu:read`, `menu:write`, `availability:write`, `tickets:read`, `tickets:write`. Another scope is 403 `scope_missing`, another restaurant 404."
    ),
    security(("bearer" = []), ("cookie" = [])),
    paths(
        restaurants::mine,
        restaurants::one,
        restaurants::change,
        menu::draft,
        menu::save,
        menu::publish,
        photos::put_own,
        photos::delete_own,
        photos::put_items,
        photos::delete_items,
        hours::set,
        availability::pause,
        availability::resume,
        availability::busy,
        availability::item,
        availability::option,
        api_keys::list,
        api_keys::one,
        api_keys::create,
        api_keys::revoke
    )
)]
struct Document;

pub(crate) fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(tickets::Document::openapi());
    document
}

pub(crate) fn actor(principal: &Principal) -> Actor {
    Actor::Person(principal.person_id)
}
