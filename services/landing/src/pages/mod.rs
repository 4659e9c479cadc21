//! One file per page.

mod about;
mod contact;
mod home;
mod legal;
mod pictures;
mod restaurants;
mod sitemap;
mod start;

use axum::{Router, extract::State, routing::get};
use maud::{Markup, html};
use runtime::Context;
use web::{Form, Site};

type Render = fn(&Site) -> Markup;

/// The pages that are the same for everybody.
const STATIC: [(&str, Render); 5] = [
    ("/", home::render),
    ("/restaurants", restaurants::render),
    ("/about", about::render),
    ("/privacy", legal::privacy),
    ("/terms", legal::terms),
];

pub(crate) fn routes() -> Router<Context> {
    let pages = STATIC.into_iter().fold(Router::new(), |router, (path, render)| {
        router.route(
            path,
            get(move |State(context): State<Context>| async move { render(&context.site) }),
        )
    });
    pages.merge(contact::routes()).merge(start::routes()).merge(sitemap::routes())
}

pub(crate) fn static_pages(site: &Site) -> Vec<(&'static str, String)> {
    STATIC.map(|(path, render)| (path, render(site).into_string())).into()
}

/// A hidden field that people leave empty and robots fill in, and the key that makes a second
/// press of the button harmless.
fn guard_fields(form: &Form, fresh_key: &str) -> Markup {
    let key = match form.value("key") {
        "" => fresh_key,
        kept => kept,
    };
    html! {
        input type="hidden" name="key" value=(key);
        div.visually-hidden aria-hidden="true" {
            label for="website" { "Leave this empty" }
            input #website name="website" tabindex="-1" autocomplete="off";
        }
    }
}

/// Marks the fields that a use-case refused; anything else is for the caller.
fn mark(form: &mut Form, refusal: crate::usecases::Refusal) -> Result<(), web::Problem> {
    match refusal {
        crate::usecases::Refusal::Fields(errors) => {
            errors.iter().for_each(|error| form.fail(error.field, error.sentence));
            Ok(())
        }
        other => Err(other.into()),
    }
}
