//! JSON for programs and for the other services.

mod exchange;
mod internal;
mod me;
mod oauth;
mod person;
mod sessions;
mod well_known;

pub(crate) use person::{PersonBody, find as find_person};

use crate::app::App;
use axum::{
    Router,
    routing::{delete, get, post},
};
use utoipa::OpenApi;

pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/api/v1/sessions", post(sessions::create))
        .route("/api/v1/sessions/exchange", post(exchange::create))
        .route("/api/v1/sessions/current", delete(sessions::end_current))
        .route("/api/v1/me", get(me::show).delete(me::erase))
        .route("/api/v1/me/export", get(me::export))
        .route("/internal/sessions/renew", post(internal::renew))
        .merge(oauth::routes(app))
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Comanda accounts", description = "People and their sessions."),
    paths(
        sessions::create,
        exchange::create,
        sessions::end_current,
        me::show,
        me::export,
        me::erase
    )
)]
struct Document;

pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
