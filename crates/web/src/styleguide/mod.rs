//! `/styleguide`: every component in every state, and the pages they make up. Invented content.

mod board;
mod discovery;
mod forms;
mod office;
mod parts;
mod restaurant;
mod tracking;
mod welcome;

use axum::{Router, extract::State, http::HeaderMap, routing::get};
use maud::{Markup, html};

use crate::{
    components::tabs,
    origins::{Service, Site},
    page::{Look, Page},
};

const PAGES: &[(&str, &str)] = &[
    ("Parts", "/styleguide"),
    ("Forms", "/styleguide/forms"),
    ("Welcome", "/styleguide/welcome"),
    ("Discovery", "/styleguide/discovery"),
    ("Restaurant", "/styleguide/restaurant"),
    ("Tracking", "/styleguide/tracking"),
    ("Board", "/styleguide/board"),
    ("Board in trouble", "/styleguide/board-states"),
    ("Office", "/styleguide/office"),
];

/// Serves `/styleguide` and its pages.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(site: &Site) -> Router<S> {
    let routes: Router<Site> = Router::new()
        .route(
            "/styleguide",
            get(async |State(site): State<Site>| listed(&site, 0, &parts::render())),
        )
        .route(
            "/styleguide/forms",
            get(async |State(site): State<Site>| listed(&site, 1, &forms::render())),
        )
        .route(
            "/styleguide/discovery",
            get(async |State(site): State<Site>| discovery::render(&site)),
        )
        .route(
            "/styleguide/restaurant",
            get(async |State(site): State<Site>| restaurant::render(&site)),
        )
        .route("/styleguide/welcome", get(async |State(site): State<Site>| welcome::render(&site)))
        .route(
            "/styleguide/item",
            get(async |State(site): State<Site>, headers: HeaderMap| {
                restaurant::render_item(&site, &headers)
            }),
        )
        .route(
            "/styleguide/tracking",
            get(async |State(site): State<Site>| tracking::render(&site)),
        )
        .route(
            "/styleguide/board",
            get(async |State(site): State<Site>| kitchen(&site, &board::render())),
        )
        .route(
            "/styleguide/board-states",
            get(async |State(site): State<Site>| kitchen(&site, &board::render_states())),
        )
        .route(
            "/styleguide/office",
            get(async |State(site): State<Site>| office::render(&prep(&site))),
        );
    routes.with_state(site.clone())
}

fn prep(site: &Site) -> Site {
    Site::new(Service::Prepstation, site.origins.clone())
}

fn kitchen(site: &Site, body: &Markup) -> Markup {
    Page::new(&prep(site), "Board").look(Look::Board).no_index().render(body)
}

fn listed(site: &Site, at: usize, body: &Markup) -> Markup {
    let (title, href) = PAGES[at];
    let body = html! {
        div.wrap.page {
            p.quiet { "Style guide" }
            h1 { (title) }
            (tabs("Style guide", PAGES, href))
            (body)
        }
    };
    Page::new(site, title).look(Look::Customer).no_index().render(&body)
}

/// A part of the guide under its heading.
fn part(title: &str, body: &Markup) -> Markup {
    html! {
        section {
            div.section-head { h2 { (title) } }
            div.stack { (body) }
        }
    }
}
