//! `/confirm`: somebody who is signed in proves again that it is them, and goes back to what they
//! wanted to do. Who has set up a second step shows a passkey, or both the password and a code; what
//! cannot become enough is not asked for.

use super::{Wanted, confirm_by_mail, go, passkeys, return_field, with_return};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
    domain::second_step::{Missing, Offer, Ways},
    store::ways,
    tokens::Pen,
    usecases::{self, Failure, Proved, TooSoon},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use maud::{Markup, html};
use session::Principal;
use web::{
    Form, Page, Problem, QueryOf, SignedIn,
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
    Ok(render(&app, &who, &form).await?.into_response())
}

/// Goes on, or says what is wrong.
pub(super) async fn submit(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let by_code = !form.trimmed("code").is_empty();
    let by_password = !form.value("password").is_empty();
    let (mut proved, pen) = (Proved::Half, app.tokens.pen());
    // A code is not used up beside a wrong password.
    for (is_sent, name) in [(by_password, "password"), (by_code, "code")] {
        if !is_sent {
            continue;
        }
        let one = match name {
            "password" => prove_by_password(&app, &who, &client, form.value(name)).await,
            _ => prove_by_code(&app, &who, &client, form.trimmed(name)).await,
        };
        proved = match one {
            Ok(proved) => proved,
            Err(refusal) => return refused(&app, &who, form, (name, refusal)).await,
        };
    }
    if !(by_code || by_password) {
        form.fail("", "Enter what is asked for below.");
        return Ok((form.status(), render(&app, &who, &form).await?).into_response());
    }
    Ok(onward(&app, (proved, pen), form.value("return_to")))
}

/// Back to what they wanted, with a fresh token (ASVS 5.0, 7.2.4); or to the other half. The pen was
/// taken before the proof.
pub(super) fn onward(app: &App, proved: (Proved, Pen), return_to: &str) -> Response {
    let (proved, pen) = proved;
    match proved {
        Proved::Enough(principal) => {
            app.with_session(&pen.sign(&principal), go(&app.way_back(return_to)))
        }
        Proved::Half => go(&with_return("/confirm", return_to)),
        Proved::Over => app.without_session(go(&with_return("/sign-in", return_to))),
    }
}

/// For who has none of these: another session, by whatever way they came.
pub(super) async fn sign_in_again(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    form: Form,
) -> Result<Response, Problem> {
    app.sign_out(&who).await?;
    Ok(app.without_session(go(&with_return("/sign-in", form.value("return_to")))))
}

pub(super) async fn refused(
    app: &App,
    who: &Principal,
    mut form: Form,
    (name, refusal): (&str, NotIn),
) -> Result<Response, Problem> {
    match refusal {
        NotIn::Wrong => {
            match name {
                "code" => form.fail("code", "That code is not right, or was used before."),
                _ => form.fail("password", "That is not your password."),
            }
            Ok((form.status(), render(app, who, &form).await?).into_response())
        }
        NotIn::Wait(wait) => {
            let words = in_words(wait);
            form.fail("", format!("That was often in a short time. Try again in {words}."));
            Ok(too_soon(wait, render(app, who, &form).await?))
        }
        other => Err(other.into()),
    }
}

async fn prove_by_password(
    app: &App,
    who: &Principal,
    client: &Client,
    password: &str,
) -> Result<Proved, NotIn> {
    let guess = app.show_password(who, client, password).await?;
    let (whose, demanded) = whose(app, who);
    let prove = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::prove_by_password(tx, env, whose, &guess, demanded)
    };
    Ok(app.context.run("prove_by_password", prove).await?)
}

async fn prove_by_code(
    app: &App,
    who: &Principal,
    client: &Client,
    code: &str,
) -> Result<Proved, NotIn> {
    let (sealing, guess) = (app.sealing.clone(), client.code(code));
    let (whose, demanded) = whose(app, who);
    let prove = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::prove_by_code(tx, env, &sealing, whose, &guess, demanded)
    };
    let proved: Result<Option<Proved>, TooSoon> = app.context.run("prove_by_code", prove).await;
    proved?.ok_or(NotIn::Wrong)
}

/// Whose session it is, and whether the town demands a second step of its staff.
pub(super) fn whose(app: &App, who: &Principal) -> ((PersonId, SessionId), bool) {
    ((who.person_id, who.session_id), app.context.settings.second_step_for_staff)
}

async fn find(app: &App, who: &Principal) -> Result<(Ways, Missing), Failure> {
    let ((person, session), demanded) = whose(app, who);
    let now = app.context.clock.now();
    let find = move |tx: &mut Tx<'_>| {
        let missing = usecases::missing_proofs(tx, now, (person, session), demanded)?;
        Ok::<_, Failure>((ways::of_person(tx, person)?, missing))
    };
    app.context.database.read(find).await
}

pub(super) async fn render(app: &App, who: &Principal, form: &Form) -> Result<Markup, Failure> {
    let (ways, missing) = find(app, who).await?;
    let return_to = form.value("return_to");
    let offer = ways.offer(missing);
    let lead = match (missing.first, missing.code) {
        _ if missing.elsewhere => {
            "What comes next is important, and two steps are asked for. Prove them where you did when you signed in."
        }
        (false, true) => "The first of two proofs is given. Now the other one.",
        (true, false) if ways.authenticator && (offer.password || offer.link) => {
            "The code was right. Now the other proof."
        }
        _ => "What comes next is important. Prove once more that it is you.",
    };
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Is it you?" }
                    p.lead { (lead) }
                }
                (error_summary(form))
                @if ways.passkeys { (passkeys::confirm_button(return_to)) }
                (proofs(ways, offer, form))
                @if offer.link { (confirm_by_mail::button(return_to)) }
                p.gate-or { "Or" }
                form method="post" action="/confirm/sign-in-again" {
                    (return_field(return_to))
                    button.btn.btn-quiet.btn-wide type="submit" { "Sign out and in again" }
                }
                a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
            }
        }
    };
    Ok(Page::new(&app.context.site, "Is it you?").no_index().render(&body))
}

/// What is typed, all of it in one form.
fn proofs(ways: Ways, offer: Offer, form: &Form) -> Markup {
    let password = Field {
        name: "password",
        label: "Password",
        kind: Kind::Password,
        autocomplete: "current-password",
        ..Field::default()
    };
    let code = Field {
        name: "code",
        label: if ways.authenticator { "Code of your authenticator app" } else { "Recovery code" },
        hint: if ways.authenticator {
            "Without your phone: one of your recovery codes."
        } else {
            ""
        },
        autocomplete: "one-time-code",
        max_length: 64,
        ..Field::default()
    };
    html! {
        @if offer.password || offer.code {
            form.fields method="post" action="/confirm" {
                (return_field(form.value("return_to")))
                @if offer.password { (password.render(form)) }
                @if offer.code { (code.render(form)) }
                button.btn.btn-ink.btn-wide type="submit" { "Confirm" }
            }
        }
    }
}
