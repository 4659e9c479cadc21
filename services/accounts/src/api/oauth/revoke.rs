//! `POST /oauth/revoke` (RFC 7009)

use super::{
    answer::{invalid_request, private},
    client::authenticate,
    token::parameters,
};
use crate::{app::App, client::Caller, usecases::openid::revoke_token};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::Env;
use web::{Form, Problem};

/// Whatever the token was, it is none afterwards.
pub(super) async fn revoke(
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
    let Some(token) = parameters.one("token").map(ToOwned::to_owned) else {
        return invalid_request("token is missing, or sent twice");
    };
    let id = client.id;
    let work = move |tx: &mut Tx<'_>, env: &Env| revoke_token(tx, env, id, &token);
    match app.context.run("revoke_token", work).await {
        Ok(()) => private(StatusCode::OK),
        Err(failure) => Problem::from(failure).into_response(),
    }
}
