//! What visitors send by a form: kept once however often the button is pressed, with a receipt, or
//! shown again with what is wrong.

use crate::{throttle::Spent, usecases::Refusal};
use axum::{
    Extension, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use database::Tx;
use kernel::Env;
use maud::{Markup, html};
use runtime::Context;
use serde::{Deserialize, de::DeserializeOwned};
use std::fmt::Display;
use web::{Form, Problem, QueryOf, Site};

/// A page with such a form.
pub(super) struct Submission<T, Id> {
    /// Its address.
    pub(super) path: &'static str,
    /// What the form says.
    pub(super) read: fn(&Form) -> T,
    /// The use-case: keeps it once per key and gives its reference.
    pub(super) keep: fn(&mut Tx<'_>, &Env, &str, &T) -> Result<Id, Refusal>,
    /// Its name.
    pub(super) verb: &'static str,
    /// The page with the form, a fresh key, and the reference of what was received.
    pub(super) render: fn(&Site, &Form, &str, Option<Id>) -> Markup,
}

#[derive(Debug, Deserialize)]
struct Receipt<Id> {
    sent: Option<Id>,
}

impl<T, Id> Submission<T, Id>
where
    T: Send + 'static,
    Id: Display + DeserializeOwned + Send + 'static,
{
    pub(super) fn routes(self) -> Router<Context> {
        let Self { path, read, keep, verb, render } = self;
        let show = async move |State(context): State<Context>,
                               QueryOf(Receipt { sent }): QueryOf<Receipt<Id>>| {
            let key = context.env().uuid().to_string();
            render(&context.site, &Form::default(), &key, sent)
        };
        let send = async move |State(context): State<Context>,
                               spent: Option<Extension<Spent>>,
                               mut form: Form| {
            if !form.value("website").is_empty() {
                // A robot filled in what people do not see.
                return Ok::<Response, Problem>(Redirect::to(path).into_response());
            }
            let fresh = context.env().uuid().to_string();
            if spent.is_some() {
                form.fail(
                    "",
                    "Many have written from your network just now. Send it again in a minute.",
                );
                let page = render(&context.site, &form, &fresh, None);
                let wait = [(header::RETRY_AFTER, "60")];
                return Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response());
            }
            let (key, content) = (key(&form, &fresh).to_owned(), read(&form));
            match context.run(verb, move |tx, env| keep(tx, env, &key, &content)).await {
                Ok(id) => Ok(Redirect::to(&format!("{path}?sent={id}")).into_response()),
                Err(Refusal::Fields(errors)) => {
                    errors.iter().for_each(|error| form.fail(error.field, error.sentence));
                    let page = render(&context.site, &form, &fresh, None);
                    Ok((form.status(), page).into_response())
                }
                Err(refusal) => Err(refusal.into()),
            }
        };
        Router::new().route(path, get(show).post(send))
    }
}

/// A hidden field that people leave empty and robots fill in, and the key that makes a second
/// press of the button harmless.
pub(super) fn guard_fields(form: &Form, fresh_key: &str) -> Markup {
    html! {
        input type="hidden" name="key" value=(key(form, fresh_key));
        div.visually-hidden aria-hidden="true" {
            label for="website" { "Leave this empty" }
            input #website name="website" tabindex="-1" autocomplete="off";
        }
    }
}

/// The form's own key, or a fresh one.
fn key<'a>(form: &'a Form, fresh: &'a str) -> &'a str {
    match form.value("key") {
        "" => fresh,
        kept => kept,
    }
}
