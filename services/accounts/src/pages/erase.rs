//! `/account/erase`: somebody wants to be forgotten, and proves by their password that it is them.

use super::go;
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{
    Form, Page, Problem, Service, SignedIn, Site,
    components::{Field, Kind, error_summary},
};

/// Asks.
pub(super) async fn show(State(app): State<App>, _: SignedIn) -> Markup {
    render(&app.context.site, &Form::default())
}

/// Forgets them, or says that the password is wrong.
pub(super) async fn submit(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let site = &app.context.site;
    match app.erase(&who, &client, form.value("password")).await {
        Ok(()) => Ok(app.without_session(go(&site.url(Service::Landing, "/")))),
        Err(NotIn::Wrong) => {
            form.fail("password", "That is not your password. Nothing was erased.");
            Ok((form.status(), render(site, &form)).into_response())
        }
        Err(NotIn::Wait(wait)) => {
            let words = in_words(wait);
            form.fail("", format!("That was often in a short time. Try again in {words}."));
            Ok(too_soon(wait, render(site, &form)))
        }
        Err(other) => Err(other.into()),
    }
}

fn render(site: &Site, form: &Form) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Erase my account" }
                    p.lead { "Your name, your address and your password go at once, and you are signed out everywhere. Nobody can bring them back." }
                    p.quiet { "Orders that are over lose your name, too. An order for later is cancelled if the kitchen was not asked for it yet. One that is being cooked keeps it until it is handed over, so that the kitchen can call you." }
                }
                form.fields method="post" action="/account/erase" {
                    (error_summary(form))
                    (Field { name: "password", label: "Password", hint: "So that nobody else can do this.", kind: Kind::Password, autocomplete: "current-password", ..Field::default() }.render(form))
                    button.btn.btn-danger.btn-wide type="submit" { "Erase my account" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Keep it" }
                }
            }
        }
    };
    Page::new(site, "Erase my account").no_index().render(&body)
}
