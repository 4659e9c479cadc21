//! `/sessions`: where I am signed in, and how to end it.

use super::{go, when};
use crate::{
    app::App,
    domain::device,
    store::sessions::{self, Session},
    usecases::{Failure, Which},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use kernel::ids::SessionId;
use maud::{Markup, html};
use web::{Form, Page, Problem, SignedIn, Site};

/// The list.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    let person = who.person_id;
    let rows = app
        .context
        .database
        .read(move |tx| Ok::<_, Failure>(sessions::of_person(tx, person)?))
        .await?;
    let now = app.context.clock.now();
    let live: Vec<Session> = rows.into_iter().filter(|session| session.lives(now)).collect();
    Ok(render(&app.context.site, &live, who.session_id, now).into_response())
}

/// Ends one session; ending this one is signing out.
pub(super) async fn end(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    form: Form,
) -> Result<Response, Problem> {
    let id: SessionId = form.trimmed("session").parse().map_err(|_| Problem::not_found())?;
    app.end_sessions(&who, Which::One(id)).await?;
    if id == who.session_id {
        return Ok(app.without_session(go("/sign-in")));
    }
    Ok(go("/sessions"))
}

/// Ends all sessions but this one.
pub(super) async fn end_others(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    app.end_sessions(&who, Which::Others(who.session_id)).await?;
    Ok(go("/sessions"))
}

fn render(site: &Site, live: &[Session], current: SessionId, now: Timestamp) -> Markup {
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                h1 { "Where I am signed in" }
                p.lead { "If you do not know one of these, sign it out." }
                ul.stack { @for session in live { li { (row(session, session.id == current, now)) } } }
                @if live.len() > 1 {
                    form method="post" action="/sessions/end-others" {
                        button.btn.btn-danger.btn-wide type="submit" { "Sign out everywhere else" }
                    }
                }
                a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
            }
        }
    };
    Page::new(site, "Where I am signed in").no_index().render(&body)
}

fn row(session: &Session, current: bool, now: Timestamp) -> Markup {
    let device = device::name(&session.user_agent);
    html! {
        article.panel.spread {
            div {
                h2.small-title { (device) }
                p.quiet.small {
                    @if current { "This device" } @else {
                        "Last used " time datetime=(session.used_at) { (when::ago(session.used_at, now)) }
                    }
                    @if !session.network.is_empty() { " · from " (session.network) }
                    " · signed in " time datetime=(session.created_at) { (when::ago(session.created_at, now)) }
                }
            }
            form method="post" action="/sessions/end" {
                input type="hidden" name="session" value=(session.id);
                button.btn.btn-quiet.btn-small type="submit" aria-label={ "Sign out " (device) } { "Sign out" }
            }
        }
    }
}
