//! `comanda dead-letters`: events that could not be handled, and their second chance.

use crate::{
    command::{DeadLetterOptions, Failure},
    services,
};
use database::Database;
use kernel::{
    Env,
    ids::{EventId, Id},
};
use outbox::dead_letters;
use std::io::Write;

/// Enough for a screen; the count tells of more.
const SHOWN: u32 = 100;

pub(crate) async fn run(command: &DeadLetterOptions) -> Result<(), Failure> {
    let name: web::Service = command.service.into();
    let database = services::open(services::of(name), &command.options)?;
    match command.replay.as_deref() {
        None => list(&database).await,
        Some("all") => {
            let now = Env::system().now;
            let count = database.write(move |tx| dead_letters::replay_all(tx, now)).await?;
            Ok(writeln!(std::io::stdout(), "{count} events will be handled again")?)
        }
        Some(id) => replay(&database, id).await,
    }
}

async fn list(database: &Database) -> Result<(), Failure> {
    let letters = database.read(|tx| dead_letters::list(tx, SHOWN)).await?;
    let mut out = std::io::stdout().lock();
    for letter in &letters {
        writeln!(out, "{letter}")?;
    }
    writeln!(out, "{} dead letters", letters.len())?;
    Ok(())
}

async fn replay(database: &Database, id: &str) -> Result<(), Failure> {
    let uuid =
        id.parse().map_err(|_| Failure::Words(format!("{id:?} is not the id of an event")))?;
    let (event, now) = (EventId::from_uuid(uuid), Env::system().now);
    if database.write(move |tx| dead_letters::replay(tx, event, now)).await? {
        Ok(writeln!(std::io::stdout(), "{id} will be handled again")?)
    } else {
        Err(Failure::Words(format!("{id} is not among the dead letters")))
    }
}
