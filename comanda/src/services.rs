//! The four services by name.

use crate::command::{Failure, Options};
use axum::Router;
use database::Database;
use kernel::{Env, Random};
use runtime::{Context, Service, StartError};
use std::io::Write;

pub(crate) const ALL: [Service; 4] =
    [landing::SERVICE, orderhub::SERVICE, prepstation::SERVICE, accounts::SERVICE];

pub(crate) fn of(name: web::Service) -> Service {
    match name {
        web::Service::Landing => landing::SERVICE,
        web::Service::Orderhub => orderhub::SERVICE,
        web::Service::Prepstation => prepstation::SERVICE,
        web::Service::Accounts => accounts::SERVICE,
    }
}

pub(crate) async fn start(context: &Context) -> Result<Router, StartError> {
    match context.site.service {
        web::Service::Landing => Ok(landing::start(context)),
        web::Service::Orderhub => orderhub::start(context.clone()).await,
        web::Service::Prepstation => prepstation::start(context.clone()).await,
        web::Service::Accounts => accounts::start(context.clone()).await,
    }
}

/// The whole document of a service's JSON API.
pub(crate) fn openapi(name: web::Service) -> serde_json::Result<serde_json::Value> {
    let own = match name {
        web::Service::Landing => landing::openapi(),
        web::Service::Orderhub => orderhub::openapi(),
        web::Service::Prepstation => prepstation::openapi(),
        web::Service::Accounts => accounts::openapi(),
    };
    serde_json::to_value(own).map(web::openapi::complete)
}

/// The database of a service, for a command.
pub(crate) fn open(service: Service, options: &Options) -> Result<Database, Failure> {
    let location = runtime::location(&options.settings(Some(service.name))?, service.name.name())?;
    let threads = database::Options { readers: 1, writers: 1 };
    Ok(Database::open(&location, &runtime::all_migrations(service), threads)?)
}

/// The instant of a command, by the clock that the service of this database goes by.
pub(crate) async fn env(database: &Database) -> Result<Env, Failure> {
    let env = database.read(|tx| Ok::<_, database::Error>(Env::new(tx.now()?, Random::system())));
    Ok(env.await?)
}

pub(crate) fn migrate_all(options: &Options) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for service in ALL {
        runtime::migrate(service, &options.settings(Some(service.name))?)?;
        writeln!(out, "{:<12} up to date", service.name.name())?;
    }
    Ok(())
}
