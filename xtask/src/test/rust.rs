//! What Cargo checks: formatting, lints, the build and the tests of the workspace.

use super::{Bench, Verdict};
use crate::{
    Outcome,
    postgres::{Commits, Server},
    process,
    workspace::Workspace,
};
use std::{path::PathBuf, process::Command};

/// All broker adapters and stores of uploads, as a release has them.
const FEATURES: [&str; 2] = ["--features", "comanda/brokers,comanda/s3"];

/// The variable that names the PostgreSQL of a test run.
const POSTGRES: &str = "COMANDA_TEST_POSTGRES";

pub(super) fn fmt(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let mut command = bench.workspace.cargo(&["fmt", "--all", "--check"]);
    Ok(Verdict::one(process::aloud(&mut command, "cargo fmt")?))
}

pub(super) fn clippy(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let mut command = bench.workspace.cargo(&["clippy", "--workspace", "--all-targets", "--quiet"]);
    command.args(FEATURES).args(["--", "-D", "warnings"]);
    Ok(Verdict::one(process::aloud(&mut command, "cargo clippy")?))
}

/// Programs, tests and examples in one go.
pub(super) fn build(workspace: &Workspace) -> Outcome<bool> {
    process::aloud(&mut building(workspace), "cargo build")
}

fn building(workspace: &Workspace) -> Command {
    let arguments = ["build", "--workspace", "--bins", "--tests", "--examples", "--quiet"];
    let mut command = workspace.cargo(&arguments);
    command.args(FEATURES);
    command
}

/// The built tests `name` of a package, by the name of its folder.
pub(super) fn program_of_tests(
    workspace: &Workspace,
    package: &str,
    name: &str,
) -> Outcome<PathBuf> {
    built_program(building(workspace), package, name)
}

/// The same, built with a feature that no build for people has.
pub(super) fn program_with(
    workspace: &Workspace,
    (package, feature): (&str, &str),
    name: &str,
) -> Outcome<PathBuf> {
    let mut command = workspace.cargo(&["build", "--quiet", "--package", package]);
    command.args(["--features", feature, "--test", name]);
    built_program(command, package, name)
}

fn built_program(mut command: Command, package: &str, name: &str) -> Outcome<PathBuf> {
    let messages = process::output(command.args(["--message-format", "json"]), "cargo build")?;
    let manifest = format!("/{package}/Cargo.toml");
    let program = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_wanted = message["target"]["name"] == name
            && message["manifest_path"].as_str()?.ends_with(&manifest);
        is_wanted.then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    program.ok_or_else(|| format!("{package} has no tests/{name}"))
}

/// All tests of the workspace, on both databases.
pub(super) fn tests(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    bench.comanda()?;
    let mut command = bench.workspace.cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.args(FEATURES);
    // Stops when this function ends.
    let server = match std::env::var_os(POSTGRES) {
        Some(_) => None,
        None => Some(Server::start(Commits::Quick)?),
    };
    if let Some(server) = &server {
        command.env(POSTGRES, server.url());
    }
    Ok(tally(&mut command, "cargo test")?.verdict())
}

/// Runs tests, and listens to what they say.
pub(super) fn tally(command: &mut Command, name: &str) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let held = process::heard(command, name, |line| tally.hear(line))?;
    tally.ended(held);
    Ok(tally)
}

/// What the programs of tests say, added up.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// A program that died before its summary is a failure of its own.
    fn ended(&mut self, in_order: bool) {
        self.failed += u64::from(!in_order && self.failed == 0);
    }

    /// What a program that ran adds to those before it. One that ran nothing shows nothing.
    pub(super) fn add(&mut self, program: Self) {
        self.passed += program.passed;
        self.failed += program.failed + u64::from(program == Self::default());
    }

    pub(super) fn verdict(&self) -> Verdict {
        Verdict::Ran { passed: self.passed, failed: self.failed }
    }

    /// Adds up lines like `test result: ok. 5 passed; 0 failed; 0 ignored; …`.
    fn hear(&mut self, line: &str) {
        let Some((_, counts)) =
            line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let count = words.next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summaries_of_all_programs_of_tests_are_added_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            tally.hear(line);
        }
        assert_eq!(tally, Tally { passed: 7, failed: 2 });
    }

    #[test]
    fn a_program_without_tests_is_a_failure() {
        let mut tally = Tally { passed: 7, failed: 0 };
        tally.add(Tally { passed: 2, failed: 0 });
        tally.add(Tally::default());
        assert_eq!(tally, Tally { passed: 9, failed: 1 });
    }
}
