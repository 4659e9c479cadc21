//! `/sign-out`: only a POST signs out, so that no link or picture elsewhere can.

use super::{Wanted, go, return_field};
use crate::{app::App, usecases::Which};
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
    if let Some(who) = visitor.0 {
        app.end_sessions(who.person_id, Which::One(who.session_id)).await?;
    }
    let site = &app.context.site;
    let safe = site.origins.safe_return(form.value("return_to"));
    let to = safe.map_or_else(|| site.url(Service::Orderhub, "/"), ToOwned::to_owned);
    Ok(app.without_session(go(&to)))
}
