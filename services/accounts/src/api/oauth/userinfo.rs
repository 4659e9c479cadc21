//! `GET|POST /oauth/userinfo` (OpenID Connect Core 1.0, 5.3): what the person let the app see.

use super::{
    answer::{private, unauthorized},
    token::parameters,
};
use crate::{
    app::App,
    domain::scope::Scope,
    store::persons::{self, Person},
    usecases::{Failure, openid::grant_of_access},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use kernel::ids::PersonId;
use serde::Serialize;
use web::{Form, Problem};

#[derive(Debug, Serialize)]
struct UserInfo {
    sub: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

/// With the token in the header.
pub(super) async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    match bearer(&headers) {
        Some(token) => answer(&app, token).await,
        None => no_token(),
    }
}

/// With the token in the header or in the form, and not in both (RFC 6750, 2).
pub(super) async fn show_posted(
    State(app): State<App>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let posted = parameters(&form).one("access_token").map(ToOwned::to_owned);
    match (bearer(&headers), posted) {
        (Some(token), None) => answer(&app, token).await,
        (None, Some(token)) if !headers.contains_key(header::AUTHORIZATION) => {
            answer(&app, token).await
        }
        _ => no_token(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, token) = values.next()?.to_str().ok()?.split_once(' ')?;
    let fine = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    fine.then(|| token.trim().to_owned())
}

fn no_token() -> Response {
    unauthorized("Bearer", "invalid_request", "send one access token")
}

async fn answer(app: &App, token: String) -> Response {
    let now = app.context.clock.now();
    let found = app.context.database.read(move |tx| {
        let Some(grant) = grant_of_access(tx, &token, now)? else { return Ok(None) };
        let person = persons::by_id(tx, grant.person)?;
        Ok::<_, Failure>(person.map(|person| info(person, |scope| grant.scopes.contains(&scope))))
    });
    match found.await {
        Ok(Some(info)) => private(Json(info)),
        Ok(None) => {
            let scheme = "Bearer error=\"invalid_token\"";
            unauthorized(scheme, "invalid_token", "the access token is not known, or has ended")
        }
        Err(failure) => Problem::from(failure).into_response(),
    }
}

fn info(person: Person, granted: impl Fn(Scope) -> bool) -> UserInfo {
    let (profile, email) = (granted(Scope::Profile), granted(Scope::Email));
    UserInfo {
        sub: person.id,
        name: profile.then_some(person.name),
        email: email.then_some(person.email),
        email_verified: email.then_some(person.email_verified),
    }
}
