//! `/account/export`: all that is known of me as a file, or a page that says what is missing.

use crate::{
    app::App,
    gather::{self, NoExport},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{Page, Problem, SignedIn, Site};

/// The file.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    match gather::export(&app, who.person_id).await {
        Ok(export) => Ok(gather::file(export)),
        Err(NoExport::Incomplete(missing)) => {
            let later = [(header::RETRY_AFTER, gather::RETRY_AFTER.to_string())];
            let page = render(&app.context.site, &gather::incomplete(&missing));
            Ok((StatusCode::SERVICE_UNAVAILABLE, later, page).into_response())
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn render(site: &Site, sentence: &str) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Not all of it just now" }
                    p.lead { (sentence) }
                }
                div.actions.actions-stretch {
                    a.btn.btn-primary href="/account/export" { "Try again" }
                    a.btn.btn-quiet href="/account" { "Back to my account" }
                }
            }
        }
    };
    Page::new(site, "My data").no_index().render(&body)
}
