//! `comanda accounts end-sessions` and `reset-second-step`: an operator helps somebody, over the database
//! of accounts, which may be running.

use crate::{
    command::{Failure, PersonOptions, ResetSecondStepOptions},
    services,
};
use std::io::Write;

pub(crate) async fn end_sessions(person: &PersonOptions) -> Result<(), Failure> {
    let database = services::open(accounts::SERVICE, &person.options)?;
    let env = services::env(&database).await?;
    let said = accounts::end_sessions(&database, env, &person.email).await?;
    Ok(writeln!(std::io::stdout(), "{said}")?)
}

pub(crate) async fn reset_second_step(reset: &ResetSecondStepOptions) -> Result<(), Failure> {
    let person = &reset.person;
    let database = services::open(accounts::SERVICE, &person.options)?;
    let env = services::env(&database).await?;
    let said = accounts::reset_second_step(&database, env, &person.email, reset.passkeys).await?;
    Ok(writeln!(std::io::stdout(), "{said}")?)
}
