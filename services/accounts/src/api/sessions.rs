//! Signing in and out by program.

use super::person::PersonBody;
use crate::{
    app::{App, Welcome},
    client::Client,
    entrance::{Entrance, Second},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use session::Issued;
use utoipa::ToSchema;
use web::{JsonBody, Problem, SignedIn};

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Credentials {
    #[schema(example = "ana@demo.test")]
    email: String,
    #[schema(example = "comanda-demo")]
    password: String,
    /// Of the authenticator app, or a recovery code: where `second_step_needed` was the answer.
    #[serde(default)]
    #[schema(example = "287082")]
    code: Option<String>,
}

/// A fresh session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionBody {
    /// For `Authorization: Bearer …` at every service.
    token: String,
    /// Services renew an expired token by themselves while its session lives; after this instant each
    /// of them asks accounts first.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    person: PersonBody,
}

impl SessionBody {
    /// The answer to who has just come in.
    fn created(issued: Issued, person: PersonBody) -> Response {
        let session = Self { token: issued.token, expires_at: issued.expires_at, person };
        let mut answer = (StatusCode::CREATED, Json(session)).into_response();
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }
}

/// Signs in. An `Idempotency-Key` is not needed: a repeated request opens a session of its own, and
/// keeping the answer would mean to keep the token.
#[utoipa::path(post, operation_id = "create_session", path = "/api/v1/sessions", tag = "sessions", security(()), request_body = Credentials, responses(
    (status = 201, description = "Signed in.", body = SessionBody),
    (status = 400, description = "The body is not JSON."),
    (status = 401, description = "The address, the password or the code is wrong; `second_step_needed`: they want a code, too."),
    (status = 403, description = "A browser sent it from elsewhere."),
    (status = 415, description = "The body is of another type."),
    (status = 422, description = "A field is missing or wrong."),
    (status = 429, description = "Too many attempts; see Retry-After."),
))]
pub(crate) async fn create(
    State(app): State<App>,
    client: Client,
    JsonBody(body): JsonBody<Credentials>,
) -> Result<Response, Problem> {
    let entrance = app.sign_in(&body.email, &body.password, &client).await?;
    enter(&app, entrance, body.code.as_deref(), &client).await
}

/// The answer to a program that came this far: a session, or what is missing for it.
pub(super) async fn enter(
    app: &App,
    entrance: Entrance,
    code: Option<&str>,
    client: &Client,
) -> Result<Response, Problem> {
    let welcome = match entrance {
        Entrance::In(welcome) | Entrance::Alone(welcome) => welcome,
        Entrance::SecondStep(secret) => second_step(app, &secret, code, client).await?,
    };
    let person = super::person::find(app, welcome.principal.person_id).await?;
    let person = person.ok_or_else(Problem::unauthorized)?;
    Ok(SessionBody::created(welcome.issued, person))
}

async fn second_step(
    app: &App,
    secret: &str,
    code: Option<&str>,
    client: &Client,
) -> Result<Welcome, Problem> {
    let needed =
        |code, detail: &'static str| Problem::new(StatusCode::UNAUTHORIZED, code).detail(detail);
    let Some(code) = code else {
        return Err(needed("second_step_needed", "Send a code of the authenticator app, too."));
    };
    match app.pass_second_step(secret, code, client).await? {
        Second::In(welcome) => Ok(welcome),
        Second::Wrong | Second::Over => {
            Err(needed("wrong_code", "The code is not right, or was used before."))
        }
    }
}

/// Signs out: the session of the token that the request carries ends everywhere.
#[utoipa::path(delete, operation_id = "end_session", path = "/api/v1/sessions/current", tag = "sessions", security(("bearer" = []), ("cookie" = [])), responses(
    (status = 204, description = "Signed out."),
    (status = 401, description = "Nobody is signed in."),
    (status = 403, description = "A browser sent it from elsewhere."),
))]
pub(crate) async fn end_current(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    app.sign_out(&who).await?;
    Ok(app.without_session(StatusCode::NO_CONTENT))
}
