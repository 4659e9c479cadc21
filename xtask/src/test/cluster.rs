//! Two replicas of each service behind NGINX, over PostgreSQL and each distributed broker in turn:
//! `comanda/tests/cluster` does it, and this suite gives it servers that come back when they are
//! killed.

use super::{
    Bench, Verdict,
    counterparts::{self, Counterpart},
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

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    bench.comanda()?;
    nginx()?;
    let mut grid = Grid::of(&["replicas::", "rolling::", "chaos::"]);
    for counterpart in counterparts::ALL.iter().filter(|one| one.cluster) {
        println!("\n{}", counterpart.name);
        grid.columns.push(
            run_column(bench, counterpart)
                .unwrap_or_else(|reason| Column::missing(counterpart.name, reason)),
        );
    }
    println!("\n{grid}");
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
    // One that forgets is not killed: who is not kept is spared.
    let pid = folder.join("broker");
    let _broker = counterpart.lasts.then(|| broker.keep(pid)).transpose()?;
    let values = [folder.display().to_string(), broker.url.clone(), postgres.url()];
    let mut command = Command::new(program);
    command.current_dir(&bench.workspace.root).envs(VARIABLES.into_iter().zip(values));
    let mut column = Column::named(counterpart.name);
    let held = process::heard(&mut command, "cluster", |line| column.hear(line))?;
    column.hear_end("cluster", held);
    Ok(column)
}
