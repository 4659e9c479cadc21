//! `/account/recovery-codes`: new codes, shown this once.

use crate::{app::App, client::Client, proved_lately::ProvedLately, usecases};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::Env;
use maud::html;
use web::{
    Page, Problem, Site,
    components::{Tone, notice},
};

/// Makes them; the ones before are over.
pub(super) async fn submit(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    client: Client,
) -> Result<Response, Problem> {
    let (person, place) = (who.person_id, client.place());
    let make =
        move |tx: &mut Tx<'_>, env: &Env| usecases::make_recovery_codes(tx, env, person, &place);
    let codes = app.run_as(&who, "make_recovery_codes", make).await?;
    Ok(shown_once(&app.context.site, &codes.ok_or_else(Problem::unauthorized)?))
}

/// The page that nobody sees twice.
pub(super) fn shown_once(site: &Site, codes: &[String]) -> Response {
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                h1 { "Your recovery codes" }
                (notice(Tone::Warn, "They are shown this once", html! {
                    p { "Print them, or keep them where your passwords are. Each opens your account once, after the password, when your phone is gone. Codes from before do not work any more." }
                }))
                ol.slip.codes { @for code in codes { li { code { (code) } } } }
                a.btn.btn-primary.btn-wide href=(super::SECURITY) { "I have kept them" }
            }
        }
    };
    let page = Page::new(site, "Your recovery codes").no_index().render(&body);
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], page).into_response()
}
