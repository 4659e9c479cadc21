//! Which service asks, at the doors that are for services alone.

use axum::{extract::FromRequestParts, http::request::Parts};
use session::Machine;

use crate::{problem::Problem, signed_in};

/// A service that proved by a machine token for this service who it is; everybody else gets 401,
/// whoever is signed in.
#[derive(Debug, Clone)]
pub struct FromMachine(pub Machine);

impl<S: Send + Sync> FromRequestParts<S> for FromMachine {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let machine = signed_in::machine_of(parts).await?;
        machine.map(Self).ok_or_else(|| {
            Problem::unauthorized().detail("This address is for the other services alone.")
        })
    }
}
