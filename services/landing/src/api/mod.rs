//! The JSON API of landing.

mod applications;
mod contact;

use crate::usecases::Refusal;
use axum::Router;
use runtime::Context;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use web::Problem;

pub(crate) fn routes() -> Router<Context> {
    Router::new().merge(applications::routes()).merge(contact::routes())
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Comanda landing",
        description = "Messages to the operator and applications of restaurants."
    ),
    paths(contact::send, applications::submit)
)]
struct Document;

pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// What was received, by the reference to quote when asking about it.
#[derive(Debug, Serialize, ToSchema)]
struct Receipt {
    id: String,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Fields(fields) => fields
                .iter()
                .fold(Problem::unprocessable("invalid_fields"), |problem, error| {
                    problem.field(format!("/{}", error.field), error.sentence)
                })
                .detail("Some fields are not as they should be."),
            Refusal::KeyReused => Problem::unprocessable("idempotency_key_reused")
                .detail("This Idempotency-Key was used with another body. Use a new one."),
            Refusal::Database(error) => Problem::internal(&error),
            Refusal::Publish(error) => Problem::internal(&error),
        }
    }
}
