//! `/sign-up`: the form. What comes after it is in the mail.

use super::{Wanted, check_your_mail, go, return_field, with_return};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
    domain::{email::Email, wording},
    doors::NewAccount,
    passwords,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use std::time::Duration;
use web::{
    Form, Page, Problem, QueryOf, Site, Visitor,
    components::{Field, Kind, error_summary},
    cookie::{Cookie, Reach},
};

/// As long as the link.
const BROWSER_KNOWN: Duration = Duration::from_secs(24 * 60 * 60);

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

/// Sends the mail that leads on. The answer is the same for an address that is taken.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let (Some((name, email)), true) = (read(&app, &mut form), form.is_ok()) else {
        return Ok((form.status(), render(&app, &form)).into_response());
    };
    let return_to = app.way_back(form.value("return_to"));
    let new = NewAccount { email, name, password: form.value("password"), return_to };
    match app.ask_to_sign_up(new, &client).await {
        Ok(secret) => {
            let mut answer = check_your_mail::sent("account");
            let cookie = browser_cookie(&app.context.site).set(&secret, Some(BROWSER_KNOWN));
            answer.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(answer)
        }
        Err(NotIn::Wait(wait)) => {
            let words = in_words(wait);
            form.fail("", format!("That was often in a short time. Try again in {words}."));
            Ok(too_soon(wait, render(&app, &form)))
        }
        Err(other) => Err(other.into()),
    }
}

/// What the browser shows that signed up: its link needs no password.
pub(super) fn browser_cookie(site: &Site) -> Cookie<'_> {
    Cookie { name: "signing-up", reach: Reach::Host, https: site.origins.https() }
}

fn read(app: &App, form: &mut Form) -> Option<(String, Email)> {
    let name = wording::name(form.value("name"));
    if name.is_none() {
        form.fail("name", "Enter your name, of at most 100 characters.");
    }
    let email = Email::parse(form.value("email"));
    if email.is_none() {
        form.fail("email", "Enter an e-mail address such as ana@example.com.");
    }
    let known = (email.as_ref().map_or("", Email::as_str), name.as_deref().unwrap_or_default());
    let words = app.guessable(known.0, known.1);
    if let Some(problem) = passwords::problem(form.value("password"), &words) {
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
                    (Field { name: "email", label: "E-mail", hint: "You will get a mail there with a link.", kind: Kind::Line("email"), autocomplete: "username", max_length: 254, ..Field::default() }.render(form))
                    (super::new_password("Password").render(form))
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
