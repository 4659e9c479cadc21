//! The table at the end of a test run, and its last line.

use super::Verdict;
use std::fmt;

/// A suite that was asked for.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    pub(super) seconds: f64,
}

/// All suites of a run.
#[derive(Debug)]
pub(super) struct Table {
    strict: bool,
    rows: Vec<Row>,
}

impl Table {
    /// `strict`: a suite that did not run counts as a failure.
    pub(super) const fn new(strict: bool) -> Self {
        Self { strict, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub(super) fn failed(&self) -> u64 {
        let failed = |row: &Row| match &row.verdict {
            Verdict::Ran { failed, .. } => *failed,
            Verdict::DidNotRun(_) => u64::from(self.strict),
        };
        self.rows.iter().map(failed).sum()
    }

    fn passed(&self) -> u64 {
        let passed = |row: &Row| match &row.verdict {
            Verdict::Ran { passed, .. } => *passed,
            Verdict::DidNotRun(_) => 0,
        };
        self.rows.iter().map(passed).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:<12} {:>7} {:>7} {:>8}", "suite", "passed", "failed", "seconds")?;
        for Row { name, verdict, seconds } in &self.rows {
            match verdict {
                Verdict::Ran { passed, failed } => {
                    writeln!(out, "{name:<12} {passed:>7} {failed:>7} {seconds:>8.1}")?;
                }
                Verdict::DidNotRun(reason) => {
                    let mut lines = reason.lines();
                    let first = lines.next().unwrap_or_default();
                    writeln!(out, "{name:<12} did not run: {first}")?;
                    for line in lines {
                        writeln!(out, "{:<12} {line}", "")?;
                    }
                }
            }
        }
        writeln!(out)?;
        write!(out, "{} passed, {} failed", self.passed(), self.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(strict: bool) -> Table {
        let mut table = Table::new(strict);
        let ran = Verdict::Ran { passed: 12, failed: 1 };
        table.add(Row { name: "rust", verdict: ran, seconds: 3.25 });
        let missing = Verdict::DidNotRun("install the package chromium".to_owned());
        table.add(Row { name: "e2e", verdict: missing, seconds: 0.0 });
        table
    }

    #[test]
    fn a_suite_that_could_not_run_says_why_and_fails_only_in_ci() {
        let (here, ci) = (table(false).to_string(), table(true).to_string());
        assert!(here.contains("e2e          did not run: install the package chromium"), "{here}");
        assert!(here.ends_with("\n12 passed, 1 failed"), "{here}");
        assert!(ci.ends_with("\n12 passed, 2 failed"), "{ci}");
    }
}
