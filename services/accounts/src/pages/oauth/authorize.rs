//! `/oauth/authorize`: an app sends somebody here to learn who they are.

use super::{as_address, client, consent, leave, private, with_query};
use crate::{
    app::{App, NotIn},
    client::Client as Caller,
    domain::authorization::{self, Asked, Parameters, Wrong},
    pages::go,
    store::clients::Client,
    tokens::IdTokenHint,
    usecases::openid::{self, About, Authorized, Authorizing, Pending},
};
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use database::Tx;
use kernel::{Env, ids::PersonId};
use serde::Deserialize;
use session::Principal;
use web::{Form, Problem, QueryOf, Visitor};

/// A request that was kept while the person signed in.
#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    #[serde(default)]
    step: String,
}

/// One request on its way.
pub(super) struct Request {
    pub(super) pending: Pending,
    /// By which it is found again.
    pub(super) step: Option<String>,
}

/// An app and the one of its addresses that is answered to.
pub(super) struct Way {
    pub(super) client: Client,
    pub(super) redirect_uri: String,
    state: Option<String>,
    issuer: String,
}

/// From the app.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    if query.len() > super::QUERY_MAX || query.contains("%00") {
        return Err(Problem::bad_request("invalid_request")
            .detail("The request is too long, or holds the character U+0000."));
    }
    let pending = Pending { query, asked_at: app.context.clock.now() };
    let request = Request { pending, step: None };
    proceed(&app, (visitor.0.as_ref(), &caller), request, false).await
}

/// The same in a form (Core 3.1.2.1 wants both).
pub(in crate::pages) async fn submit(form: Form) -> Result<Response, Problem> {
    as_address("/oauth/authorize", &form)
}

/// Signing in has ended here.
pub(in crate::pages) async fn come_back(
    State(app): State<App>,
    QueryOf(step): QueryOf<Step>,
) -> Result<Response, Problem> {
    let request = kept(&app, &step.step).await?;
    let way = way(&app, &read(&request.pending.query)).await?;
    let on = with_query("/oauth/resume", &[("step", &step.step)]);
    Ok(leave(&app.context.site, &way.client.name, &on))
}

/// After signing in.
pub(in crate::pages) async fn resume(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    QueryOf(step): QueryOf<Step>,
) -> Result<Response, Problem> {
    let request = kept(&app, &step.step).await?;
    proceed(&app, (visitor.0.as_ref(), &caller), request, false).await
}

/// What was kept under this step.
pub(super) async fn kept(app: &App, step: &str) -> Result<Request, Problem> {
    let (text, now) = (step.to_owned(), app.context.clock.now());
    let found = app.context.database.read(move |tx| openid::pending(tx, &text, now)).await?;
    let pending = found.ok_or_else(|| {
        Problem::gone("step_over")
            .detail("That took too long, or is done already. Go back to the app and start again.")
    })?;
    Ok(Request { pending, step: Some(step.to_owned()) })
}

/// Grants the request, or asks what is missing. `consented`: by a form, in which they said yes.
pub(super) async fn proceed(
    app: &App,
    (who, caller): (Option<&Principal>, &Caller),
    request: Request,
    consented: bool,
) -> Result<Response, Problem> {
    let parameters = read(&request.pending.query);
    let way = way(app, &parameters).await?;
    let (asked, expected) = match asked(app, &parameters) {
        Ok(asked) => asked,
        Err(wrong) => return Ok(way.refuse(app, wrong, consented)),
    };
    let about = About {
        person: expected.or(who.map(|who| who.person_id)),
        login_hint: asked.login_hint.clone(),
        address: caller.address.clone(),
    };
    let authorizing = Authorizing {
        client: way.client.id,
        redirect_uri: way.redirect_uri.clone(),
        asked: asked.clone(),
        asked_at: request.pending.asked_at,
        who: who.map(|who| (who.person_id, who.session_id)),
        expected,
        consented,
        step: request.step.clone(),
        address: caller.address.clone(),
    };
    let work = move |tx: &mut Tx<'_>, env: &Env| openid::authorize(tx, env, &authorizing);
    let outcome = app.context.run("authorize", work).await?;
    let missing = match &outcome {
        Authorized::Code(code) => return Ok(way.back(app, &[("code", code)], consented)),
        Authorized::NoClient => return Err(unknown_client()),
        Authorized::MustSignIn | Authorized::MustProve => "login_required",
        Authorized::MustConsent => "consent_required",
    };
    if asked.prompt.none {
        let description = "prompt=none, and the person has to be asked";
        return Ok(way.refuse(app, Wrong { error: missing, description }, consented));
    }
    let step = keep(app, &request, about).await?;
    Ok(match (outcome, who) {
        (Authorized::MustConsent, Some(who)) => private(consent::render(
            &app.context.site,
            &way.client,
            &way.redirect_uri,
            &asked.scopes,
            who,
            &step,
        )),
        (Authorized::MustProve, Some(who)) => {
            private(consent::render_again(&app.context.site, &way.client, who, &step))
        }
        _ => private(go(&sign_in(app, &step, &asked.login_hint))),
    })
}

