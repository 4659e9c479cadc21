//! Which app asks: `client_secret_basic`, `client_secret_post`, or a public app by its name alone.

use super::answer::{invalid_request, refuse, unauthorized};
use crate::{
    app::{App, seconds},
    client::Caller,
    domain::authorization::Parameters,
    store::clients::Client,
    usecases::openid::{Authenticated, Presented, authenticate_client},
};
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use database::Tx;
use kernel::Env;
use web::Problem;

/// The app, or the answer to whoever is none.
pub(super) async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    Caller(caller): &Caller,
    parameters: &Parameters,
) -> Result<Client, Response> {
    let (id, secret) = credentials(headers, parameters).map_err(|unclear| unclear.answer())?;
    let Ok(id) = id.parse() else { return Err(wrong()) };
    let presented = Presented { id, secret, address: caller.address.clone() };
    let work = move |tx: &mut Tx<'_>, env: &Env| authenticate_client(tx, env, &presented);
    let outcome = app.context.run("authenticate_client", work).await;
    match outcome.map_err(|failure| Problem::from(failure).into_response())? {
        Authenticated::Client(client) => Ok(*client),
        Authenticated::Wrong => Err(wrong()),
        Authenticated::Wait(wait) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut answer = refuse(status, "invalid_client", "too many wrong secrets; wait");
            answer.headers_mut().insert(header::RETRY_AFTER, seconds(wait).into());
            Err(answer)
        }
    }
}

fn wrong() -> Response {
    unauthorized("Basic realm=\"accounts\"", "invalid_client", "unknown app, or not its secret")
}

/// Why nobody knows which app it is.
enum Unclear {
    Missing,
    Twice,
    Wrong,
}

impl Unclear {
    fn answer(&self) -> Response {
        match self {
            Self::Missing => invalid_request("client_id is missing, or sent twice"),
            Self::Twice => invalid_request("the app says in two ways who it is"),
            Self::Wrong => wrong(),
        }
    }
}

/// Name and secret, said in one way only (RFC 6749, 2.3).
fn credentials(
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<(String, Option<String>), Unclear> {
    let posted = parameters.one("client_id");
    let secret = parameters.one("client_secret");
    if !headers.contains_key(header::AUTHORIZATION) {
        let id = posted.ok_or(Unclear::Missing)?;
        return Ok((id.to_owned(), secret.map(ToOwned::to_owned)));
    }
    let (id, basic) = basic(headers).ok_or(Unclear::Wrong)?;
    if secret.is_some() || posted.is_some_and(|posted| posted != id) {
        return Err(Unclear::Twice);
    }
    Ok((id, Some(basic)))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, text) = values.next()?.to_str().ok()?.split_once(' ')?;
    if values.next().is_some() || !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id)?, decoded(secret)?))
}

/// Both are form-encoded before they are joined.
fn decoded(text: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&format!("v={text}")).ok()?;
    let [(_, value)] = pairs.try_into().ok()?;
    Some(value)
}
