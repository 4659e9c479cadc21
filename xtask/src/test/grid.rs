//! Cases down, servers across: what suites that run the same cases against several servers found.

use super::Verdict;
use std::collections::BTreeMap;
use std::fmt;

/// What one server's tests said.
#[derive(Debug, Default)]
pub(super) struct Column {
    name: &'static str,
    /// By the name of the test; whether it passed.
    cases: BTreeMap<String, bool>,
    /// Why there is no server.
    missing: Option<String>,
}

impl Column {
    /// One that has heard nothing yet.
    pub(super) fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// One of a server that could not be had.
    pub(super) fn missing(name: &'static str, reason: String) -> Self {
        Self { name, missing: Some(reason), ..Self::default() }
    }

    /// Takes in a line such as `test conformance::groups_do_not_see_each_other ... ok`.
    pub(super) fn hear(&mut self, line: &str) {
        let parts = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "));
        if let Some((name, outcome)) = parts {
            // What a test printed may stand between.
            self.cases.insert(name.to_owned(), outcome.trim_end().ends_with("ok"));
        }
    }

    /// Takes in whether a program of tests succeeded: one that died has no line that says so.
    pub(super) fn hear_end(&mut self, program: &str, succeeded: bool) {
        if !succeeded && self.cases.values().all(|held| *held) {
            self.cases.insert(format!("{program} ended in order"), false);
        }
    }
}

/// What every server must pass, with a column for each.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    /// How the names of its rows begin. Other tests are a server's own.
    rows: &'static [&'static str],
}

impl Grid {
    /// Without columns yet.
    pub(super) const fn of(rows: &'static [&'static str]) -> Self {
        Self { columns: Vec::new(), rows }
    }

    fn is_row(&self, name: &str) -> bool {
        self.rows.iter().any(|row| name.starts_with(row))
    }

    /// The tests of a column that are no row.
    fn own<'a>(&'a self, column: &'a Column) -> impl Iterator<Item = bool> {
        column.cases.iter().filter(|(name, _)| !self.is_row(name)).map(|(_, held)| *held)
    }

    /// All cases that any column has.
    fn rows(&self) -> Vec<&str> {
        let names = self.columns.iter().flat_map(|column| column.cases.keys());
        let mut rows: Vec<_> = names.map(String::as_str).filter(|name| self.is_row(name)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// A case that a server's tests did not have counts as failed, and so does a server without any.
    pub(super) fn verdict(&self) -> Verdict {
        let rows = self.rows();
        let (mut passed, mut failed) = (0, 0);
        for column in self.columns.iter().filter(|column| column.missing.is_none()) {
            failed += u64::from(column.cases.is_empty());
            let cases = rows.iter().map(|row| column.cases.get(*row) == Some(&true));
            for held in cases.chain(self.own(column)) {
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

impl fmt::Display for Grid {
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
            let held = self.own(column).filter(|held| *held).count();
            format!("{held}/{}", self.own(column).count())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &'static str, lines: &[&str]) -> Column {
        let mut column = Column::named(name);
        lines.iter().for_each(|line| column.hear(line));
        column
    }

    #[test]
    fn a_case_that_a_server_never_ran_fails_and_is_named() {
        let embedded =
            column("embedded", &["test conformance::a ... ok", "test conformance::b ... ok"]);
        let nats = column("nats", &["test conformance::a ... ok", "test restart::c ... FAILED"]);
        let grid = Grid { columns: vec![embedded, nats], ..Grid::of(&["conformance::"]) };
        assert_eq!(grid.verdict(), Verdict::Ran { passed: 3, failed: 2 });
        assert!(grid.to_string().contains("conformance::b          ok     SKIPPED"), "{grid}");
    }

    #[test]
    fn a_server_whose_tests_said_nothing_is_no_success() {
        let grid = Grid { columns: vec![column("nats", &[])], ..Grid::of(&["conformance::"]) };
        assert_eq!(grid.verdict(), Verdict::Ran { passed: 0, failed: 1 });
    }

    #[test]
    fn a_server_that_is_not_there_is_no_success() {
        let embedded = column("embedded", &["test conformance::a ... ok"]);
        let missing = Column::missing("nats", "no apt".to_owned());
        let grid = Grid { columns: vec![embedded, missing], ..Grid::of(&["conformance::"]) };
        assert_eq!(grid.verdict(), Verdict::DidNotRun("nats: no apt".to_owned()));
    }
}
