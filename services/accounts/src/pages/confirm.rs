//! `/confirm`: somebody who is signed in proves again that it is them, and goes back to what they
//! wanted to do.

use super::{Wanted, confirm_by_mail, go, passkeys, return_field, with_return};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
    domain::{method::Method, second_step::Ways},
    store::ways,
    usecases::{self, Failure, Guess, TooSoon, Which},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::Env;
use maud::{Markup, html};
use session::Principal;
use web::{
    Form, Page, Problem, QueryOf, SignedIn, Site,
    components::{Field, Kind, error_summary},
};

/// Asks, unless it was proved a moment ago.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Result<Response, Problem> {
    if app.signed_in_lately(&who).await? {
        return Ok(go(&app.way_back(&wanted.return_to)));
    }
    let form = Form::with([("return_to", wanted.return_to)]);
    Ok(render(&app.context.site, find(&app, &who).await?, &form).into_response())
}

/// Goes back, or says what is wrong.
pub(super) async fn submit(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let by_code = !form.trimmed("code").is_empty();
    let proved = match by_code {
        true => prove_by_code(&app, &who, &client, form.trimmed("code")).await,
        false => prove_by_password(&app, &who, &client, form.value("password")).await,
    };
    let site = &app.context.site;
    match proved {
        Ok(()) => Ok(go(&app.way_back(form.value("return_to")))),
        Err(NotIn::Wrong) => {
            match by_code {
                true => form.fail("code", "That code is not right, or was used before."),
                false => form.fail("password", "That is not your password."),
            }
            Ok((form.status(), render(site, find(&app, &who).await?, &form)).into_response())
        }
        Err(NotIn::Wait(wait)) => {
            let words = in_words(wait);
            form.fail("", format!("That was often in a short time. Try again in {words}."));
            Ok(too_soon(wait, render(site, find(&app, &who).await?, &form)))
        }
        Err(other) => Err(other.into()),
    }
}

/// For who has none of these: another session, by whatever way they came.
pub(super) async fn sign_in_again(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    form: Form,
) -> Result<Response, Problem> {
    app.end_sessions(who.person_id, Which::One(who.session_id)).await?;
    Ok(app.without_session(go(&with_return("/sign-in", form.value("return_to")))))
}

async fn prove_by_password(
    app: &App,
    who: &Principal,
    client: &Client,
    password: &str,
) -> Result<(), NotIn> {
    let guess = Guess { email: who.email.clone(), address: client.address.clone() };
    if app.check(guess, password).await? != who.person_id {
        return Err(NotIn::Wrong);
    }
    Ok(prove(app, who, Method::Password).await?)
}

async fn prove_by_code(
    app: &App,
    who: &Principal,
    client: &Client,
    code: &str,
) -> Result<(), NotIn> {
    let (sealing, guess) = (app.sealing.clone(), client.code(code));
    let whose = (who.person_id, who.session_id);
    let prove =
        move |tx: &mut Tx<'_>, env: &Env| usecases::prove_by_code(tx, env, &sealing, whose, &guess);
    let proved: Result<bool, TooSoon> = app.context.run("prove_by_code", prove).await;
    if proved? { Ok(()) } else { Err(NotIn::Wrong) }
}

/// Notes in the session that its person has proved it by `method`.
pub(super) async fn prove(app: &App, who: &Principal, method: Method) -> Result<(), Failure> {
    let whose = (who.person_id, who.session_id);
    let prove = move |tx: &mut Tx<'_>, env: &Env| usecases::prove_again(tx, env, whose, method);
    app.context.run("prove_again", prove).await
}

pub(super) async fn find(app: &App, who: &Principal) -> Result<Ways, Failure> {
    let person = who.person_id;
    app.context.database.read(move |tx| Ok::<_, Failure>(ways::of_person(tx, person)?)).await
}

pub(super) fn render(site: &Site, ways: Ways, form: &Form) -> Markup {
    let return_to = form.value("return_to");
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Is it you?" }
                    p.lead { "What comes next is important. Prove once more that it is you." }
                }
                (error_summary(form))
                @if ways.passkeys { (passkeys::confirm_button(return_to)) }
                @if ways.password {
                    form.fields method="post" action="/confirm" {
                        (return_field(return_to))
                        (Field { name: "password", label: "Password", kind: Kind::Password, autocomplete: "current-password", ..Field::default() }.render(form))
                        button.btn.btn-ink.btn-wide type="submit" { "Confirm by password" }
                    }
                }
                @if ways.authenticator {
                    form.fields method="post" action="/confirm" {
                        (return_field(return_to))
                        (Field { name: "code", label: "Code of your authenticator app", autocomplete: "one-time-code", max_length: 64, ..Field::default() }.render(form))
                        button.btn.btn-ink.btn-wide type="submit" { "Confirm by code" }
                    }
                }
                @if ways.prove_by_mail_alone() { (confirm_by_mail::button(return_to)) }
                p.gate-or { "Or" }
                form method="post" action="/confirm/sign-in-again" {
                    (return_field(return_to))
                    button.btn.btn-quiet.btn-wide type="submit" { "Sign out and in again" }
                }
                a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
            }
        }
    };
    Page::new(site, "Is it you?").no_index().render(&body)
}
