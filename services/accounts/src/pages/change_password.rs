//! `/account/password`: another password, for who shows the old one; who has none proved a moment ago
//! that it is them, and who has set up a second step did so, too.

use super::{elsewhere, proof_field};
use crate::{
    app::{App, NotIn},
    client::Client,
    passwords,
    proved_lately::{Change, Hurdle},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use session::Principal;
use web::{Form, Page, Problem, SignedIn, components::error_summary};

const PATH: &str = "/account/password";

/// The form.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    let hurdle = app.hurdle(&who, Change::Password).await?;
    Ok(elsewhere(&app, hurdle, PATH)
        .unwrap_or_else(|| render(&app, &Form::default(), hurdle).into_response()))
}

/// Changes it, and signs out everywhere else.
pub(super) async fn submit(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let words = app.guessable(&who.email, &who.name);
    if let Some(problem) = passwords::problem(form.value("password"), &words) {
        form.fail("password", problem);
    }
    let has_password = app.has_password(&who).await?;
    if has_password && form.value("current").is_empty() {
        form.fail("current", "Enter your password now.");
    }
    let hurdle = match app.hurdle(&who, Change::Password).await? {
        // The form first, and then the way there: nothing is typed twice for nothing.
        Hurdle::Confirm if has_password && !form.is_ok() => Hurdle::Password,
        hurdle => hurdle,
    };
    if let Some(elsewhere) = elsewhere(&app, hurdle, PATH) {
        return Ok(elsewhere);
    }
    if form.is_ok() {
        match change(&app, &who, &client, hurdle, &form).await {
            Ok(()) => return Ok(super::go("/account?changed=password")),
            Err(NotIn::Wrong) => form.fail("current", super::NOT_YOURS),
            Err(refusal) => {
                return super::wait(refusal, form, |form| render(&app, form, hurdle));
            }
        }
    }
    Ok((form.status(), render(&app, &form, hurdle)).into_response())
}

async fn change(
    app: &App,
    who: &Principal,
    client: &Client,
    hurdle: Hurdle,
    form: &Form,
) -> Result<(), NotIn> {
    let shown = match hurdle {
        Hurdle::Password => Some(app.show_password(who, client, form.value("current")).await?),
        _ => None,
    };
    app.change_password(who, shown, form.value("password"), client).await
}

fn render(app: &App, form: &Form, hurdle: Hurdle) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Change my password" }
                    p.lead { "It signs you out on all other devices." }
                }
                form.fields method="post" action=(PATH) {
                    (error_summary(form))
                    (proof_field(hurdle, form))
                    (super::new_password("New password").render(form))
                    button.btn.btn-primary.btn-wide type="submit" { "Change password" }
                    @if hurdle == Hurdle::Password { a href="/reset-password" { "Forgot your password?" } }
                    a.btn.btn-quiet.btn-wide href="/account" { "Keep it" }
                }
            }
        }
    };
    Page::new(&app.context.site, "Change my password").no_index().render(&body)
}
