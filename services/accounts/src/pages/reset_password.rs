//! `/reset-password`: for who forgot their password, and where the link in the mail leads.

use super::{
    Wanted, check_your_mail, dead_link, email_form, enter, return_field, secret_field, unseen,
};
use crate::{
    app::App,
    client::Client,
    domain::{email::Email, method::Method},
    passwords,
    store::mails::Letter,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{Form, Page, Problem, QueryOf, components::error_summary};

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
    match app.ask_for_mail(&email, Letter::Reset, &client).await {
        Ok(()) => Ok(check_your_mail::sent("password")),
        Err(refusal) => super::wait(refusal, form, |form| render(&app, form)),
    }
}

/// Asks for the new password.
pub(super) async fn show_new(
    State(app): State<App>,
    QueryOf(link): QueryOf<super::Secret>,
) -> Result<Response, Problem> {
    if app.resetting(&link.secret).await?.is_none() {
        return Ok(gone(&app));
    }
    Ok(unseen(render_new(&app, &Form::with([("secret", link.secret)]))))
}

/// Sets it, signs everybody else out, and lets the owner in.
pub(super) async fn set_new(
    State(app): State<App>,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let secret = form.value("secret").to_owned();
    // Before the work of a hash.
    let Some(owner) = app.resetting(&secret).await? else { return Ok(gone(&app)) };
    let words = app.guessable(&owner.email, &owner.name);
    if let Some(problem) = passwords::problem(form.value("password"), &words) {
        form.fail("password", problem);
        return Ok((form.status(), unseen(render_new(&app, &form))).into_response());
    }
    let Some(done) = app.reset_password(&secret, form.value("password"), &client).await? else {
        return Ok(gone(&app));
    };
    enter(&app, client.entry(done.person, &[Method::EmailLink]), "").await
}

fn gone(app: &App) -> Response {
    dead_link(
        app,
        "Links to a new password work once, for half an hour, and only the account's own address gets them.",
        ("/reset-password", "Send me another link"),
    )
}

fn render(app: &App, form: &Form) -> Markup {
    let return_to = form.value("return_to");
    let words = email_form(form, "/reset-password", "Send me a link", &return_field(return_to));
    super::gate(app, "Forgot your password?", "We send you a link to a new one.", &words, return_to)
}

fn render_new(app: &App, form: &Form) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Set a new password" }
                    p.lead { "It signs you out on all other devices, and apps that know you lose their access." }
                }
                form.fields method="post" action="/reset-password/new" {
                    (error_summary(form))
                    (secret_field(form))
                    (super::new_password("New password").render(form))
                    button.btn.btn-primary.btn-wide type="submit" { "Set password" }
                }
            }
        }
    };
    Page::new(&app.context.site, "Set a new password").no_index().render(&body)
}
