//! Every broker adapter against real servers: the conformance suite, the adapter's own tests, and
//! the journeys of an order through `comanda`. Ends with a table of cases and servers.

use super::{Bench, Verdict, counterparts, rust};
use crate::{Outcome, process};
use std::collections::BTreeMap;
use std::fmt;
use std::process::Command;

/// The variable that names the broker of a whole `comanda`.
const BROKER: &str = "COMANDA_TEST_BROKER";
/// The variable that names the server's program, for tests that start one more to kill it.
const PROGRAM: &str = "COMANDA_TEST_PROGRAM";

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    bench.comanda()?;
    let mut table = Table::default();
    table.columns.push(run_column(bench, "embedded", "broker", &[])?);
    for server in counterparts::ALL {
        println!("\n{} with {}", server.adapter, server.name);
        let column = (server.start)(bench.workspace).and_then(|running| {
            let url = running.url.as_str();
            let program = running.program.to_string_lossy();
            let variables = [(server.variable, url), (BROKER, url), (PROGRAM, &program)];
            run_column(bench, server.name, server.adapter, &variables)
        });
        let column = column.unwrap_or_else(|reason| Column::missing(server.name, reason));
        table.columns.push(column);
    }
    println!("\n{table}");
    Ok(table.verdict())
}

fn run_column(
    bench: &Bench<'_>,
    name: &'static str,
    adapter: &str,
    variables: &[(&str, &str)],
) -> Outcome<Column> {
    let mut column = Column { name, ..Column::default() };
    for (package, only) in [(adapter, ""), ("comanda", "journey::")] {
        let program = rust::program_of_tests(bench.workspace, package)?;
        let mut command = Command::new(program);
        command.arg(only).current_dir(&bench.workspace.root).envs(variables.iter().copied());
        let held = process::heard(&mut command, package, |line| column.hear(line))?;
        if !held && column.cases.values().all(|held| *held) {
            column.cases.insert(format!("{package} ended in order"), false);
        }
    }
    Ok(column)
}

/// What one server's tests said.
#[derive(Debug, Default)]
struct Column {
    name: &'static str,
    /// By the name of the test; whether it passed.
    cases: BTreeMap<String, bool>,
    /// Why there is no server.
    missing: Option<String>,
}

impl Column {
    fn missing(name: &'static str, reason: String) -> Self {
        Self { name, missing: Some(reason), ..Self::default() }
    }

    /// Takes in a line such as `test conformance::groups_do_not_see_each_other ... ok`.
    fn hear(&mut self, line: &str) {
        let parts = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "));
        if let Some((name, outcome)) = parts {
            // What a test printed may stand between.
            self.cases.insert(name.to_owned(), outcome.trim_end().ends_with("ok"));
        }
    }

    /// Its tests that are no row: an adapter's own.
    fn own(&self) -> impl Iterator<Item = bool> {
        self.cases.iter().filter(|(name, _)| !is_row(name)).map(|(_, held)| *held)
    }
}

/// What every broker must pass.
fn is_row(name: &str) -> bool {
    name.starts_with("conformance::") || name.starts_with("journey::")
}

/// Cases down, servers across.
#[derive(Debug, Default)]
struct Table {
    columns: Vec<Column>,
}

impl Table {
    /// All cases that any column has: the first one, the embedded broker's, has them all.
    fn rows(&self) -> Vec<&str> {
        let names = self.columns.iter().flat_map(|column| column.cases.keys());
        let mut rows: Vec<_> = names.map(String::as_str).filter(|name| is_row(name)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// A case that a server's tests did not have counts as failed.
    fn verdict(&self) -> Verdict {
        let rows = self.rows();
        let (mut passed, mut failed) = (0, 0);
        for column in self.columns.iter().filter(|column| column.missing.is_none()) {
            let cases = rows.iter().map(|row| column.cases.get(*row) == Some(&true));
            for held in cases.chain(column.own()) {
                if held { passed += 1 } else { failed += 1 }
            }
        }
        let missing: Vec<_> = self
            .columns
            .iter()
            .filter_map(|column| Some(format!("{}: {}", column.name, column.missing.as_ref()?)))
            .collect();
        if failed == 0 && !missing.is_empty() {
            return Verdict::DidNotRun(missing.join("\n"));
        }
        Verdict::Ran { passed, failed: failed + missing.len() as u64 }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows();
        let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let mut line = |head: &str, cell: &dyn Fn(&Column) -> String| {
            write!(out, "{head:<width$}")?;
            for column in &self.columns {
                write!(out, "  {:>10}", cell(column))?;
            }
            writeln!(out)
        };
        line("case", &|column| column.name.to_owned())?;
        for row in rows {
            line(row, &|column| match (column.missing.is_some(), column.cases.get(row)) {
                (true, _) => "no server".to_owned(),
                (false, Some(true)) => "ok".to_owned(),
                (false, Some(false)) => "FAILED".to_owned(),
                (false, None) => "SKIPPED".to_owned(),
            })?;
        }
        line("its own tests", &|column| {
            let held = column.own().filter(|held| *held).count();
            format!("{held}/{}", column.own().count())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &'static str, lines: &[&str]) -> Column {
        let mut column = Column { name, ..Column::default() };
        lines.iter().for_each(|line| column.hear(line));
        column
    }

    #[test]
    fn a_case_that_a_server_never_ran_fails_and_is_named() {
        let embedded =
            column("embedded", &["test conformance::a ... ok", "test conformance::b ... ok"]);
        let nats = column("nats", &["test conformance::a ... ok", "test restart::c ... FAILED"]);
        let table = Table { columns: vec![embedded, nats] };
        assert_eq!(table.verdict(), Verdict::Ran { passed: 3, failed: 2 });
        assert!(table.to_string().contains("conformance::b          ok     SKIPPED"), "{table}");
    }

    #[test]
    fn a_server_that_is_not_there_is_no_success() {
        let embedded = column("embedded", &["test conformance::a ... ok"]);
        let missing = Column::missing("nats", "no apt".to_owned());
        let table = Table { columns: vec![embedded, missing] };
        assert_eq!(table.verdict(), Verdict::DidNotRun("nats: no apt".to_owned()));
    }
}
