//! One file per page.

mod about;
mod contact;
mod home;
mod legal;
mod pictures;
mod restaurants;
mod sitemap;
mod start;
mod submission;

use axum::{Router, extract::State, routing::get};
use maud::Markup;
use runtime::Context;
use web::Site;

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
