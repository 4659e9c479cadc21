//! `/sitemap.xml` and `/robots.txt`: every listed restaurant, with the day of its last change.

use axum::{extract::State, http::header, response::IntoResponse};
use maud::{PreEscaped, html};

use crate::browse::Browse;

/// A sitemap holds so many addresses (sitemaps.org protocol).
const MOST: usize = 50_000;

pub(crate) async fn sitemap(State(browse): State<Browse>) -> impl IntoResponse {
    let all = browse.catalogue.all();
    let url = |path: &str| browse.site.url(browse.site.service, path);
    let xml = html! {
        (PreEscaped(r#"<?xml version="1.0" encoding="UTF-8"?>"#))
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
            url { loc { (url("/")) } }
            @for restaurant in all.iter().take(MOST - 1) {
                url {
                    loc { (url(&format!("/r/{}", restaurant.profile.slug))) }
                    lastmod { (restaurant.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ")) }
                }
            }
        }
    };
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml.into_string())
}

pub(crate) async fn robots(State(browse): State<Browse>) -> impl IntoResponse {
    let sitemap = browse.site.url(browse.site.service, "/sitemap.xml");
    let private = [
        "/cart",
        "/checkout",
        "/orders",
        "/account",
        "/favourites",
        "/fragments/",
        "/search",
        "/api/",
    ];
    let lines: Vec<String> = private.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let text = format!("User-agent: *\n{}Sitemap: {sitemap}\n", lines.concat());
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}
