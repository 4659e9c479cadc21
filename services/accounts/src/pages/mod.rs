//! Pages for people: one file each. All work without JavaScript.

mod account;
mod authenticator;
mod confirm;
mod erase;
mod passkeys;
mod recovery_codes;
mod second_step;
mod security;
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

/// Where people set up passkeys and more.
pub(crate) const SECURITY: &str = "/account/security";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::to("/account")))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-in/second-step", get(second_step::show).post(second_step::submit))
        .route("/sign-up", get(sign_up::show).post(sign_up::submit))
        .route("/sign-out", get(sign_out::show).post(sign_out::submit))
        .route("/account", get(account::show).post(account::submit))
        .route("/account/erase", get(erase::show).post(erase::submit))
        .route(SECURITY, get(security::show))
        .route("/account/authenticator", get(authenticator::show).post(authenticator::submit))
        .route("/account/authenticator/remove", post(authenticator::remove))
        .route("/account/recovery-codes", post(recovery_codes::submit))
        .route("/confirm", get(confirm::show).post(confirm::submit))
        .route("/confirm/sign-in-again", post(confirm::sign_in_again))
        .route("/passkeys/ask", post(passkeys::ask))
        .route("/passkeys/sign-in", post(passkeys::sign_in))
        .route("/passkeys/confirm", post(passkeys::confirm))
        .route("/passkeys/ask-new", post(passkeys::ask_new))
        .route("/passkeys/add", post(passkeys::add))
        .route("/passkeys/remove", post(passkeys::remove))
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
pub(crate) fn with_return(path: &str, return_to: &str) -> String {
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
