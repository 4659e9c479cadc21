//! `/r/{slug}/menu`: the editor of the draft, what it changes, 86, and publication.

mod item;
mod item_form;
mod show;
mod steps;

use super::photo_field;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use runtime::Context;

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/r/{slug}/menu", get(show::show))
        .route("/r/{slug}/menu/publish", post(steps::publish))
        .route("/r/{slug}/menu/step", post(steps::step))
        .route("/r/{slug}/menu/sale", post(steps::sale))
        .route(
            "/r/{slug}/menu/items/{item}",
            get(item::show).post(item::save).layer(DefaultBodyLimit::max(photo_field::HEARD_OUT)),
        )
}
