//! `comanda`: all four services in one process, or one of them; and the operator's tools.

mod backup;
mod command;
mod copy;
mod dead_letters;
mod demo;
mod doctor;
mod documents;
mod export;
mod help;
mod import;
mod ready;
mod rotate_keys;
mod services;
mod up;

use clap::Parser;
use command::{
    AccountsOptions, AccountsTask, BrokerCommand, Comanda, Command, DatabaseCommand, Failure,
};
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    let comanda = Comanda::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(Failure::from).and_then(|runtime| runtime.block_on(run(comanda)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "comanda: {}", kernel::in_words(&failure));
            ExitCode::FAILURE
        }
    }
}

async fn run(comanda: Comanda) -> Result<(), Failure> {
    match comanda.command.unwrap_or_else(Command::up_with_demo) {
        Command::Up(options) => up::all(&options).await,
        Command::Landing(options) => up::one(web::Service::Landing, &options).await,
        Command::Orderhub(options) => up::one(web::Service::Orderhub, &options).await,
        Command::Prepstation(options) => up::one(web::Service::Prepstation, &options).await,
        Command::Accounts(AccountsOptions { task: None, options }) => {
            up::one(web::Service::Accounts, &options).await
        }
        Command::Accounts(AccountsOptions {
            task: Some(AccountsTask::RotateKeys(rotate)), ..
        }) => rotate_keys::run(&rotate).await,
        Command::Accounts(AccountsOptions {
            task: Some(AccountsTask::EndSessions(person)),
            ..
        }) => help::end_sessions(&person).await,
        Command::Accounts(AccountsOptions {
            task: Some(AccountsTask::ResetSecondStep(reset)),
            ..
        }) => help::reset_second_step(&reset).await,
        // The driver of PostgreSQL blocks.
        Command::Migrate(options) => {
            tokio::task::block_in_place(|| services::migrate_all(&options))
        }
        Command::Ready(options) => ready::run(&options).await,
        Command::Doctor(options) => doctor::run(&options).await,
        Command::Import(import) => import::run(&import).await,
        Command::Database(DatabaseCommand::Copy(copy)) => {
            tokio::task::spawn_blocking(move || copy::databases(&copy)).await?
        }
        Command::Broker(BrokerCommand::Copy(copy)) => copy::broker(&copy).await,
        Command::Broker(BrokerCommand::Republish(republish)) => copy::republish(&republish).await,
        Command::Backup(backup) => {
            tokio::task::spawn_blocking(move || backup::run(&backup)).await?
        }
        Command::DeadLetters(dead_letters) => dead_letters::run(&dead_letters).await,
        Command::ExportLanding(export) => export::run(&export),
        Command::Openapi { service } => documents::openapi(service.into()),
        Command::Asyncapi => documents::asyncapi(),
        Command::Privacy => documents::privacy(),
        Command::Config => documents::config(),
    }
}
