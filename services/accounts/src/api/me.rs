//! The person who asks: what we know of them, all of it in a file, and how to be forgotten.

use super::person::{self, PersonBody};
use crate::{
    app::{App, NotIn},
    client::Client,
    gather::{self, Export, NoExport},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use web::{JsonBodyIfAny, Problem, SignedIn};

/// Proof for a step that cannot be taken back.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Proof {
    /// The person's password, typed again.
    password: String,
}

/// Who is signed in.
#[utoipa::path(get, operation_id = "get_me", path = "/api/v1/me", tag = "me", security(("bearer" = []), ("cookie" = [])), responses(
    (status = 200, description = "The person.", body = PersonBody),
    (status = 401, description = "Nobody is signed in."),
))]
pub(crate) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Json<PersonBody>, Problem> {
    let found = person::find(&app, who.person_id).await?;
    found.map(Json).ok_or_else(Problem::unauthorized)
}

/// Everything that all services know of the person, as a file.
#[utoipa::path(get, operation_id = "export_me", path = "/api/v1/me/export", tag = "me", security(("bearer" = []), ("cookie" = [])), responses(
    (status = 200, description = "The data.", body = Export),
    (status = 401, description = "Nobody is signed in."),
    (status = 503, description = "A service does not answer (`missing`), and the file would not be whole; see Retry-After."),
))]
pub(crate) async fn export(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    let export = match gather::export(&app, who.person_id).await {
        Err(NoExport::Incomplete(missing)) => return Ok(incomplete(&missing)),
        export => export?,
    };
    Ok(gather::file(export))
}

/// Any other 5xx says nothing of its cause. This one says what to ask for again.
fn incomplete(missing: &[&str]) -> Response {
    let body = json!({
        "type": "urn:comanda:problem:export_incomplete",
        "title": "Service Unavailable",
        "status": 503,
        "code": "export_incomplete",
        "detail": gather::incomplete(missing),
        "missing": missing,
    });
    let mut answer = (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer.headers_mut().insert(header::RETRY_AFTER, gather::RETRY_AFTER.into());
    answer
}

/// Forgets the person: the account goes, all sessions end, and every service is told. A stolen token
/// is not enough: it takes the password, or a sign-in of less than ten minutes ago.
#[utoipa::path(delete, operation_id = "erase_me", path = "/api/v1/me", tag = "me", request_body = Option<Proof>, security(("bearer" = []), ("cookie" = [])), responses(
    (status = 204, description = "Forgotten."),
    (status = 400, description = "The body is not JSON."),
    (status = 401, description = "Nobody is signed in."),
    (status = 403, description = "The password is wrong or needed, or a browser sent it from elsewhere; `second_step_needed`: it takes a sign-in with two steps, of less than ten minutes ago; `second_step_demanded`: an owner or operator has to set up a passkey or an authenticator app first."),
    (status = 415, description = "The body is of another type."),
    (status = 422, description = "The password is missing in the body."),
    (status = 429, description = "Too many attempts; see Retry-After."),
))]
pub(crate) async fn erase(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    JsonBodyIfAny(proof): JsonBodyIfAny<Proof>,
) -> Result<Response, Problem> {
    if app.stands_alone(&who).await? {
        return Err(Problem::forbidden("second_step_demanded")
            .detail("Set up a passkey or an authenticator app first."));
    }
    match proof {
        // Their own page asks for both, and so does a sign-in.
        Some(_) if !app.signed_in_lately(&who).await? && app.asks_for_two(&who).await? => {
            return Err(Problem::forbidden("second_step_needed")
                .detail("The password alone is not enough. Sign in again with both steps first."));
        }
        Some(Proof { password }) => {
            app.erase(&who, &client, &password).await.map_err(|refusal| match refusal {
                NotIn::Wrong => {
                    Problem::forbidden("wrong_password").detail("The password is not right.")
                }
                other => other.into(),
            })?;
        }
        None if app.signed_in_lately(&who).await? => app.forget(&who).await?,
        None => {
            return Err(Problem::forbidden("password_needed")
                .detail("You signed in a while ago. Send your password, or sign in again first."));
        }
    }
    Ok(app.without_session(StatusCode::NO_CONTENT))
}
