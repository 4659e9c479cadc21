//! `/sign-in/link`: a link by mail instead of a password, and where it leads. Opening it changes
//! nothing: its button does.

use super::{
    Wanted, check_your_mail, dead_link, email_form, enter, return_field, secret_field, unseen,
};
use crate::{
    app::App,
    client::Client,
    domain::{email::Email, method::Method},
    store::mails::Letter,
    usecases::Entry,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{Form, Page, Problem, QueryOf};

/// The form.
pub(super) async fn show(State(app): State<App>, QueryOf(wanted): QueryOf<Wanted>) -> Markup {
    render(&app, &Form::with([("email", wanted.email), ("return_to", wanted.return_to)]))
}

/// Sends the link, if the address has an account.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let Some(email) = Email::parse(form.value("email")) else {
        form.fail("email", "Enter an e-mail address such as ana@example.com.");
        return Ok((form.status(), render(&app, &form)).into_response());
    };
    let letter = Letter::SignInLink { return_to: app.way_back(form.value("return_to")) };
    match app.ask_for_mail(&email, letter, &client).await {
        Ok(()) => Ok(check_your_mail::sent("link")),
        Err(refusal) => super::wait(refusal, form, |form| render(&app, form)),
    }
}

/// Asks for a press of the button.
pub(super) async fn show_open(
    State(app): State<App>,
    QueryOf(link): QueryOf<super::Secret>,
) -> Result<Response, Problem> {
    let Some(found) = app.link_of(&link.secret).await? else { return Ok(gone(&app)) };
    let form = Form::with([("secret", link.secret)]);
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Welcome back" }
                    p.lead { "This signs you in here as " strong { (found.email) } "." }
                }
                form.fields method="post" action="/sign-in/link/open" {
                    (secret_field(&form))
                    button.btn.btn-primary.btn-wide type="submit" { "Sign in" }
                }
            }
        }
    };
    Ok(unseen(Page::new(&app.context.site, "Sign in").no_index().render(&body)))
}

/// Uses the link up and lets its owner in.
pub(super) async fn open(
    State(app): State<App>,
    client: Client,
    form: Form,
) -> Result<Response, Problem> {
    let Some(shown) = app.open_link(form.value("secret"), &client).await? else {
        return Ok(gone(&app));
    };
    let entry = Entry {
        password_set_at: shown.password_set_at,
        ..client.entry(shown.person, &[Method::EmailLink])
    };
    enter(&app, entry, &shown.return_to).await
}

fn gone(app: &App) -> Response {
    dead_link(
        app,
        "Links to sign in work once, for ten minutes, and only the account's own address gets them.",
        ("/sign-in/link", "Send me another link"),
    )
}

fn render(app: &App, form: &Form) -> Markup {
    let return_to = form.value("return_to");
    let hidden = return_field(return_to);
    let words = email_form(form, "/sign-in/link", "Send me a link", &hidden);
    super::gate(
        app,
        "Sign in by mail",
        "No password at hand? We send you a link that signs you in.",
        &words,
        return_to,
    )
}
