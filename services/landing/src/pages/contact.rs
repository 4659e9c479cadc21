//! `/contact`: a message to the operator, with a receipt.

use super::submission::{Submission, guard_fields};
use crate::{forms::Message, usecases::send_message::send_message};
use axum::Router;
use kernel::ids::ContactId;
use maud::{Markup, html};
use runtime::Context;
use web::{
    Form, Page, Site,
    components::{Field, Kind, Tone, error_summary, notice},
};

pub(super) fn routes() -> Router<Context> {
    Submission { path: "/contact", read, keep: send_message, verb: "send_message", render }.routes()
}

fn read(form: &Form) -> Message {
    let value = |name| form.value(name).to_owned();
    Message { name: value("name"), email: value("email"), message: value("message") }
}

fn render(site: &Site, form: &Form, key: &str, sent: Option<ContactId>) -> Markup {
    Page::new(site, "Contact")
        .description("Write to the people who run this marketplace.")
        .canonical("/contact")
        .render(&html! {
            div.wrap.page { div.stack.narrow {
                h1 { "Write to us" }
                @if let Some(id) = sent { (thanks(id)) } @else {
                p.lead { "About an order that is on its way, the restaurant is quickest: its number stands on your slip." }
                form.stack.panel method="post" action="/contact" {
                    (error_summary(form))
                    (Field { name: "name", label: "Your name", autocomplete: "name", max_length: 120, ..Field::default() }.render(form))
                    (Field { name: "email", label: "E-mail", hint: "So that we can answer. We use it for nothing else.", kind: Kind::Line("email"), autocomplete: "email", max_length: 254, ..Field::default() }.render(form))
                    (Field { name: "message", label: "Message", kind: Kind::Area(6), max_length: 4000, ..Field::default() }.render(form))
                    (guard_fields(form, key))
                    p.actions { button.btn.btn-primary type="submit" { "Send message" } }
                }
                }
            } }
        })
}

fn thanks(id: ContactId) -> Markup {
    html! {
        (notice(Tone::Good, "Thank you, your message has arrived", html! {
            p { "A person answers within two working days." }
            p { "Your reference: " code { (id) } }
        }))
        p.actions { a.btn.btn-quiet href="/contact" { "Write another" } a.btn.btn-quiet href="/" { "To the front page" } }
    }
}
