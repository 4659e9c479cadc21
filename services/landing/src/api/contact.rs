//! `POST /api/v1/contact`.

use super::Receipt;
use crate::{forms::Message, usecases::send_message::send_message};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use database::Tx;
use kernel::Env;
use runtime::Context;
use web::{IdempotencyKey, JsonBody, Problem};

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/api/v1/contact", post(send))
}

/// Sends a message to the operator.
#[utoipa::path(post, operation_id = "send_message", path = "/api/v1/contact", tag = "contact", request_body = Message,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key act once.")),
    responses((status = 201, description = "Received", body = Receipt), (status = 400, description = "No key, or not JSON"),
              (status = 422, description = "Fields are wrong, or the key was used for something else"),
              (status = 429, description = "Too many from there; see Retry-After.")))]
pub(super) async fn send(
    State(context): State<Context>,
    key: IdempotencyKey,
    JsonBody(message): JsonBody<Message>,
) -> Result<(StatusCode, Json<Receipt>), Problem> {
    let send = move |tx: &mut Tx<'_>, env: &Env| send_message(tx, env, key.as_str(), &message);
    let id = context.run("send_message", send).await?;
    Ok((StatusCode::CREATED, Json(Receipt { id: id.to_string() })))
}
