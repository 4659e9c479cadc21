//! What apps ask server to server, or from a page of theirs: tokens, who somebody is, and giving
//! tokens back. No cookie counts here.

mod answer;
mod client;
mod cors;
mod id_token;
mod revoke;
mod token;
mod userinfo;

use super::well_known;
use crate::app::App;
use axum::{
    Router,
    http::StatusCode,
    middleware::from_fn_with_state,
    routing::{get, post},
};

/// The routes that public apps of other origins may ask from a browser.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/oauth/token", post(token::exchange).options(preflight))
        .route("/oauth/revoke", post(revoke::revoke).options(preflight))
        .route(
            "/oauth/userinfo",
            get(userinfo::show).post(userinfo::show_posted).options(preflight),
        )
        .route("/.well-known/jwks.json", get(well_known::keys).options(preflight))
        .route(
            "/.well-known/openid-configuration",
            get(well_known::configuration).options(preflight),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(well_known::configuration).options(preflight),
        )
        .layer(from_fn_with_state(app.clone(), cors::answer_known_origins))
}

/// A browser asks first; the layer answers it.
async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}
