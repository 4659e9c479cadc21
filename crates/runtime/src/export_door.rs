//! The internal door at which accounts asks a service what it knows of a person. Whoever comes without
//! a machine token of accounts for this service is told nothing.

use crate::Context;
use axum::{Json, Router, extract::State, routing::post};
use database::Tx;
use session::{AboutPerson, Known};
use web::{FromMachine, JsonBody, Problem};

/// Where the door is in every service.
pub const EXPORT_PATH: &str = "/internal/people/export";

/// Reads what a service knows of a person: entries by table, as its data map says.
pub type ReadKnown = fn(&mut Tx<'_>, &AboutPerson) -> Result<Known, database::Error>;

/// The door, to be merged with a service's routes.
pub fn export_door(context: &Context, read: ReadKnown) -> Router {
    Router::new().route(EXPORT_PATH, post(export)).with_state((context.clone(), read))
}

async fn export(
    State((context, read)): State<(Context, ReadKnown)>,
    FromMachine(machine): FromMachine,
    JsonBody(about): JsonBody<AboutPerson>,
) -> Result<Json<Known>, Problem> {
    if machine.service != web::Service::Accounts.name() {
        return Err(Problem::forbidden("accounts_alone").detail("Accounts alone may ask this."));
    }
    let known = context.database.read(move |tx| read(tx, &about)).await;
    known.map(Json).map_err(|error| match error {
        database::Error::Unavailable { .. } => Problem::unavailable(2),
        error => Problem::internal(&error),
    })
}
