//! `/account/password`: another password, for who shows the old one or signed in a moment ago.

use super::proof_field;
use crate::{
    app::{App, NotIn},
    client::Client,
    passwords,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{Form, Page, Problem, SignedIn, components::error_summary};

const PATH: &str = "/account/password";

/// The form.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Markup, Problem> {
    let proof = proof_field(&app, &who, &Form::default(), PATH).await?;
    Ok(render(&app, &Form::default(), &proof))
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
    if form.is_ok() {
        let done = match app.prove(&who, &client, form.value("current")).await {
            Ok(shown) => app.change_password(&who, shown, form.value("password"), &client).await,
            Err(refusal) => Err(refusal),
        };
        match done {
            Ok(()) => return Ok(super::go("/account?changed=password")),
            Err(NotIn::Wrong) => form.fail("current", super::NOT_YOURS),
            Err(refusal) => {
                let proof = proof_field(&app, &who, &form, PATH).await?;
                return super::wait(refusal, form, |form| render(&app, form, &proof));
            }
        }
    }
    let proof = proof_field(&app, &who, &form, PATH).await?;
    Ok((form.status(), render(&app, &form, &proof)).into_response())
}

fn render(app: &App, form: &Form, proof: &Markup) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Change my password" }
                    p.lead { "It signs you out on all other devices." }
                }
                form.fields method="post" action=(PATH) {
                    (error_summary(form))
                    (proof)
                    (super::new_password("New password").render(form))
                    button.btn.btn-primary.btn-wide type="submit" { "Change password" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Keep it" }
                }
            }
        }
    };
    Page::new(&app.context.site, "Change my password").no_index().render(&body)
}
