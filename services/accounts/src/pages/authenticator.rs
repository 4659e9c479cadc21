//! `/account/authenticator`: an app reads a key from a picture, or as text, and proves it by its first
//! code.

use super::{go, recovery_codes::shown_once};
use crate::{
    app::App,
    authenticator::Authenticator,
    client::Client,
    proved_lately::{ProvedLately, SettingUp},
    usecases::{self, Confirmed},
};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::Env;
use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;
use web::{
    Form, Page, Problem,
    components::{Field, error_summary},
};

/// White around the picture, in its dots: the standard asks for four.
const QUIET: usize = 4;

/// Shows a fresh key.
pub(super) async fn show(
    State(app): State<App>,
    SettingUp(who): SettingUp,
) -> Result<Response, Problem> {
    let (person, sealing) = (who.person_id, app.sealing.clone());
    let begin =
        move |tx: &mut Tx<'_>, env: &Env| usecases::begin_authenticator(tx, env, &sealing, person);
    let begun = app.run_as(&who, "begin_authenticator", begin).await?;
    let (key, secret) = begun.ok_or_else(Problem::unauthorized)?;
    Ok(render(&app, &who.email, &key, &Form::with([("secret", secret)])))
}

/// Takes the app, or says that the code is not the one of this key.
pub(super) async fn submit(
    State(app): State<App>,
    SettingUp(who): SettingUp,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let (person, place, sealing) = (who.person_id, client.place(), app.sealing.clone());
    let (secret, code) = (form.value("secret").to_owned(), form.trimmed("code").to_owned());
    let confirm = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::confirm_authenticator(tx, env, &sealing, (person, &place), (&secret, &code))
    };
    let confirmed = app.run_as(&who, "confirm_authenticator", confirm).await?;
    match confirmed.ok_or_else(Problem::unauthorized)? {
        Confirmed::Yes(Some(codes)) => Ok(shown_once(&app.context.site, &codes)),
        Confirmed::Yes(None) => Ok(go(super::SECURITY)),
        Confirmed::Over => Ok(go("/account/authenticator")),
        Confirmed::Wrong(key) => {
            form.fail("code", "That is not the code of this key. Enter the one that shows now.");
            Ok(render(&app, &who.email, &key, &form))
        }
    }
}

/// Takes the app away.
pub(super) async fn remove(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    client: Client,
) -> Result<Response, Problem> {
    let (person, place) = (who.person_id, client.place());
    let remove =
        move |tx: &mut Tx<'_>, env: &Env| usecases::remove_authenticator(tx, env, person, &place);
    let removed = app.run_as(&who, "remove_authenticator", remove).await?;
    removed.ok_or_else(Problem::unauthorized)?;
    Ok(go(super::SECURITY))
}

fn render(app: &App, email: &str, key: &str, form: &Form) -> Response {
    let address = Authenticator::of_key(key).map(|authenticator| authenticator.address(email));
    let groups: Vec<String> =
        key.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Set up an app" }
                    p.lead { "Scan the picture with an authenticator app, such as the one of your phone." }
                }
                @if let Some(picture) = address.as_deref().and_then(picture) { (picture) }
                div.stack {
                    p.quiet.small { "No camera? Enter this key in the app:" }
                    p.key { code { (groups.join(" ")) } }
                    @if let Some(address) = &address {
                        p.small { a href=(address) { "Open it in an app on this device" } }
                    }
                }
                form.fields method="post" action="/account/authenticator" {
                    (error_summary(form))
                    input type="hidden" name="secret" value=(form.value("secret"));
                    (Field { name: "code", label: "Code", hint: "The six digits that the app shows now.", autocomplete: "one-time-code", input_mode: "numeric", max_length: 16, ..Field::default() }.render_with(form, ""))
                    button.btn.btn-primary.btn-wide type="submit" { "Turn it on" }
                    a.btn.btn-quiet.btn-wide href=(super::SECURITY) { "Not now" }
                }
            }
        }
    };
    let page = Page::new(&app.context.site, "Set up an app").no_index().render(&body);
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (form.status(), no_store, page).into_response()
}

/// The picture that an app reads: black on white in any light, because not all apps read another.
fn picture(text: &str) -> Option<Markup> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            write!(path, "M{x} {y}h1v1h-1z").ok()?;
        }
    }
    let size = width + 2 * QUIET;
    Some(html! {
        svg.qr viewBox={ "0 0 " (size) " " (size) } role="img" aria-label="A picture for your authenticator app" {
            rect width=(size) height=(size) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}
