//! Forms that anybody may send: a person writes a few, a flood would fill the operator's desk. A page
//! keeps what was typed; a program is told to wait.

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use runtime::{Attempts, Context};
use web::Problem;

/// Messages and applications of one network in a minute.
pub(crate) const FORMS_A_MINUTE: u32 = 10;

/// The network has sent its share of this minute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent;

/// Marks, or refuses programs, what a network sends beyond its share.
pub(crate) async fn throttle(
    State((context, attempts)): State<(Context, Attempts)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.method == Method::POST
        && let Some(network) = context.network_of(&parts)
    {
        let minute = context.minute();
        match attempts.are_spent(&network, minute) {
            true if parts.uri.path().starts_with("/api/") => {
                return Problem::too_many(60).into_response();
            }
            true => drop(parts.extensions.insert(Spent)),
            false => attempts.count(network, minute),
        }
    }
    next.run(Request::from_parts(parts, body)).await
}
