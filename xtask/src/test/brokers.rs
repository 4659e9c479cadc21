//! Every broker adapter against real servers: the conformance suite, the adapter's own tests, and
//! the journeys of an order through `comanda`. Ends with a table of cases and servers.

use super::{
    Bench, Verdict, counterparts,
    grid::{Column, Grid},
    rust,
};
use crate::{Outcome, process};
use std::process::Command;

/// The variable that names the broker of a whole `comanda`.
const BROKER: &str = "COMANDA_TEST_BROKER";
/// The variable that names the server's program, for tests that start one more to kill it.
const PROGRAM: &str = "COMANDA_TEST_PROGRAM";

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    bench.comanda()?;
    let mut grid = Grid::of(&["conformance::", "journey::"]);
    // The embedded broker has all rows.
    grid.columns.push(run_column(bench, "embedded", "broker", &[])?);
    for server in counterparts::ALL {
        println!("\n{} with {}", server.adapter, server.name);
        let column = (server.start)(bench.workspace).and_then(|running| {
            let url = running.url.as_str();
            let program = running.program.to_string_lossy();
            let variables = [(server.variable, url), (BROKER, url), (PROGRAM, &program)];
            run_column(bench, server.name, server.adapter, &variables)
        });
        let column = column.unwrap_or_else(|reason| Column::missing(server.name, reason));
        grid.columns.push(column);
    }
    println!("\n{grid}");
    Ok(grid.verdict())
}

fn run_column(
    bench: &Bench<'_>,
    name: &'static str,
    adapter: &str,
    variables: &[(&str, &str)],
) -> Outcome<Column> {
    let mut column = Column::named(name);
    for (package, only) in [(adapter, ""), ("comanda", "journey::")] {
        let program = rust::program_of_tests(bench.workspace, package, "it")?;
        let mut command = Command::new(program);
        command.arg(only).current_dir(&bench.workspace.root).envs(variables.iter().copied());
        let held = process::heard(&mut command, package, |line| column.hear(line))?;
        column.hear_end(package, held);
    }
    Ok(column)
}
