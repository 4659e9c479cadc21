//! Pages for people: one file each. All work without JavaScript.

mod account;
mod apps;
mod authenticator;
mod change_address;
mod change_password;
mod check_your_mail;
mod clients;
mod confirm;
mod confirm_by_mail;
mod confirm_sign_up;
mod erase;
mod export;
mod oauth;
mod parts;
mod passkeys;
mod people;
mod provider_buttons;
mod provider_page;
mod providers;
mod recovery_codes;
mod reset_password;
mod second_step;
mod security;
mod sessions;
mod sign_in;
mod sign_in_link;
mod sign_out;
mod sign_up;
mod signed_out;
mod when;
mod with_provider;

use crate::app::App;
use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;

use parts::{
    NOT_YOURS, Secret, dead_link, elsewhere, email_form, enter, gate, new_password, proof_field,
    secret_field, unseen, wait,
};

/// Where people set up passkeys and more.
pub(crate) const SECURITY: &str = "/account/security";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::to("/account")))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-in/link", get(sign_in_link::show).post(sign_in_link::submit))
        .route("/sign-in/link/open", get(sign_in_link::show_open).post(sign_in_link::open))
        .route("/sign-in/known", get(providers::explain))
        .route("/sign-in/with/{name}", get(with_provider::leave).post(with_provider::token))
        .route("/sign-in/with/{name}/callback", get(with_provider::callback))
        .route("/sign-in/second-step", get(second_step::show).post(second_step::submit))
        .route("/sign-up", get(sign_up::show).post(sign_up::submit))
        .route("/sign-up/confirm", get(confirm_sign_up::show).post(confirm_sign_up::submit))
        .route("/check-your-mail", get(check_your_mail::show))
        .route("/reset-password", get(reset_password::show).post(reset_password::submit))
        .route("/reset-password/new", get(reset_password::show_new).post(reset_password::set_new))
        .route("/sign-out", get(sign_out::show).post(sign_out::submit))
        .route("/signed-out", get(signed_out::show))
        .route("/account", get(account::show).post(account::submit))
        .route("/account/export", get(export::show))
        .route("/account/password", get(change_password::show).post(change_password::submit))
        .route("/account/email", get(change_address::show).post(change_address::submit))
        .route(
            "/account/email/confirm",
            get(change_address::show_confirm).post(change_address::confirm),
        )
        .route("/account/erase", get(erase::show).post(erase::submit))
        .route("/account/providers", get(providers::show))
        .route("/account/providers/remove", post(providers::remove))
        .route("/account/providers/confirm", get(providers::confirm).post(providers::link))
        .route("/account/apps", get(apps::show))
        .route("/account/apps/withdraw", post(apps::withdraw))
        .route("/operator/clients", get(clients::show).post(clients::add))
        .route("/operator/clients/secret", post(clients::replace_secret))
        .route("/operator/clients/algorithm", post(clients::set_algorithm))
        .route("/operator/clients/remove", post(clients::remove))
        .route("/operator/people", get(people::show).post(people::find))
        .route("/operator/people/end-sessions", post(people::end_sessions))
        .route("/operator/people/reset-second-step", post(people::reset_second_step))
        .merge(oauth_routes())
        .route(SECURITY, get(security::show))
        .route("/account/authenticator", get(authenticator::show).post(authenticator::submit))
        .route("/account/authenticator/remove", post(authenticator::remove))
        .route("/account/recovery-codes", post(recovery_codes::submit))
        .route("/confirm", get(confirm::show).post(confirm::submit))
        .route("/confirm/sign-in-again", post(confirm::sign_in_again))
        .route("/confirm/link", post(confirm_by_mail::submit))
        .route("/confirm/link/open", get(confirm_by_mail::show).post(confirm_by_mail::open))
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

fn oauth_routes() -> Router<App> {
    use oauth::{authorize, consent, end_session};
    Router::new()
        .route("/oauth/authorize", get(authorize::show).post(authorize::submit))
        .route("/oauth/continue", get(authorize::come_back))
        .route("/oauth/resume", get(authorize::resume))
        .route("/oauth/consent", post(consent::submit))
        .route("/oauth/again", post(consent::again))
        .route("/oauth/end-session", get(end_session::show).post(end_session::submit))
        .route("/oauth/end-session/confirm", post(end_session::confirm))
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
