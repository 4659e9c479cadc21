//! `/account/erase`: somebody wants to be forgotten, and has proved lately that it is them.

use super::go;
use crate::{app::App, proved_lately::ProvedLately};
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use web::{Page, Problem, Service, Site};

/// Asks.
pub(super) async fn show(State(app): State<App>, _: ProvedLately) -> Markup {
    render(&app.context.site)
}

/// Forgets them.
pub(super) async fn submit(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
) -> Result<Response, Problem> {
    app.forget(&who).await?;
    Ok(app.without_session(go(&app.context.site.url(Service::Landing, "/"))))
}

fn render(site: &Site) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Erase my account" }
                    p.lead { "Your name, your address and your password go at once, and you are signed out everywhere. Nobody can bring them back." }
                    p.quiet { "Orders that are over lose your name, too. An order for later is cancelled if the kitchen was not asked for it yet. One that is being cooked keeps it until it is handed over, so that the kitchen can call you." }
                }
                form.fields method="post" action="/account/erase" {
                    button.btn.btn-danger.btn-wide type="submit" { "Erase my account" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Keep it" }
                }
            }
        }
    };
    Page::new(site, "Erase my account").no_index().render(&body)
}
