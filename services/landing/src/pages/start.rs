//! `/start`: a restaurant asks to join.

use super::{guard_fields, mark};
use crate::{forms::Application, usecases::submit_application::submit_application};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use kernel::ids::ApplicationId;
use maud::{Markup, html};
use runtime::Context;
use serde::Deserialize;
use web::{
    Form, Page, Problem, QueryOf, Site,
    components::{Field, Kind, Tone, error_summary, notice},
};

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/start", get(show).post(submit))
}

#[derive(Debug, Deserialize)]
struct Sent {
    sent: Option<ApplicationId>,
}

async fn show(State(context): State<Context>, QueryOf(Sent { sent }): QueryOf<Sent>) -> Markup {
    let key = context.env().uuid().to_string();
    render(&context.site, &Form::default(), &key, sent)
}

async fn submit(State(context): State<Context>, mut form: Form) -> Result<Response, Problem> {
    let env = context.env();
    let fresh = env.uuid().to_string();
    if !form.value("website").is_empty() {
        return Ok(Redirect::to("/start").into_response());
    }
    let value = |name| form.value(name).to_owned();
    let application = Application {
        restaurant_name: value("restaurant_name"),
        city: value("city"),
        contact_name: value("contact_name"),
        email: value("email"),
        phone: value("phone"),
        words: value("words"),
    };
    let key = Some(value("key")).filter(|key| !key.is_empty()).unwrap_or_else(|| fresh.clone());
    match context.database.write(move |tx| submit_application(tx, &env, &key, &application)).await {
        Ok(id) => Ok(Redirect::to(&format!("/start?sent={id}")).into_response()),
        Err(refusal) => {
            mark(&mut form, refusal)?;
            Ok((form.status(), render(&context.site, &form, &fresh, None)).into_response())
        }
    }
}

fn render(site: &Site, form: &Form, key: &str, sent: Option<ApplicationId>) -> Markup {
    let line = |name, label, autocomplete| Field {
        name,
        label,
        autocomplete,
        max_length: 120,
        ..Field::default()
    };
    Page::new(site, "Join with your restaurant")
        .description("Tell us about your restaurant. We call you and bring your menu in together.")
        .canonical("/start")
        .render(&html! {
            div.wrap.page { div.stack.narrow {
                h1 { "Tell us about your place" }
                @if let Some(id) = sent { (thanks(id)) } @else {
                p.lead { "Two minutes now, then a call. You need no paperwork yet." }
                form.stack.panel method="post" action="/start" {
                    (error_summary(form))
                    (line("restaurant_name", "Restaurant", "organization").render(form))
                    (line("city", "Town", "address-level2").render(form))
                    (line("contact_name", "Your name", "name").render(form))
                    (Field { kind: Kind::Line("tel"), hint: "The hours when we may call are welcome below.", ..line("phone", "Telephone", "tel") }.render(form))
                    (Field { kind: Kind::Line("email"), ..line("email", "E-mail", "email") }.render(form))
                    (Field { name: "words", label: "Anything else", kind: Kind::Area(4), optional: true, max_length: 4000, ..Field::default() }.render(form))
                    (guard_fields(form, key))
                    p.actions { button.btn.btn-primary type="submit" { "Send application" } }
                }
                }
            } }
        })
}

fn thanks(id: ApplicationId) -> Markup {
    html! {
        (notice(Tone::Good, "Welcome! We have your application", html! {
            p { "We call you within two working days." }
            p { "Your reference: " code { (id) } }
        }))
        p.actions { a.btn.btn-quiet href="/" { "To the front page" } }
    }
}
