//! Whether a person lets an app know who they are; and whether it is still them.

use super::authorize::{kept, proceed, read, sign_in, way};
use crate::{
    app::App,
    client::Client as Caller,
    domain::{authorization::Wrong, scope::Scopes},
    pages::go,
    store::clients::Client,
};
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use session::Principal;
use web::{Form, Page, Problem, Site, Visitor};

/// Yes or no.
pub(in crate::pages) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    form: Form,
) -> Result<Response, Problem> {
    let request = kept(&app, form.value("step")).await?;
    if form.chosen("choice", "allow") {
        return proceed(&app, (visitor.0.as_ref(), &caller), request, true).await;
    }
    let way = way(&app, &read(&request.pending.query)).await?;
    let wrong = Wrong { error: "access_denied", description: "the person does not want it" };
    Ok(way.refuse(&app, wrong, true))
}

/// Signs out here, to sign in again on the way back.
pub(in crate::pages) async fn again(
    State(app): State<App>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, Problem> {
    let request = kept(&app, form.value("step")).await?;
    if let Some(who) = visitor.0 {
        app.sign_out(&who).await?;
    }
    let hint = read(&request.pending.query);
    let hint = hint.one("login_hint").unwrap_or_default();
    Ok(app.without_session(go(&sign_in(&app, form.value("step"), hint))))
}

/// What the app will see.
pub(super) fn render(
    site: &Site,
    client: &Client,
    redirect_uri: &str,
    scopes: &Scopes,
    who: &Principal,
    step: &str,
) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Sign in to " (client.name) "?" }
                    p.lead { "You are " (who.name) " here, with " (who.email) "." }
                }
                section.panel.stack aria-labelledby="sees" {
                    h2.small-title #sees { (client.name) " will be able to" }
                    ul { @for scope in scopes { li { (scope.in_words()) } } }
                    p.quiet.small { "It never sees your password. You go on to " b { (place(redirect_uri)) } ", and can take this back on your account page at any time." }
                }
                form.fields method="post" action="/oauth/consent" {
                    input type="hidden" name="step" value=(step);
                    button.btn.btn-primary.btn-wide type="submit" name="choice" value="allow" { "Allow" }
                    button.btn.btn-quiet.btn-wide type="submit" name="choice" value="deny" { "Do not allow" }
                }
            }
        }
    };
    Page::new(site, "Sign in to an app").no_index().render(&body)
}

/// The app wants to be sure.
pub(super) fn render_again(site: &Site, client: &Client, who: &Principal, step: &str) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Is it you, " (who.name) "?" }
                    p.lead { (client.name) " asks you to sign in again before you go on." }
                }
                form.fields method="post" action="/oauth/again" {
                    input type="hidden" name="step" value=(step);
                    button.btn.btn-primary.btn-wide type="submit" { "Sign in again" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Stay here" }
                }
            }
        }
    };
    Page::new(site, "Sign in again").no_index().render(&body)
}

/// The host, or the scheme of an app on the telephone.
fn place(uri: &str) -> &str {
    let web = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"));
    match web {
        Some(rest) => rest.split(['/', '?']).next().unwrap_or(rest),
        None => uri.split(':').next().unwrap_or(uri),
    }
}
