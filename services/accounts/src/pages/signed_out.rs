//! `/signed-out`: signed out here; who came by another provider may sign out there, too.

use super::{Wanted, go};
use crate::app::App;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::html;
use serde::Deserialize;
use web::{Page, QueryOf, Service};

/// Which provider.
#[derive(Debug, Default, Deserialize)]
pub(super) struct By {
    #[serde(default)]
    with: String,
}

/// Offers it.
pub(super) async fn show(
    State(app): State<App>,
    QueryOf(by): QueryOf<By>,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Response {
    let site = &app.context.site;
    let safe = site.origins.safe_return(&wanted.return_to);
    let on = safe.map_or_else(|| site.url(Service::Orderhub, "/"), ToOwned::to_owned);
    let Some(provider) = app.federation.named(&by.with) else { return go(&on) };
    let Some(out) = provider.way_out(&format!("{}/", site.origin())).await else { return go(&on) };
    let label = &provider.label;
    let body = html! {
        div.wrap {
            div.gate {
                h1 { "You are signed out" }
                p.lead { "Here, for ordering and for the kitchen. At " (label) " you may still be signed in: on a device that others use, sign out there, too." }
                div.stack {
                    a.btn.btn-primary.btn-wide href=(on) { "Go on" }
                    a.btn.btn-quiet.btn-wide href=(out) { "Sign out at " (label) ", too" }
                }
            }
        }
    };
    Page::new(site, "You are signed out").no_index().render(&body).into_response()
}
