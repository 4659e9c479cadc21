//! `comanda database copy`, `comanda broker copy` and `comanda broker republish`: how a town moves.

use crate::{
    command::{BrokerCopyOptions, DatabaseCopyOptions, Failure, Layout, RepublishOptions},
    services,
};
use broker::{Start, copy::Carried};
use database::{Compared, Location, Step};
use kernel::without_password;
use runtime::BrokerUrl;
use std::io::{Stdout, Write};

/// Service by service: a service that is in the target already is compared and left as it is.
pub(crate) fn databases(copy: &DatabaseCopyOptions) -> Result<(), Failure> {
    let mut differing = 0;
    for service in services::ALL {
        let only = copy.service.map(web::Service::from);
        if only.is_none_or(|only| only == service.name) {
            differing += database(copy, service)?;
        }
    }
    match differing {
        0 => Ok(writeln!(std::io::stdout(), "equal: every table of both sides")?),
        count => Err(Failure::Words(format!(
            "{count} tables differ: the source has changed since the copy began. Remove the target and begin anew"
        ))),
    }
}

/// How many tables differ.
fn database(copy: &DatabaseCopyOptions, service: runtime::Service) -> Result<usize, Failure> {
    let name = service.name.name();
    let place = |url, layout| Location::of_service(url, layout == Layout::Shared, name);
    let (from, to) = (place(&copy.from, copy.from_layout)?, place(&copy.to, copy.to_layout)?);
    let mut out = std::io::stdout();
    writeln!(out, "{name}: {from} to {to}")?;
    let tell = |step: Step<'_>| progress(&mut std::io::stdout(), &step);
    let compared = from.copy_to(&to, &runtime::all_migrations(service), tell);
    let compared = compared.map_err(|source| Failure::DatabaseCopy { service: name, source })?;
    for Compared { table, source, target } in &compared {
        if source == target {
            writeln!(out, "  {table:<20} {source}")?;
        } else {
            writeln!(out, "  {table:<20} {source} is not {target}")?;
        }
    }
    Ok(compared.iter().filter(|table| !table.is_equal()).count())
}

/// Whoever no longer listens misses it; the copy goes on.
fn progress(out: &mut Stdout, step: &Step<'_>) {
    let _ = match step {
        Step::Table { name, copied: 0 } => writeln!(out, "  copying {name}"),
        Step::Table { name, copied } => writeln!(out, "  copying {name}, going on at row {copied}"),
        Step::Batch { copied } => writeln!(out, "    {copied} rows"),
        Step::Compare => writeln!(out, "  comparing"),
    };
}

pub(crate) async fn broker(copy: &BrokerCopyOptions) -> Result<(), Failure> {
    let settings = copy.options.settings(None)?;
    let url = |text: &str| {
        BrokerUrl::parse(text, &settings.data_dir)
            .map_err(|expected| Failure::Words(format!("{:?}: {expected}", without_password(text))))
    };
    let (from, to) = (url(&copy.from)?, url(&copy.to)?);
    let ledger = copy.ledger.clone().unwrap_or_else(|| settings.data_dir.join("broker-copy.db"));
    let start = copy.since.map_or(Start::Earliest, Start::At);
    let tell = |count| {
        let _ = writeln!(std::io::stdout(), "{count} messages");
    };
    let carried = runtime::copy_broker((&from, &to), &ledger, start, tell).await?;
    let mut out = std::io::stdout().lock();
    for Carried { topic, source, target } in &carried {
        if source == target {
            writeln!(out, "  {topic:<20} {source}")?;
        } else {
            writeln!(out, "  {topic:<20} {source} is not {target}")?;
        }
    }
    if carried.iter().any(|topic| topic.source != topic.target) {
        return Err(Failure::Words("the target holds something else than the source".to_owned()));
    }
    writeln!(out, "equal: every message, in the order of its key")?;
    writeln!(out, "If the town ran meanwhile: stop it, and run this again for what came since.")?;
    Ok(())
}

/// Marks the events; the relays of the running services publish them.
pub(crate) async fn republish(republish: &RepublishOptions) -> Result<(), Failure> {
    for service in services::ALL {
        let database = services::open(service, &republish.options)?;
        let since = republish.since;
        let count = database.write(move |tx| outbox::republish(tx, since)).await?;
        writeln!(std::io::stdout(), "{:<12} {count} events", service.name.name())?;
    }
    Ok(())
}
