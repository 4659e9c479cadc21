//! `comanda accounts rotate-keys`: over the database of accounts, which may be running.

use crate::{
    command::{Failure, RotateOptions},
    services,
};
use std::io::Write;

pub(crate) async fn run(rotate: &RotateOptions) -> Result<(), Failure> {
    let settings = rotate.options.settings(Some(web::Service::Accounts))?;
    let database = services::open(accounts::SERVICE, &rotate.options)?;
    let env = services::env(&database).await?;
    let origins = web::Origins::new(settings.https, &settings.domain, settings.public_port);
    let issuer = origins.of(web::Service::Accounts);
    let said = accounts::rotate_keys(&database, env, issuer, rotate.now).await?;
    Ok(writeln!(std::io::stdout(), "{said}")?)
}
