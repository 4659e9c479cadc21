//! What the other services ask, server to server. The token itself is the proof: who holds it could
//! use it anyway, and learns nothing but its successor.

use crate::{app::App, tokens::NotRenewed};
use axum::{Json, extract::State};
use session::{Issued, RenewRequest};
use web::{JsonBody, Problem};

/// The successor of a token, while its session lives. 401: the session is over.
pub(super) async fn renew(
    State(app): State<App>,
    JsonBody(body): JsonBody<RenewRequest>,
) -> Result<Json<Issued>, Problem> {
    app.tokens.renew(&body.token).await.map(Json).map_err(|refusal| match refusal {
        NotRenewed::Over => Problem::unauthorized().detail("The session is over. Sign in again."),
        NotRenewed::TooMany => Problem::too_many(60),
        NotRenewed::Failure(failure) => failure.into(),
    })
}
