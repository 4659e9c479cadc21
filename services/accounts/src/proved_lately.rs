//! Guards what is dangerous: the person of the session must have proved within ten minutes that it is
//! them, by signing in or at `/confirm` (ASVS 5.0, 7.5.1 and 7.5.3), with both steps if they have set up
//! a second one. Pages lead there and back; programs hear `proof_needed`.

use crate::{
    app::App,
    domain::method::Method,
    pages,
    store::{sessions, ways},
    usecases::Failure,
};
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use database::Tx;
use session::{Principal, Role};
use web::{Problem, SignedIn, signed_in};

/// Somebody who may do what is dangerous now. An owner or operator of whom a second step is demanded
/// has one.
pub(crate) struct ProvedLately(pub(crate) Principal);

/// The same for setting up a way to prove it, which is what is demanded first.
pub(crate) struct SettingUp(pub(crate) Principal);

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Address,
    /// Whoever proved anything shows the old one, too (ASVS 5.0, 6.2.3).
    Password,
}

/// What stands before a change of password or address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hurdle {
    /// Nothing: it was proved a moment ago.
    Nothing,
    /// The password.
    Password,
    /// All that `/confirm` asks for.
    Confirm,
    /// A second step must be set up.
    SetUp,
}

impl Hurdle {
    /// Where it is taken, if not on the page itself.
    pub(crate) fn page(self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::Password => None,
            Self::Confirm => Some("/confirm"),
            Self::SetUp => Some(pages::SECURITY),
        }
    }
}

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
    /// Whether a second step is demanded of somebody who has set up none, and came by no provider that
    /// asked for one.
    pub(crate) async fn stands_alone(&self, who: &Principal) -> Result<bool, Failure> {
        if !self.is_demanded_of(who) {
            return Ok(false);
        }
        let (person, session) = (who.person_id, who.session_id);
        let found = self.context.database.read(move |tx| {
            let came = sessions::by_id(tx, session)?;
            let there = came.is_some_and(|one| one.methods.contains(&Method::ProviderStep));
            Ok::<_, Failure>(!(there || ways::of_person(tx, person)?.are_strong()))
        });
        found.await
    }

    /// Whether this person, who does not stand alone, proves themselves by two steps: here, or at the
    /// provider by which they came.
    pub(crate) async fn asks_for_two(&self, who: &Principal) -> Result<bool, Failure> {
        let person = who.person_id;
        let ways = move |tx: &mut Tx<'_>| Ok::<_, Failure>(ways::of_person(tx, person)?);
        let own = self.context.database.read(ways).await?.authenticator;
        Ok(own || self.is_demanded_of(who))
    }

    /// What stands before a change of `what`.
    pub(crate) async fn hurdle(&self, who: &Principal, what: Change) -> Result<Hurdle, Failure> {
        if self.stands_alone(who).await? {
            return Ok(Hurdle::SetUp);
        }
        let lately = self.signed_in_lately(who).await?;
        if !lately && self.asks_for_two(who).await? {
            return Ok(Hurdle::Confirm);
        }
        Ok(match (self.has_password(who).await?, lately) {
            (true, true) if what == Change::Address => Hurdle::Nothing,
            (true, _) => Hurdle::Password,
            (false, true) => Hurdle::Nothing,
            (false, false) => Hurdle::Confirm,
        })
    }

    fn is_demanded_of(&self, who: &Principal) -> bool {
        let staff = who.operator || who.roles.values().any(|role| *role == Role::Owner);
        staff && self.context.settings.second_step_for_staff
    }
}

fn refuse(parts: &Parts, app: &App, path: &str, sentence: &'static str) -> Response {
    if signed_in::is_program(parts) {
        return Problem::forbidden("proof_needed").detail(sentence).into_response();
    }
    let back = signed_in::page_of(parts, &app.context.site);
    Redirect::to(&pages::with_return(path, &back)).into_response()
}
