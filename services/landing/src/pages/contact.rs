//! `/contact`: a message to the operator, with a receipt.

use super::{guard_fields, mark};
use crate::{forms::Message, usecases::send_message::send_message};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use kernel::ids::ContactId;
use maud::{Markup, html};
use runtime::Context;
use serde::Deserialize;
use web::{
    Form, Page, Problem, QueryOf, Site,
    components::{Field, Kind, Tone, error_summary, notice},
};

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/contact", get(show).post(send))
}

#[derive(Debug, Deserialize)]
struct Sent {
    sent: Option<ContactId>,
}

async fn show(State(context): State<Context>, QueryOf(Sent { sent }): QueryOf<Sent>) -> Markup {
    let key = context.env().uuid().to_string();
    render(&context.site, &Form::default(), &key, sent)
}

async fn send(State(context): State<Context>, mut form: Form) -> Result<Response, Problem> {
    let env = context.env();
    let fresh = env.uuid().to_string();
    if !form.value("website").is_empty() {
        // A robot filled in what people do not see. It is thanked like everybody.
        return Ok(Redirect::to("/contact?sent=").into_response());
    }
    let message = Message {
        name: form.value("name").to_owned(),
        email: form.value("email").to_owned(),
        message: form.value("message").to_owned(),
    };
    let key = Some(form.value("key").to_owned())
        .filter(|key| !key.is_empty())
        .unwrap_or_else(|| fresh.clone());
    match context.database.write(move |tx| send_message(tx, &env, &key, &message)).await {
        Ok(id) => Ok(Redirect::to(&format!("/contact?sent={id}")).into_response()),
        Err(refusal) => {
            mark(&mut form, refusal)?;
            Ok((form.status(), render(&context.site, &form, &fresh, None)).into_response())
        }
    }
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
