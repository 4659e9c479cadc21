//! `comanda import`: restaurants and menus from files, each bad row named with its reason.

use crate::{
    command::{Failure, ImportOptions},
    services,
};
use runtime::{Telemetry, Town};
use std::io::Write;

pub(crate) async fn run(command: &ImportOptions) -> Result<(), Failure> {
    let settings = command.options.settings(Some(web::Service::Prepstation))?;
    Telemetry::start(&settings)?;
    let town = Town::open(&settings).await?;
    let context = town.context(services::of(web::Service::Prepstation), settings)?;
    let options = prepstation::import::Options {
        zone: command.zone.clone(),
        restaurant: command.restaurant.clone(),
    };
    let report = prepstation::import::import(&context, &command.files, &options).await?;
    write!(std::io::stdout(), "{report}")?;
    town.tasks().stopped().await;
    if report.is_clean() {
        Ok(())
    } else {
        Err(Failure::Words("some rows were refused; the rest is imported".to_owned()))
    }
}
