//! `/account/apps`: which apps know who I am, and how to take that back.

use super::{go, when};
use crate::{
    app::App,
    store::consents::{self, Consent},
    usecases::{Failure, openid},
};
use axum::{extract::State, response::Response};
use database::Tx;
use jiff::Timestamp;
use kernel::{Env, ids::ClientId};
use maud::{Markup, html};
use web::{Form, Page, Problem, SignedIn, Site};

/// The list.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Markup, Problem> {
    let person = who.person_id;
    let read = move |tx: &mut Tx<'_>| Ok::<_, Failure>(consents::of_person(tx, person)?);
    let apps = app.context.database.read(read).await?;
    Ok(render(&app.context.site, &apps, app.context.clock.now()))
}

/// One of them learns nothing more.
pub(super) async fn withdraw(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    form: Form,
) -> Result<Response, Problem> {
    let client: ClientId = form.trimmed("app").parse().map_err(|_| Problem::not_found())?;
    let person = who.person_id;
    let work = move |tx: &mut Tx<'_>, env: &Env| openid::withdraw_consent(tx, env, person, client);
    app.run_as(&who, "withdraw_consent", work).await?.ok_or_else(Problem::unauthorized)?;
    Ok(go("/account/apps"))
}

fn render(site: &Site, apps: &[Consent], now: Timestamp) -> Markup {
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                h1 { "Apps that know me" }
                @if apps.is_empty() {
                    p.lead { "None. When you sign in to an app with this account, it stands here." }
                } @else {
                    p.lead { "You have signed in to these with this account." }
                }
                ul.stack { @for app in apps { li { (row(app, now)) } } }
                a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
            }
        }
    };
    Page::new(site, "Apps that know me").no_index().render(&body)
}

fn row(app: &Consent, now: Timestamp) -> Markup {
    html! {
        article.panel.stack {
            div.spread {
                h2.small-title { (app.client_name) }
                form method="post" action="/account/apps/withdraw" {
                    input type="hidden" name="app" value=(app.client);
                    button.btn.btn-quiet.btn-small type="submit" aria-label={ "Withdraw from " (app.client_name) } { "Withdraw" }
                }
            }
            ul { @for scope in &app.scopes { li.quiet { (scope.in_words()) } } }
            p.quiet.small { "Since " time datetime=(app.granted_at) { (when::ago(app.granted_at, now)) } }
        }
    }
}
