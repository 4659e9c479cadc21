//! `POST /api/v1/applications`.

use super::Receipt;
use crate::{forms::Application, usecases::submit_application::submit_application};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use database::Tx;
use kernel::Env;
use runtime::Context;
use web::{IdempotencyKey, JsonBody, Problem};

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/api/v1/applications", post(submit))
}

/// Applies to join with a restaurant.
#[utoipa::path(post, operation_id = "submit_application", path = "/api/v1/applications", tag = "applications", request_body = Application,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key act once.")),
    responses((status = 201, description = "Received", body = Receipt), (status = 400, description = "No key, or not JSON"),
              (status = 422, description = "Fields are wrong, or the key was used for something else"),
              (status = 429, description = "Too many from there; see Retry-After.")))]
pub(super) async fn submit(
    State(context): State<Context>,
    key: IdempotencyKey,
    JsonBody(application): JsonBody<Application>,
) -> Result<(StatusCode, Json<Receipt>), Problem> {
    let submit =
        move |tx: &mut Tx<'_>, env: &Env| submit_application(tx, env, key.as_str(), &application);
    let id = context.run("submit_application", submit).await?;
    Ok((StatusCode::CREATED, Json(Receipt { id: id.to_string() })))
}
