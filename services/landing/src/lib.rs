//! Landing: what Comanda is, for those who eat and for those who cook; the contact form and a
//! restaurant's application to join.

mod api;
mod events;
mod forms;
mod pages;
mod store;
mod usecases;

use axum::Router;
use runtime::{Context, Service};

/// How `comanda` starts this service.
pub const SERVICE: Service = Service {
    name: web::Service::Landing,
    migrations: &[database::migrations!("landing", ["V1__messages_and_applications"])],
};

/// The service's routes.
pub fn start(context: &Context) -> Router {
    pages::routes().merge(api::routes()).with_state(context.clone())
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
