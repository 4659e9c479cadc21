//! `/check-your-mail`: what all forms lead to that end in a mail, whoever the address belongs to.

use super::{go, with_return};
use crate::app::App;
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use serde::Deserialize;
use web::{
    Page, QueryOf,
    components::{Tone, notice},
};

/// What was asked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    /// `account`, `link`, `password`, `address` or `proof`.
    #[serde(default, rename = "for")]
    what: String,
    /// Where to go after a proof.
    #[serde(default)]
    return_to: String,
}

/// The answer to a form that posted a mail.
pub(super) fn sent(what: &str) -> Response {
    go(&format!("/check-your-mail?for={what}"))
}

/// The same for a proof; asking for another one keeps where to go afterwards.
pub(super) fn sent_proof(return_to: &str) -> Response {
    let query = [("for", "proof"), ("return_to", return_to)];
    go(&format!("/check-your-mail?{}", serde_urlencoded::to_string(query).unwrap_or_default()))
}

/// The page.
pub(super) async fn show(State(app): State<App>, QueryOf(asked): QueryOf<Asked>) -> Markup {
    let to_confirm = with_return("/confirm", &asked.return_to);
    let (says, again, words) = match asked.what.as_str() {
        "account" => (
            "We have sent a mail to the address that you entered. Open its link to finish your account.",
            "/sign-up",
            "Sign up again",
        ),
        "password" => (
            "If that address has an account, a mail with a link to a new password is on its way.",
            "/reset-password",
            "Ask for another link",
        ),
        "address" => (
            "We have sent a mail to the new address. Open its link in this browser to use the address from now on.",
            "/account/email",
            "Enter another address",
        ),
        "proof" => (
            "We have sent a mail to your address. Open its link in this browser to go on.",
            to_confirm.as_str(),
            "Ask for another link",
        ),
        _ => (
            "If that address has an account, a mail with a link to sign in is on its way.",
            "/sign-in/link",
            "Ask for another link",
        ),
    };
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Check your mail" }
                    p.lead { (says) }
                    p.quiet { "It takes a minute at most. Nothing there? Look among the spam, and at the address that you entered." }
                }
                @if app.context.settings.mail.is_log() { (printed()) }
                a.btn.btn-quiet.btn-wide href=(again) { (words) }
            }
        }
    };
    Page::new(&app.context.site, "Check your mail").no_index().render(&body)
}

fn printed() -> Markup {
    let body =
        html! { p { "It prints them in its log instead. " code { "mail.url" } " names one." } };
    notice(Tone::Info, "This town has no mail server", body)
}
