//! Orderhub: where customers browse restaurants and order. Owns the catalogue read model, carts,
//! orders and their money.

mod api;
pub mod browse;
mod carts;
pub mod catalogue;
mod data_map;
pub mod domain;
pub mod events;
mod json;
mod links;
pub mod live;
pub mod orders;
mod pages;
mod store;
pub mod timers;
pub mod usecases;

pub use data_map::DATA_MAP;

use axum::Router;
use runtime::{Context, Service, StartError};

/// The tables of orderhub; the outbox's come beside them.
pub const MIGRATIONS: database::Migrations = database::migrations!(
    "orderhub",
    ["V1__catalogue", "V2__orders", "V3__erased", "V4__scheduled", "V5__guests"]
);

/// How `comanda` starts this service.
pub const SERVICE: Service = Service { name: web::Service::Orderhub, migrations: &[MIGRATIONS] };

/// Starts the consumers and timers of orderhub and answers with its routes.
///
/// # Errors
/// The database does not answer.
pub async fn start(context: Context) -> Result<Router, StartError> {
    let failed = |error: catalogue::LoadError| StartError::Service {
        service: "orderhub",
        reason: error.to_string(),
    };
    let browse = browse::start(&context).await.map_err(failed)?;
    let photos = uploads::routes(&context.photos);
    let door = runtime::export_door(&context, store::personal::known);
    let orders = orders::Orders::start(context, browse).await?;
    Ok(routes(&orders).merge(photos).merge(door))
}

/// The routes of browsing and of orders, over what they work with.
pub fn routes(orders: &orders::Orders) -> Router {
    let order_routes = Router::new().merge(api::order_routes()).merge(pages::order_routes());
    browse::routes(orders.browse.clone()).merge(order_routes.with_state(orders.clone()))
}

/// The documents of the JSON API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api::document()
}
