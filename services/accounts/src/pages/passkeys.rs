//! Passkeys: what the pages' script asks and brings, and the buttons that start it. The dialogue needs
//! JavaScript; all other ways to sign in stay without it.

use super::{
    confirm::{onward, whose},
    go,
    second_step::enter,
};
use crate::{
    app::{App, NotIn},
    client::Client,
    domain::{method::Method, wording},
    passkeys::PasskeyRefused,
    proved_lately::{ProvedLately, SettingUp},
    usecases::{self, Answer, Asked, Credential, Entry, NewPasskey, TooSoon},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::{
    Env,
    ids::{PasskeyId, PersonId},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{Form, JsonBody, Problem, SignedIn, icons};

/// What the script brings back.
#[derive(Debug, Deserialize)]
pub(super) struct Brought {
    /// Of the question.
    secret: String,
    /// `PublicKeyCredential.toJSON()`.
    answer: Value,
    /// What a new one is to be called.
    #[serde(default)]
    name: String,
    #[serde(default)]
    return_to: String,
}

impl Brought {
    /// For whoever's passkey it is, or for this person's.
    fn answer(&self, person: Option<PersonId>) -> Answer {
        Answer { secret: self.secret.clone(), answer: self.answer.to_string(), person }
    }
}

/// A question for anybody's passkey.
pub(super) async fn ask(State(app): State<App>, client: Client) -> Result<Response, Problem> {
    let (passkeys, address) = (app.passkeys.clone(), client.address.clone());
    let ask = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::ask_for_passkey(tx, env, &passkeys, address.as_deref())
    };
    let asked: Result<Asked, TooSoon> = app.context.run("ask_for_passkey", ask).await;
    Ok(question(asked.map_err(NotIn::from)?))
}

/// Lets in whose passkey it is.
pub(super) async fn sign_in(
    State(app): State<App>,
    client: Client,
    JsonBody(brought): JsonBody<Brought>,
) -> Result<Response, Problem> {
    let (answer, passkeys) = (brought.answer(None), app.passkeys.clone());
    let check =
        move |tx: &mut Tx<'_>, env: &Env| usecases::use_passkey(tx, env, &passkeys, &answer);
    let checked = app.context.run("use_passkey", check).await?;
    let (person, passkey) = checked.map_err(|refusal| refused(&refusal))?;
    let by = Some(Credential::Passkey(passkey));
    let entrance = app.let_in(Entry { by, ..client.entry(person, &[Method::Passkey]) }).await?;
    let entrance = entrance.ok_or_else(|| refused(&PasskeyRefused::Unknown))?;
    Ok(told(enter(&app, &entrance, &brought.return_to)))
}

/// Notes that the person of this session has proved it.
pub(super) async fn confirm(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    JsonBody(brought): JsonBody<Brought>,
) -> Result<Response, Problem> {
    let (answer, passkeys) = (brought.answer(Some(who.person_id)), app.passkeys.clone());
    let ((whose, demanded), pen) = (whose(&app, &who), app.tokens.pen());
    let prove = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::prove_by_passkey(tx, env, &passkeys, whose, (&answer, demanded))
    };
    let proved = app.context.run("prove_by_passkey", prove).await?;
    let proved = proved.map_err(|refusal| refused(&refusal))?;
    Ok(told(onward(&app, (proved, pen), &brought.return_to)))
}

/// A question for a new passkey of this person.
pub(super) async fn ask_new(
    State(app): State<App>,
    SettingUp(who): SettingUp,
) -> Result<Response, Problem> {
    let (passkeys, person) = (app.passkeys.clone(), who.person_id);
    let ask =
        move |tx: &mut Tx<'_>, env: &Env| usecases::ask_for_new_passkey(tx, env, &passkeys, person);
    let asked = app.run_as(&who, "ask_for_new_passkey", ask).await?.flatten();
    asked.map(question).ok_or_else(Problem::unauthorized)
}

/// Adds it.
pub(super) async fn add(
    State(app): State<App>,
    SettingUp(who): SettingUp,
    client: Client,
    JsonBody(brought): JsonBody<Brought>,
) -> Result<Response, Problem> {
    let place = client.place();
    let new = NewPasskey {
        person: who.person_id,
        name: wording::name(&brought.name).unwrap_or_else(|| place.device.clone()),
        secret: brought.secret,
        answer: brought.answer.to_string(),
        place,
    };
    let passkeys = app.passkeys.clone();
    let add = move |tx: &mut Tx<'_>, env: &Env| usecases::add_passkey(tx, env, &passkeys, &new);
    let added = app.run_as(&who, "add_passkey", add).await?.ok_or_else(Problem::unauthorized)?;
    added.map_err(|refusal| refused(&refusal))?;
    Ok(told(go(&super::with_return(super::SECURITY, &brought.return_to))))
}

/// Removes one.
pub(super) async fn remove(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    client: Client,
    form: Form,
) -> Result<Response, Problem> {
    let id: PasskeyId = form.trimmed("passkey").parse().map_err(|_| Problem::not_found())?;
    let (person, place) = (who.person_id, client.place());
    let remove =
        move |tx: &mut Tx<'_>, env: &Env| usecases::remove_passkey(tx, env, person, id, &place);
    if app.run_as(&who, "remove_passkey", remove).await?.ok_or_else(Problem::unauthorized)? {
        Ok(go(super::SECURITY))
    } else {
        Err(Problem::not_found())
    }
}

/// Which of the reasons it was, only the log hears, but for those that a person can mend.
fn refused(refusal: &PasskeyRefused) -> Problem {
    tracing::info!(%refusal, "a passkey was refused");
    match refusal {
        PasskeyRefused::Late => Problem::new(StatusCode::UNAUTHORIZED, "passkey_too_late")
            .detail("That took too long. Try again."),
        PasskeyRefused::Taken => {
            Problem::conflict("passkey_taken").detail("This passkey is in use already.")
        }
        _ => Problem::new(StatusCode::UNAUTHORIZED, "passkey_refused")
            .detail("This passkey does not open an account here. Try another way."),
    }
}

fn question(asked: Asked) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (no_store, Json(json!({ "secret": asked.secret, "options": asked.options }))).into_response()
}

/// A redirect as the script wants it: it has to go there by itself.
fn told(mut redirect: Response) -> Response {
    let to = redirect.headers_mut().remove(header::LOCATION);
    let to = to.as_ref().and_then(|to| to.to_str().ok()).unwrap_or("/account");
    let mut answer = Json(json!({ "to": to })).into_response();
    for (name, value) in redirect.headers() {
        if *name == header::SET_COOKIE || *name == header::CACHE_CONTROL {
            answer.headers_mut().append(name, value.clone());
        }
    }
    answer
}

/// Signs in. Where the browser offers passkeys in the field of the address, it does so by this button.
pub(super) fn sign_in_button(return_to: &str) -> Markup {
    button("sign-in", "Sign in with a passkey", return_to)
}

/// Proves again that it is them.
pub(super) fn confirm_button(return_to: &str) -> Markup {
    button("confirm", "Confirm with a passkey", return_to)
}

fn button(kind: &str, label: &str, return_to: &str) -> Markup {
    let autofill = (kind == "sign-in").then_some("");
    html! {
        div.stack data-passkeys hidden {
            button.btn.btn-quiet.btn-wide type="button" data-passkey=(kind) data-passkey-autofill=[autofill] data-return-to=(return_to) { (icons::key()) (label) }
            p.field-error role="alert" data-passkey-error hidden {}
        }
        noscript { p.quiet.small { "Passkeys need JavaScript, which is off in this browser. Everything else works without it." } }
    }
}
