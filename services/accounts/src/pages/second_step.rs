//! `/sign-in/second-step`: the first proof was right, and this account wants a second.

use super::{Wanted, go, passkeys, return_field, with_return};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
    domain::second_step::Ways,
    entrance::{Entrance, Second},
    store::ways,
    usecases::{Failure, SECOND_STEP, waiting_for},
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use database::Tx;
use maud::{Markup, html};
use std::time::Duration;
use web::{
    Form, Page, Problem, QueryOf,
    components::{Field, error_summary},
    cookie::{Cookie, Reach},
};

const PATH: &str = "/sign-in/second-step";

/// The answer to who came this far: in, and back to where they wanted to go, or to the second step.
pub(super) fn enter(app: &App, entrance: &Entrance, return_to: &str) -> Response {
    match entrance {
        Entrance::In(welcome) => app.with_session(&welcome.issued, go(&app.way_back(return_to))),
        Entrance::Alone(welcome) => {
            app.with_session(&welcome.issued, go(&with_return(super::SECURITY, return_to)))
        }
        Entrance::SecondStep(secret) => {
            let life = Duration::try_from(SECOND_STEP.life).ok();
            let mut answer = go(&with_return(PATH, return_to));
            if let Some(cookie) = cookie(app).set(secret, life) {
                answer.headers_mut().append(header::SET_COOKIE, cookie);
            }
            answer
        }
    }
}

/// Asks for what they have.
pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Result<Response, Problem> {
    let found = match cookie(&app).read(&headers) {
        Some(secret) => ways_of(&app, secret).await?,
        None => None,
    };
    let Some(ways) = found else { return Ok(go(&with_return("/sign-in", &wanted.return_to))) };
    Ok(render(&app, ways, &Form::with([("return_to", wanted.return_to)])).into_response())
}

/// Lets them in, or says that the code is not right.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let return_to = form.value("return_to").to_owned();
    let Some(secret) = cookie(&app).read(&headers).map(ToOwned::to_owned) else {
        return Ok(go(&with_return("/sign-in", &return_to)));
    };
    let Some(ways) = ways_of(&app, &secret).await? else {
        return Ok(forget(&app, go(&with_return("/sign-in", &return_to))));
    };
    let Some(code) = form.require("code", "Enter a code.") else {
        return Ok((form.status(), render(&app, ways, &form)).into_response());
    };
    match app.pass_second_step(&secret, &code, &client).await {
        Ok(Second::In(welcome)) => {
            let answer = app.with_session(&welcome.issued, go(&app.way_back(&return_to)));
            Ok(forget(&app, answer))
        }
        Ok(Second::Over) => Ok(forget(&app, go(&with_return("/sign-in", &return_to)))),
        Ok(Second::Wrong) => {
            form.fail("code", "That code is not right, or was used before. Wait for the next one.");
            Ok((form.status(), render(&app, ways, &form)).into_response())
        }
        Err(NotIn::Wait(wait)) => {
            let words = in_words(wait);
            form.fail("", format!("That was often in a short time. Try again in {words}."));
            Ok(too_soon(wait, render(&app, ways, &form)))
        }
        Err(other) => Err(other.into()),
    }
}

/// It is for this host alone: it is half a sign-in.
fn cookie(app: &App) -> Cookie<'static> {
    Cookie { name: "second-step", reach: Reach::Host, https: app.context.site.origins.https() }
}

fn forget(app: &App, mut answer: Response) -> Response {
    if let Some(cookie) = cookie(app).clear() {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

/// What they have whose entry waits behind `secret`: they have given the first proof. Nothing when none
/// waits.
async fn ways_of(app: &App, secret: &str) -> Result<Option<Ways>, Failure> {
    let (secret, now) = (secret.to_owned(), app.context.clock.now());
    let find = move |tx: &mut Tx<'_>| {
        let Some(person) = waiting_for(tx, &secret, now)? else { return Ok(None) };
        Ok::<_, Failure>(Some(ways::of_person(tx, person)?))
    };
    app.context.database.read(find).await
}

fn render(app: &App, ways: Ways, form: &Form) -> Markup {
    let return_to = form.value("return_to");
    let (by_app, by_code) = (ways.authenticator, ways.recovery_codes > 0);
    let lead = match (by_app, by_code) {
        (true, _) => "Enter the code that your authenticator app shows.",
        (false, true) => "Use your passkey, or one of your recovery codes.",
        (false, false) => "Use your passkey.",
    };
    let hint =
        if by_app { "Six digits. Without your phone: one of your recovery codes." } else { "" };
    let label = if by_app { "Code" } else { "Recovery code" };
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "One more step" }
                    p.lead { (lead) }
                }
                @if by_app || by_code {
                    form.fields method="post" action=(PATH) {
                        (error_summary(form))
                        (return_field(return_to))
                        (Field { name: "code", label, hint, autocomplete: "one-time-code", max_length: 64, ..Field::default() }.render(form))
                        button.btn.btn-primary.btn-wide type="submit" { "Go on" }
                    }
                }
                (passkeys::sign_in_button(return_to))
                a.btn.btn-quiet.btn-wide href=(with_return("/sign-in", return_to)) { "Start again" }
            }
        }
    };
    Page::new(&app.context.site, "One more step").no_index().render(&body)
}
