//! `/openapi.json`, and `/docs`: the same document as a page for people, without a script.

use axum::{Json, Router, extract::State, routing::get};
use maud::{Markup, html};
use serde_json::Value;
use std::sync::Arc;

use crate::{origins::Site, page::Page};

/// The two routes for one service's document.
pub fn router<S: Clone + Send + Sync + 'static>(site: Site, document: Value) -> Router<S> {
    let document = Arc::new(document);
    Router::new()
        .route(
            "/openapi.json",
            get(async |State(docs): State<Docs>| Json(docs.document.as_ref().clone())),
        )
        .route("/docs", get(async |State(docs): State<Docs>| render(&docs.site, &docs.document)))
        .with_state(Docs { site, document })
}

#[derive(Clone)]
struct Docs {
    site: Site,
    document: Arc<Value>,
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn render(site: &Site, document: &Value) -> Markup {
    let title = document["info"]["title"].as_str().unwrap_or("API");
    let paths = document["paths"].as_object();
    Page::new(site, title).no_index().render(&html! {
        div.wrap.page.stack {
            h1 { (title) }
            @if let Some(text) = document["info"]["description"].as_str() { p.lead { (text) } }
            p { "The whole document: " a href="/openapi.json" { "openapi.json" } " (OpenAPI 3.1)." }
            @for (path, operations) in paths.into_iter().flatten() {
                @for method in METHODS {
                    @if let Some(operation) = operations.get(method) { (operation_panel(method, path, operation)) }
                }
            }
        }
    })
}

fn operation_panel(method: &str, path: &str, operation: &Value) -> Markup {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parameters = operation["parameters"].as_array();
    let answers = operation["responses"].as_object();
    html! {
        section.panel.stack {
            h2 { code { (method.to_uppercase()) " " (path) } }
            p { (text(&operation["summary"])) " " (text(&operation["description"])) }
            @if let Some(parameters) = parameters.filter(|list| !list.is_empty()) {
                ul {
                    @for parameter in parameters {
                        li { code { (text(&parameter["name"])) } " in " (text(&parameter["in"])) ". " (text(&parameter["description"])) }
                    }
                }
            }
            dl {
                @for (status, answer) in answers.into_iter().flatten() {
                    dt { code { (status) } } dd { (text(&answer["description"])) }
                }
            }
        }
    }
}
