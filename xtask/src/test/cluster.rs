//! Two replicas of each service behind NGINX, over PostgreSQL and each distributed broker in turn:
//! `comanda/tests/cluster` does it, and this suite gives it servers that come back when they are
//! killed, or servers that it cuts off because they would come back empty.

use super::{
    Bench, Verdict,
    counterparts::{self, Counterpart, Load},
    grid::{Column, Grid},
    rust,
};
use crate::{
    Outcome,
    postgres::{Commits, Server},
    process,
};
use std::process::Command;

/// The variables of the run: the folder of the keepers' files, the broker, and the database.
const VARIABLES: [&str; 3] =
    ["COMANDA_TEST_CLUSTER", "COMANDA_TEST_BROKER", "COMANDA_TEST_POSTGRES"];

/// The variable that chooses one column, by how its name begins; also one that is not run otherwise.
const ONLY: &str = "COMANDA_TEST_COLUMN";
/// The variables that make a run smaller.
const ORDERS: &str = "COMANDA_TEST_ORDERS";
const RATE: &str = "COMANDA_TEST_RATE";

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    bench.comanda()?;
    nginx()?;
    let mut grid = Grid::of(&["replicas::", "rolling::", "chaos::"]);
    let only = std::env::var_os(ONLY).and_then(|name| name.into_string().ok());
    let is_wanted = |one: &&Counterpart| match &only {
        Some(only) => one.name.starts_with(only),
        None => one.cluster.is_some(),
    };
    if !counterparts::ALL.iter().any(|one| is_wanted(&one)) {
        return Err(format!("{ONLY}: no server's name begins so"));
    }
    for counterpart in counterparts::ALL.iter().filter(is_wanted) {
        println!("\n{}", counterpart.name);
        grid.columns.push(
            run_column(bench, counterpart)
                .unwrap_or_else(|reason| Column::missing(counterpart.name, reason)),
        );
    }
    println!("\n{grid}");
    for counterpart in counterparts::ALL.iter().filter(is_wanted) {
        if let Some(Load::Slow { rate, in_ci }) = counterpart.cluster {
            let orders =
                if super::in_ci() { format!("; in CI {in_ci} orders") } else { String::new() };
            println!("{}: at {rate} orders a second, it takes no more{orders}", counterpart.name);
        }
    }
    Ok(grid.verdict())
}

/// Installs NGINX where that is needed. Debian keeps it where people have no path to.
pub(super) fn nginx() -> Outcome<()> {
    if process::find(&["nginx"]).is_none() && !std::path::Path::new("/usr/sbin/nginx").is_file() {
        process::install(&["nginx-light"])?;
    }
    Ok(())
}

fn run_column(bench: &Bench<'_>, counterpart: &Counterpart) -> Outcome<Column> {
    let program = rust::program_of_tests(bench.workspace, "comanda", "cluster")?;
    let folder = bench.workspace.folder("cluster")?;
    for name in ["broker", "postgres"] {
        std::fs::remove_file(folder.join(name)).ok();
    }
    let mut broker = (counterpart.start)(bench.workspace)?;
    let mut postgres = Server::start(Commits::Quick)?;
    let _database = postgres.keep(folder.join("postgres"))?;
    // Who is not kept is not killed.
    let pid = folder.join("broker");
    let _broker = counterpart.lasts.then(|| broker.keep(pid)).transpose()?;
    let values = [folder.display().to_string(), broker.url.clone(), postgres.url()];
    let mut command = Command::new(program);
    command.current_dir(&bench.workspace.root).envs(VARIABLES.into_iter().zip(values));
    if let Some(Load::Slow { rate, in_ci }) = counterpart.cluster {
        let wanted = [(RATE, Some(rate)), (ORDERS, super::in_ci().then_some(in_ci))];
        let unset = wanted.into_iter().filter(|(name, _)| std::env::var_os(name).is_none());
        command.envs(unset.filter_map(|(name, value)| Some((name, value?.to_string()))));
    }
    let mut column = Column::named(counterpart.name);
    let held = process::heard(&mut command, "cluster", |line| column.hear(line))?;
    column.hear_end("cluster", held);
    Ok(column)
}
