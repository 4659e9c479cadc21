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

/// Enough for a screen.
const SHOWN: u32 = 100;

pub(crate) async fn run(command: &DeadLetterOptions) -> Result<(), Failure> {
    let one = command.service.map(web::Service::from);
    let names = one.map_or_else(|| web::Service::ALL.to_vec(), |name| vec![name]);
    let mut replayed = 0;
    for name in names {
        let database = services::open(services::of(name), &command.options)?;
        match command.replay.as_deref() {
            None => list(name, &database).await?,
            Some(events) => replayed += replay(&database, events).await?,
        }
    }
    match command.replay.as_deref() {
        None => Ok(()),
        Some(id) if id != "all" && replayed == 0 => {
            Err(Failure::Words(format!("{id} is not among the dead letters")))
        }
        Some(_) => Ok(writeln!(std::io::stdout(), "{replayed} events will be handled again")?),
    }
}

async fn list(name: web::Service, database: &Database) -> Result<(), Failure> {
    let mut letters = database.read(|tx| dead_letters::list(tx, SHOWN + 1)).await?;
    let more = letters.len() > SHOWN as usize;
    letters.truncate(SHOWN as usize);
    let mut out = std::io::stdout().lock();
    for letter in &letters {
        writeln!(out, "{letter}")?;
    }
    let more = if more { ", the oldest of more" } else { "" };
    Ok(writeln!(out, "{:<12} {} dead letters{more}", name.name(), letters.len())?)
}

/// Asks for one event, or for `all`, to be handled again; tells how many.
async fn replay(database: &Database, events: &str) -> Result<u64, Failure> {
    let now = Env::system().now;
    if events == "all" {
        return Ok(database.write(move |tx| dead_letters::replay_all(tx, now)).await?);
    }
    let uuid = events
        .parse()
        .map_err(|_| Failure::Words(format!("{events:?} is not the id of an event")))?;
    let event = EventId::from_uuid(uuid);
    Ok(database.write(move |tx| dead_letters::replay(tx, event, now)).await?.into())
}
