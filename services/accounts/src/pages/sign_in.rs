//! `/sign-in`

use super::{Wanted, go, passkeys, return_field, second_step::enter, with_return};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
    store::persons,
    usecases::Failure,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{
    Form, Page, Problem, QueryOf, Visitor,
    components::{Field, Kind, Tone, error_summary, notice},
};

/// The form; who is signed in already goes on.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Result<Response, Problem> {
    if visitor.0.is_some() {
        return Ok(go(&app.way_back(&wanted.return_to)));
    }
    let form = Form::with([("email", wanted.email), ("return_to", wanted.return_to)]);
    Ok(render(&app, &form).await?.into_response())
}

/// Lets somebody in, or says that the two do not match.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let email = form.require("email", "Enter your e-mail address.");
    if form.value("password").is_empty() {
        form.fail("password", "Enter your password.");
    }
    let (Some(email), true) = (email, form.is_ok()) else {
        return Ok((form.status(), render(&app, &form).await?).into_response());
    };
    let status = match app.sign_in(&email, form.value("password"), &client).await {
        Ok(entrance) => return Ok(enter(&app, &entrance, form.value("return_to"))),
        Err(NotIn::Wrong) => {
            form.fail("password", "That address and password do not belong together. Try again.");
            form.status()
        }
        Err(NotIn::Wait(wait)) => {
            form.fail(
                "",
                format!("That was often in a short time. Try again in {}.", in_words(wait)),
            );
            return Ok(too_soon(wait, render(&app, &form).await?));
        }
        Err(other) => return Err(other.into()),
    };
    Ok((status, render(&app, &form).await?).into_response())
}

async fn render(app: &App, form: &Form) -> Result<Markup, Problem> {
    let demo = app.context.database.read(|tx| Ok::<_, Failure>(persons::demo_emails(tx)?)).await?;
    let return_to = form.value("return_to");
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Welcome back" }
                    p.lead { "One account for ordering and for the kitchen." }
                }
                form.fields method="post" action="/sign-in" {
                    (error_summary(form))
                    (return_field(return_to))
                    (Field { name: "email", label: "E-mail", kind: Kind::Line("email"), autocomplete: "username webauthn", max_length: 254, ..Field::default() }.render(form))
                    (Field { name: "password", label: "Password", kind: Kind::Password, autocomplete: "current-password", ..Field::default() }.render(form))
                    button.btn.btn-primary.btn-wide type="submit" { "Sign in" }
                    a href=(with_return("/reset-password", return_to)) { "Forgot your password?" }
                }
                (passkeys::sign_in_button(return_to))
                a.btn.btn-quiet.btn-wide href=(with_return("/sign-in/link", return_to)) { "Send me a link" }
                (super::provider_buttons::provider_buttons(&app.federation, return_to))
                p.gate-or { "New here?" }
                a.btn.btn-quiet.btn-wide href=(with_return("/sign-up", return_to)) { "Create an account" }
                @if !demo.is_empty() { (demo_hint(&demo, return_to)) }
            }
        }
    };
    Ok(Page::new(&app.context.site, "Sign in").no_index().render(&body))
}

fn demo_hint(people: &[(String, String)], return_to: &str) -> Markup {
    let link = |email: &str| {
        let pairs = [("email", email), ("return_to", return_to)];
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    };
    notice(
        Tone::Info,
        "This is the demo town",
        html! {
            p { "Come in as one of its people. Everybody's password is " code { (crate::DEMO_PASSWORD) } "." }
            ul.stack.demo-people {
                @for (email, name) in people {
                    li { a href={ "/sign-in?" (link(email)) } { (email) } " · " (name) }
                }
            }
        },
    )
}
