//! Guards what is dangerous: the person of the session must have proved within ten minutes that it is
//! them, by signing in or at `/confirm` (ASVS 5.0, 7.5.1 and 7.5.3). Pages lead there and back; programs hear
//! `proof_needed`.

use crate::{app::App, pages, store::ways, usecases::Failure};
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use session::{Principal, Role};
use web::{Problem, SignedIn, signed_in};

/// Somebody who may do what is dangerous now. An owner or operator of whom a second step is demanded
/// has one.
pub(crate) struct ProvedLately(pub(crate) Principal);

/// The same for setting up a way to prove it, which is what is demanded first.
pub(crate) struct SettingUp(pub(crate) Principal);

impl FromRequestParts<App> for SettingUp {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let SignedIn(who) = SignedIn::from_request_parts(parts, app).await?;
        let proved = app.signed_in_lately(&who).await;
        if proved.map_err(|failure| Problem::from(failure).into_response())? {
            return Ok(Self(who));
        }
        Err(refuse(parts, app, "/confirm", "Prove again that it is you: sign in, or at /confirm."))
    }
}

impl FromRequestParts<App> for ProvedLately {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let SettingUp(who) = SettingUp::from_request_parts(parts, app).await?;
        let alone = app.stands_alone(&who).await;
        if !alone.map_err(|failure| Problem::from(failure).into_response())? {
            return Ok(Self(who));
        }
        Err(refuse(parts, app, pages::SECURITY, "Set up a passkey or an authenticator app first."))
    }
}

impl App {
    /// Whether a second step is demanded of somebody who has set up none.
    pub(crate) async fn stands_alone(&self, who: &Principal) -> Result<bool, Failure> {
        let staff = who.operator || who.roles.values().any(|role| *role == Role::Owner);
        if !(staff && self.context.settings.second_step_for_staff) {
            return Ok(false);
        }
        let person = who.person_id;
        let found = self.context.database.read(move |tx| {
            let ways = ways::of_person(tx, person)?;
            Ok::<_, Failure>(!ways.are_strong())
        });
        found.await
    }
}

fn refuse(parts: &Parts, app: &App, path: &str, sentence: &'static str) -> Response {
    if signed_in::is_program(parts) {
        return Problem::forbidden("proof_needed").detail(sentence).into_response();
    }
    let back = signed_in::page_of(parts, &app.context.site);
    Redirect::to(&pages::with_return(path, &back)).into_response()
}
