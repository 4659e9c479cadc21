//! `/confirm/link`: who has neither password nor passkey proves by a link in a mail that it is
//! them. Opening it changes nothing: its button does, in the session that asked.

use super::{
    Secret, check_your_mail,
    confirm::{onward, refused, whose},
    dead_link, go, return_field, secret_field, unseen, with_return,
};
use crate::{app::App, client::Client, usecases};
use axum::{extract::State, response::Response};
use database::Tx;
use kernel::Env;
use maud::{Markup, html};
use web::{Form, Page, Problem, QueryOf, SignedIn};

/// Asks for the mail.
pub(super) fn button(return_to: &str) -> Markup {
    html! {
        form method="post" action="/confirm/link" {
            (return_field(return_to))
            button.btn.btn-ink.btn-wide type="submit" { "Send me a link" }
        }
    }
}

/// Sends it.
pub(super) async fn submit(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    form: Form,
) -> Result<Response, Problem> {
    let ((whose, demanded), guess) = (whose(&app, &who), client.guess(&who.email));
    let return_to = app.way_back(form.value("return_to"));
    let ask = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::ask_for_proof(tx, env, whose, (&guess, &return_to), demanded)
    };
    let asked = match app.run_as(&who, "ask_for_proof", ask).await {
        Ok(turn) => app.heard("ask_for_proof", turn.ok_or_else(Problem::unauthorized)?),
        Err(refusal) => Err(refusal),
    };
    match asked {
        Ok(true) => Ok(check_your_mail::sent_proof(form.value("return_to"))),
        Ok(false) => Ok(go(&with_return("/confirm", form.value("return_to")))),
        Err(refusal) => refused(&app, &who, form, ("", refusal.into())).await,
    }
}

/// Asks for a press of the button.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    QueryOf(link): QueryOf<Secret>,
) -> Result<Response, Problem> {
    let (whose, secret, env) = (whose(&app, &who).0, link.secret.clone(), app.context.env());
    let look = move |tx: &mut Tx<'_>| usecases::asked_by(tx, &env, whose, &secret);
    let asked = app.context.database.read(look).await?;
    // It goes along, so that a link that is too late leads to the next one and on from there.
    let return_to = asked.map(|proof| proof.return_to).unwrap_or_default();
    let form = Form::with([("secret", link.secret)]);
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Is it you?" }
                    p.lead { "You are signed in as " strong { (who.email) } ". If you want to go on with what you were doing here, press the button." }
                }
                form.fields method="post" action="/confirm/link/open" {
                    (secret_field(&form))
                    (return_field(&return_to))
                    button.btn.btn-primary.btn-wide type="submit" { "It is me" }
                    a.btn.btn-quiet.btn-wide href="/sessions" { "I did not ask for this" }
                }
            }
        }
    };
    Ok(unseen(Page::new(&app.context.site, "Is it you?").no_index().render(&body)))
}

/// Uses the link up and goes on.
pub(super) async fn open(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    form: Form,
) -> Result<Response, Problem> {
    let ((whose, demanded), address) = (whose(&app, &who), client.address);
    let (secret, pen) = (form.value("secret").to_owned(), app.tokens.pen());
    let prove = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::prove_by_link(tx, env, whose, (&secret, address.as_deref()), demanded)
    };
    match app.context.run("prove_by_link", prove).await? {
        Some((proved, return_to)) => Ok(onward(&app, (proved, pen), &return_to)),
        None => Ok(dead_link(
            &app,
            "It works once, for ten minutes, in the browser where you asked for it.",
            (&with_return("/confirm", form.value("return_to")), "Ask for another link"),
        )),
    }
}
