//! The JSON API, one file per resource.

mod order_shapes;
mod order_stream;
mod orders;
mod quotes;
mod restaurant_shapes;
pub(crate) mod restaurants;
mod shapes;

use axum::Router;
use utoipa::OpenApi;

use crate::orders::Orders;

/// Quotes and orders.
pub(crate) fn order_routes() -> Router<Orders> {
    Router::new().merge(quotes::routes()).merge(orders::routes()).merge(order_stream::routes())
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Comanda orderhub",
        description = "Restaurants, menus, quotes and orders, for customers and their programs."
    ),
    paths(
        restaurants::list,
        restaurants::one,
        restaurants::menu,
        quotes::quote,
        orders::place,
        orders::list,
        orders::show,
        orders::cancel,
        order_stream::stream
    )
)]
struct Document;

/// The document of the whole service.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
