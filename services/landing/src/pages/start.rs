//! `/start`: a restaurant asks to join.

use super::submission::{Submission, guard_fields};
use crate::{forms::Application, usecases::submit_application::submit_application};
use axum::Router;
use kernel::ids::ApplicationId;
use maud::{Markup, html};
use runtime::Context;
use web::{
    Form, Page, Site,
    components::{Field, Kind, Tone, error_summary, notice},
};

pub(super) fn routes() -> Router<Context> {
    Submission {
        path: "/start",
        read,
        keep: submit_application,
        verb: "submit_application",
        render,
    }
    .routes()
}

fn read(form: &Form) -> Application {
    let value = |name| form.value(name).to_owned();
    Application {
        restaurant_name: value("restaurant_name"),
        city: value("city"),
        contact_name: value("contact_name"),
        email: value("email"),
        phone: value("phone"),
        words: value("words"),
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
