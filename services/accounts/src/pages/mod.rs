//! Pages for people: one file each. All work without JavaScript.

mod account;
mod erase;
mod export;
mod sessions;
mod sign_in;
mod sign_out;
mod sign_up;
mod when;

use crate::app::App;
use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::to("/account")))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-up", get(sign_up::show).post(sign_up::submit))
        .route("/sign-out", get(sign_out::show).post(sign_out::submit))
        .route("/account", get(account::show).post(account::submit))
        .route("/account/export", get(export::show))
        .route("/account/erase", get(erase::show).post(erase::submit))
        .route("/sessions", get(sessions::show))
        .route("/sessions/end", post(sessions::end))
        .route("/sessions/end-others", post(sessions::end_others))
}

/// What the addresses of the gate carry.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Wanted {
    /// Where to go afterwards.
    #[serde(default)]
    return_to: String,
    /// Filled in already.
    #[serde(default)]
    email: String,
}

/// `path` with the page to come back to.
fn with_return(path: &str, return_to: &str) -> String {
    if return_to.is_empty() {
        return path.to_owned();
    }
    let query = serde_urlencoded::to_string([("return_to", return_to)]).unwrap_or_default();
    format!("{path}?{query}")
}

fn return_field(return_to: &str) -> Markup {
    html! { @if !return_to.is_empty() { input type="hidden" name="return_to" value=(return_to); } }
}

fn go(to: &str) -> Response {
    Redirect::to(to).into_response()
}
