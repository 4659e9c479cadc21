//! What the pages of passwords and mails share.

use super::{go, second_step, with_return};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    proved_lately::Hurdle,
    usecases::Entry,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use web::{
    Form, Page, Problem,
    components::{Field, Kind, error_summary},
};

/// Beside a password that is not the person's.
pub(super) const NOT_YOURS: &str = "That is not your password. Nothing was changed.";

/// What a link in a mail carries.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Secret {
    #[serde(default)]
    pub(super) secret: String,
}

/// Lets in who has shown who they are, and goes on.
pub(super) async fn enter(app: &App, entry: Entry, return_to: &str) -> Result<Response, Problem> {
    let Some(entrance) = app.let_in(entry).await? else { return Ok(go("/sign-in")) };
    Ok(second_step::enter(app, &entrance, return_to))
}

/// A page that no cache keeps: a secret is in it.
pub(super) fn unseen(page: Markup) -> Response {
    let mut answer = page.into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The form again, with how long to wait; what else went wrong is passed on.
pub(super) fn wait(
    refusal: NotIn,
    mut form: Form,
    page: impl FnOnce(&Form) -> Markup,
) -> Result<Response, Problem> {
    let NotIn::Wait(wait) = refusal else { return Err(refusal.into()) };
    let words = in_words(wait);
    form.fail("", format!("That was often in a short time. Try again in {words}."));
    Ok(too_soon(wait, page(&form)))
}

/// Where a link leads that opens nothing any more.
pub(super) fn dead_link(app: &App, why: &str, (to, words): (&str, &str)) -> Response {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "This link does not work any more" }
                    p.lead { (why) }
                }
                a.btn.btn-primary.btn-wide href=(to) { (words) }
                a.btn.btn-quiet.btn-wide href="/sign-in" { "Sign in" }
            }
        }
    };
    let page = Page::new(&app.context.site, "This link does not work any more").no_index();
    (StatusCode::GONE, page.render(&body)).into_response()
}

pub(super) fn secret_field(form: &Form) -> Markup {
    html! { input type="hidden" name="secret" value=(form.value("secret")); }
}

/// A new password.
pub(super) fn new_password(label: &str) -> Field<'_> {
    Field {
        name: "password",
        label,
        hint: "8 characters or more; a few words make a good one.",
        kind: Kind::Password,
        autocomplete: "new-password",
        max_length: 256,
        ..Field::default()
    }
}

/// The way to the page where `hurdle` is taken, and back to `path`.
pub(super) fn elsewhere(app: &App, hurdle: Hurdle, path: &str) -> Option<Response> {
    let back = format!("{}{path}", app.context.site.origin());
    hurdle.page().map(|page| go(&with_return(page, &back)))
}

/// The field for the password that they have.
pub(super) fn proof_field(hurdle: Hurdle, form: &Form) -> Markup {
    if hurdle != Hurdle::Password {
        return html! {};
    }
    let field = Field {
        name: "current",
        label: "Your password now",
        hint: "So that nobody else can do this.",
        kind: Kind::Password,
        autocomplete: "current-password",
        ..Field::default()
    };
    field.render(form)
}

/// A form that asks for an address to send a mail to.
pub(super) fn email_form(form: &Form, action: &str, button: &str, hidden: &Markup) -> Markup {
    let field = Field {
        name: "email",
        label: "E-mail",
        kind: Kind::Line("email"),
        autocomplete: "username",
        max_length: 254,
        ..Field::default()
    };
    html! {
        form.fields method="post" action=(action) {
            (error_summary(form))
            (hidden)
            (field.render(form))
            button.btn.btn-primary.btn-wide type="submit" { (button) }
        }
    }
}

/// A page of the gate with one form and the way back to sign in.
pub(super) fn gate(app: &App, title: &str, lead: &str, form: &Markup, return_to: &str) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { (title) }
                    p.lead { (lead) }
                }
                (form)
                p.gate-or { "Know your password?" }
                a.btn.btn-quiet.btn-wide href=(with_return("/sign-in", return_to)) { "Sign in" }
            }
        }
    };
    Page::new(&app.context.site, title).no_index().render(&body)
}