/// Where to sign in and come back to the request.
pub(super) fn sign_in(app: &App, step: &str, login_hint: &str) -> String {
    let site = &app.context.site;
    let back = with_query(&format!("{}/oauth/continue", site.origin()), &[("step", step)]);
    let mut pairs = vec![("return_to", back.as_str())];
    if !login_hint.is_empty() {
        pairs.push(("email", login_hint));
    }
    with_query("/sign-in", &pairs)
}

async fn keep(app: &App, request: &Request, about: About) -> Result<String, Problem> {
    if let Some(step) = &request.step {
        return Ok(step.clone());
    }
    let pending = request.pending.clone();
    let keep =
        move |tx: &mut Tx<'_>, env: &Env| openid::begin_authorization(tx, env, &pending, &about);
    Ok(app.context.run("begin_authorization", keep).await.map_err(NotIn::from)?)
}

pub(super) fn read(query: &str) -> Parameters {
    Parameters::new(serde_urlencoded::from_str(query).unwrap_or_default())
}

/// The app and its address. Errors before both are known to be right stay on a page of ours (OAuth
/// 2.1, 4.1.2.1): an answer elsewhere would be an open door.
pub(super) async fn way(app: &App, parameters: &Parameters) -> Result<Way, Problem> {
    let found = client(app, parameters.one("client_id")).await?;
    let client = found.ok_or_else(unknown_client)?;
    let wanted = parameters.one("redirect_uri");
    let own = client.redirect_uris.iter().find(|uri| Some(uri.as_str()) == wanted).cloned();
    let redirect_uri = own.ok_or_else(|| {
        Problem::bad_request("invalid_redirect_uri").detail(
            "The app that sent you here wants you back at an address that is not known here. Nothing was told to it.",
        )
    })?;
    let state = parameters.one("state").map(ToOwned::to_owned);
    Ok(Way { client, redirect_uri, state, issuer: app.context.site.origin().to_owned() })
}

fn unknown_client() -> Problem {
    Problem::bad_request("invalid_client")
        .detail("The app that sent you here is not known here. Nothing was told to it.")
}

fn asked(app: &App, parameters: &Parameters) -> Result<(Asked, Option<PersonId>), Wrong> {
    let asked = authorization::read(parameters)?;
    let Some(hint) = &asked.id_token_hint else { return Ok((asked, None)) };
    let wrong = Wrong { error: "invalid_request", description: "id_token_hint is not one of ours" };
    let hint: IdTokenHint = app.tokens.hint(hint).ok_or(wrong)?;
    Ok((asked, Some(hint.sub)))
}

impl Way {
    /// Back to the app with `iss`, by which it knows who answers (RFC 9207).
    fn back(&self, app: &App, pairs: &[(&str, &str)], by_form: bool) -> Response {
        let mut pairs = pairs.to_vec();
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.push(("iss", &self.issuer));
        let to = with_query(&self.redirect_uri, &pairs);
        if by_form { leave(&app.context.site, &self.client.name, &to) } else { private(go(&to)) }
    }

    pub(super) fn refuse(&self, app: &App, wrong: Wrong, by_form: bool) -> Response {
        let pairs = [("error", wrong.error), ("error_description", wrong.description)];
        self.back(app, &pairs, by_form)
    }
}
