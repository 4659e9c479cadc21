//! Signing in by program with the token of a provider whose own SDK signed the person in.

use super::sessions::{self, SessionBody};
use crate::{app::App, client::Client, domain::throttle::Scope, federated::Outcome};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{JsonBody, Problem};

/// A token of Clerk or Firebase.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Exchange {
    /// The provider's name in the settings.
    #[schema(example = "firebase")]
    provider: String,
    /// Clerk's session token or Firebase's ID token.
    token: String,
    /// Of the authenticator app, or a recovery code: where `second_step_needed` was the answer.
    #[serde(default)]
    #[schema(example = "287082")]
    code: Option<String>,
}

/// Signs in with a token of Clerk or Firebase. An `Idempotency-Key` is not needed: a repeated request
/// opens a session of its own, and keeping the answer would mean to keep the token.
#[utoipa::path(post, operation_id = "exchange_token", path = "/api/v1/sessions/exchange", tag = "sessions", security(()), request_body = Exchange, responses(
    (status = 201, description = "Signed in.", body = SessionBody),
    (status = 400, description = "The body is not JSON."),
    (status = 401, description = "The token is not one of that provider for us, or has expired; `second_step_needed`: they want a code, too."),
    (status = 403, description = "The provider has not confirmed the person's address, or a browser sent it from elsewhere."),
    (status = 409, description = "The address has an account here. Its owner signs in to it and links the provider."),
    (status = 415, description = "The body is of another type."),
    (status = 422, description = "A field is missing or wrong, or no such provider exchanges tokens."),
    (status = 429, description = "Too many attempts from there; see Retry-After."),
    (status = 503, description = "The provider does not answer; see Retry-After."),
))]
pub(crate) async fn create(
    State(app): State<App>,
    client: Client,
    JsonBody(body): JsonBody<Exchange>,
) -> Result<Response, Problem> {
    let no_such = || {
        Problem::unprocessable("unknown_provider")
            .detail("No provider of this name exchanges tokens.")
            .field("/provider", "is not the name of a provider of Clerk or Firebase")
    };
    let provider = app.federation.named(&body.provider).ok_or_else(no_such)?;
    let identity = app.holder(provider, &body.token, &client).await?.ok_or_else(no_such)?;
    match app.admit(identity, None, (&client, Scope::Exchange)).await? {
        Outcome::In(entrance) => {
            sessions::enter(&app, *entrance, body.code.as_deref(), &client).await
        }
        Outcome::ToLink(_) | Outcome::OfAnother => Err(Problem::conflict("link_needed")
            .detail("There is an account with this address. Sign in to it and add the provider there, once.")),
        Outcome::Unproved => Err(Problem::forbidden("email_not_confirmed")
            .detail("The provider has not confirmed the person's e-mail address.")),
    }
}
