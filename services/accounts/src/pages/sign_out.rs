//! `/sign-out`: only a POST signs out, so that no link or picture elsewhere can.

use super::{Wanted, go, return_field};
use crate::app::App;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::html;
use web::{Form, Page, Problem, QueryOf, Service, Visitor};

/// Asks.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Response {
    let Some(person) = visitor.0 else { return go("/sign-in") };
    let body = html! {
        div.wrap {
            div.gate {
                h1 { "Leaving, " (person.name) "?" }
                p.lead { "You will be signed out on this device, for ordering and for the kitchen." }
                form.fields method="post" action="/sign-out" {
                    (return_field(&wanted.return_to))
                    button.btn.btn-primary.btn-wide type="submit" { "Sign out" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Stay signed in" }
                }
            }
        }
    };
    Page::new(&app.context.site, "Sign out").no_index().render(&body).into_response()
}

/// Ends this session everywhere and goes on.
pub(super) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, Problem> {
    let mut came_by = None;
    if let Some(who) = visitor.0 {
        came_by = app.provider_of(&who).await?;
        app.sign_out(&who).await?;
    }
    let site = &app.context.site;
    let safe = site.origins.safe_return(form.value("return_to"));
    let to = match (came_by, safe) {
        (_, Some(safe)) => safe.to_owned(),
        (Some(provider), None) => format!("/signed-out?with={}", provider.name),
        (None, None) => site.url(Service::Orderhub, "/"),
    };
    Ok(app.without_session(go(&to)))
}
