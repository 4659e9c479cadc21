//! Landing: what Comanda is, for those who eat and for those who cook; the contact form and a
//! restaurant's application to join.

mod api;
mod data_map;
mod events;
mod forms;
mod pages;
mod store;
mod throttle;
mod timers;
mod usecases;

use axum::{Router, middleware::from_fn_with_state};
use runtime::{Attempts, Context, Service};

pub use data_map::DATA_MAP;

/// The tables of landing.
pub const MIGRATIONS: database::Migrations =
    database::migrations!("landing", ["V1__messages_and_applications"]);

/// How `comanda` starts this service.
pub const SERVICE: Service = Service { name: web::Service::Landing, migrations: &[MIGRATIONS] };

/// Starts following accounts and the clock, and gives the routes.
pub fn start(context: &Context) -> Router {
    context.tasks.spawn("people", events::consume::run(context.clone()));
    context.tasks.spawn("old messages", timers::prune(context.clone()));
    let door = runtime::export_door(context, store::personal::known);
    let share = (context.clone(), Attempts::at_most(throttle::FORMS_A_MINUTE));
    let routes = pages::routes().merge(api::routes()).with_state(context.clone());
    routes.layer(from_fn_with_state(share, throttle::throttle)).merge(door)
}

/// The documents of the JSON API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api::document()
}

/// The pages that need no server, as (path, HTML), for a host of static files.
#[must_use]
pub fn static_pages(site: &web::Site) -> Vec<(&'static str, String)> {
    pages::static_pages(site)
}
