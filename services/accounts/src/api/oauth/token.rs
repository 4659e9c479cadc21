//! `POST /oauth/token`

use super::{
    answer::{invalid_request, private, refuse},
    client::authenticate,
    id_token,
};
use crate::{
    app::App,
    client::Caller,
    domain::{authorization::Parameters, scope},
    store::clients::Client,
    tokens::IdTokenSigner,
    usecases::{
        Failure,
        openid::{ACCESS_LIFE, Exchange, Issue, Redeeming, redeem_code, refresh_tokens},
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::Env;
use serde::Serialize;
use web::{Form, Problem};

#[derive(Debug, Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    id_token: String,
    scope: String,
}

/// A code or a refresh token for tokens.
pub(super) async fn exchange(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Caller,
    form: Form,
) -> Response {
    let parameters = parameters(&form);
    let client = match authenticate(&app, &headers, &caller, &parameters).await {
        Ok(client) => client,
        Err(answer) => return answer,
    };
    // Before the code is used up: keys may have to be made.
    let signer = match app.tokens.id_token_signer(client.algorithm).await {
        Ok(signer) => signer,
        Err(failure) => return Problem::from(failure).into_response(),
    };
    let exchanged = match parameters.one("grant_type") {
        Some("authorization_code") => by_code(&app, &client, &parameters).await,
        Some("refresh_token") => by_refresh_token(&app, &client, &parameters).await,
        Some(_) => {
            let description = "grant_type is authorization_code or refresh_token";
            Err(refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type", description))
        }
        None => Err(invalid_request("grant_type is missing, or sent twice")),
    };
    match exchanged {
        Ok(Exchange::Issued(issue)) => match tokens(&app, &signer, *issue) {
            Ok(tokens) => private(Json(tokens)),
            Err(failure) => Problem::from(failure).into_response(),
        },
        Ok(Exchange::Refused(why)) => refuse(StatusCode::BAD_REQUEST, "invalid_grant", why),
        Err(answer) => answer,
    }
}

pub(super) fn parameters(form: &Form) -> Parameters {
    let pairs = form.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Parameters::new(pairs.collect())
}

async fn by_code(
    app: &App,
    client: &Client,
    parameters: &Parameters,
) -> Result<Exchange, Response> {
    let one = |name: &str| parameters.one(name).map(ToOwned::to_owned);
    let missing = |name: &str| invalid_request(&format!("{name} is missing, or sent twice"));
    let redeeming = Redeeming {
        client: client.id,
        code: one("code").ok_or_else(|| missing("code"))?,
        redirect_uri: one("redirect_uri").ok_or_else(|| missing("redirect_uri"))?,
        verifier: one("code_verifier").ok_or_else(|| missing("code_verifier"))?,
    };
    let work = move |tx: &mut Tx<'_>, env: &Env| redeem_code(tx, env, &redeeming);
    let done = app.context.run("redeem_code", work).await;
    done.map_err(|failure| Problem::from(failure).into_response())
}

async fn by_refresh_token(
    app: &App,
    client: &Client,
    parameters: &Parameters,
) -> Result<Exchange, Response> {
    let token = parameters.one("refresh_token").map(ToOwned::to_owned);
    let token = token.ok_or_else(|| invalid_request("refresh_token is missing, or sent twice"))?;
    let id = client.id;
    let work = move |tx: &mut Tx<'_>, env: &Env| refresh_tokens(tx, env, id, &token);
    let done = app.context.run("refresh_tokens", work).await;
    done.map_err(|failure| Problem::from(failure).into_response())
}

fn tokens(app: &App, signer: &IdTokenSigner, issue: Issue) -> Result<Tokens, Failure> {
    Ok(Tokens {
        id_token: id_token::of(app, signer, &issue)?,
        access_token: issue.access_token,
        token_type: "Bearer",
        expires_in: ACCESS_LIFE.as_secs(),
        refresh_token: issue.refresh_token,
        scope: scope::words(&issue.grant.scopes),
    })
}
