//! Prepstation: where restaurants keep their menus, hours and staff, and where their kitchens work.

pub mod api;
mod caller;
mod cursor;
mod data_map;
pub mod demo;
pub mod domain;
pub mod events;
pub mod import;
pub mod kitchen;
pub mod live;
pub mod pages;
mod refusals;
pub mod store;
mod ticket_json;
mod timers;
pub mod usecases;

pub use data_map::DATA_MAP;
pub use demo::load_demo;

use axum::{Extension, Router};
use kitchen::Kitchen;
use runtime::{Context, Service, StartError};

/// How `comanda` starts this service.
pub const SERVICE: Service = Service {
    name: web::Service::Prepstation,
    migrations: &[database::migrations!(
        "prepstation",
        [
            "V1__restaurants",
            "V2__tickets",
            "V3__scheduled",
            "V4__photos",
            "V5__api_keys",
            "V6__invitations",
            "V7__traces"
        ]
    )],
};

/// Starts following accounts and the clock, and gives the routes.
///
/// # Errors
/// Nothing of this can fail today; the signature is that of all services.
pub async fn start(context: Context) -> Result<Router, StartError> {
    context.tasks.spawn("people", events::consume_people::run(context.clone()));
    context.tasks.spawn("back-on-sale", timers::return_items(context.clone()));
    context.tasks.spawn("old answers", timers::prune(context.clone()));
    let kitchen = Kitchen::start(&context);
    let photos = uploads::routes(&context.photos);
    let door = export_door(&context);
    Ok(guarded(office_routes(context).merge(ticket_routes(kitchen))).merge(photos).merge(door))
}

/// Has the wrong API keys of each network counted.
pub fn guarded(routes: Router) -> Router {
    routes.layer(Extension(caller::Guesses::default()))
}

/// The door at which accounts asks what is known of a person.
pub fn export_door(context: &Context) -> Router {
    runtime::export_door(context, store::personal::known)
}

/// The routes of restaurants, menus, hours and staff.
pub fn office_routes(context: Context) -> Router {
    api::routes().merge(pages::routes()).with_state(context)
}

/// The routes of tickets: the kitchen's pages and API.
pub fn ticket_routes(kitchen: Kitchen) -> Router {
    api::tickets::routes().merge(pages::ticket_routes()).with_state(kitchen)
}

/// The document of the JSON API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api::document()
}
