//! `/sign-up`

use super::{Wanted, go, return_field, with_return};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
    domain::{email::Email, wording},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{
    Form, Page, Problem, QueryOf, Visitor,
    components::{Field, Kind, error_summary},
};

/// The form; who is signed in already goes on.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Response {
    if visitor.0.is_some() {
        return go(&app.way_back(&wanted.return_to));
    }
    render(&app, &Form::with([("email", wanted.email), ("return_to", wanted.return_to)]))
        .into_response()
}

/// Makes an account and lets its owner in.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let (Some((name, email)), true) = (read(&mut form), form.is_ok()) else {
        return Ok((form.status(), render(&app, &form)).into_response());
    };
    let status = match app.sign_up(email, name, form.value("password"), &client).await {
        Ok(welcome) => {
            return Ok(
                app.with_session(&welcome.issued, go(&app.way_back(form.value("return_to"))))
            );
        }
        Err(NotIn::Taken) => {
            form.fail("email", "There is an account with this address. Sign in with it instead.");
            form.status()
        }
        Err(NotIn::Wait(wait)) => {
            form.fail(
                "",
                format!("Many accounts were made from here. Try again in {}.", in_words(wait)),
            );
            return Ok(too_soon(wait, render(&app, &form)));
        }
        Err(other) => return Err(other.into()),
    };
    Ok((status, render(&app, &form)).into_response())
}

fn read(form: &mut Form) -> Option<(String, Email)> {
    let name = wording::name(form.value("name"));
    if name.is_none() {
        form.fail("name", "Enter your name, of at most 100 characters.");
    }
    let email = Email::parse(form.value("email"));
    if email.is_none() {
        form.fail("email", "Enter an e-mail address such as ana@example.com.");
    }
    if let Some(problem) = wording::password_problem(form.value("password")) {
        form.fail("password", problem);
    }
    name.zip(email)
}

fn render(app: &App, form: &Form) -> Markup {
    let return_to = form.value("return_to");
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Create an account" }
                    p.lead { "Keep your orders and addresses in one place. Guests may order, too." }
                }
                form.fields method="post" action="/sign-up" {
                    (error_summary(form))
                    (return_field(return_to))
                    (Field { name: "name", label: "Name", hint: "As the kitchen should call you.", autocomplete: "name", max_length: 100, ..Field::default() }.render(form))
                    (Field { name: "email", label: "E-mail", kind: Kind::Line("email"), autocomplete: "username", max_length: 254, ..Field::default() }.render(form))
                    (Field { name: "password", label: "Password", hint: "8 characters or more; a few words make a good one.", kind: Kind::Password, autocomplete: "new-password", max_length: 256, ..Field::default() }.render(form))
                    button.btn.btn-primary.btn-wide type="submit" { "Create account" }
                }
                (super::provider_buttons::provider_buttons(&app.federation, return_to))
                p.gate-or { "Been here before?" }
                a.btn.btn-quiet.btn-wide href=(with_return("/sign-in", return_to)) { "Sign in instead" }
            }
        }
    };
    Page::new(&app.context.site, "Create an account").no_index().render(&body)
}
