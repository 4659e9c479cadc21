//! One file per page: read and render; forms are parsed, handed to a use-case, and redirected.

mod account;
pub(crate) mod cart;
mod checkout;
pub(crate) mod discovery;
pub(crate) mod favourites;
pub(crate) mod fragments;
pub(crate) mod item;
mod item_form;
mod json_ld;
mod order_slip;
mod order_words;
mod orders;
mod parts;
pub(crate) mod restaurant;
pub(crate) mod search;
pub(crate) mod sitemap;
mod slip;
mod tracking;
mod when;
mod words;

use axum::{
    Router,
    routing::{get, post},
};

use crate::orders::Orders;

/// Checkout, tracking, my orders, account.
pub(crate) fn order_routes() -> Router<Orders> {
    Router::new()
        .route("/checkout", get(checkout::show).post(checkout::place))
        .route("/orders", get(orders::show))
        .route("/orders/{id}", get(tracking::show))
        .route("/orders/{id}/live", get(tracking::live))
        .route("/orders/{id}/cancel", post(tracking::cancel))
        .route("/account", get(account::show))
}
