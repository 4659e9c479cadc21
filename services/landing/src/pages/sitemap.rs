//! `/sitemap.xml` and `/robots.txt`.

use super::STATIC;
use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use maud::html;
use runtime::Context;

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/sitemap.xml", get(sitemap)).route("/robots.txt", get(robots))
}

async fn sitemap(State(context): State<Context>) -> impl IntoResponse {
    let origin = context.site.origin();
    let paths = STATIC.iter().map(|(path, _)| *path).chain(["/start", "/contact"]);
    let list = html! { @for path in paths { url { loc { (origin) (path) } } } };
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}</urlset>\n",
        list.into_string()
    );
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml)
}

async fn robots(State(context): State<Context>) -> String {
    format!("User-agent: *\nAllow: /\nSitemap: {}/sitemap.xml\n", context.site.origin())
}
