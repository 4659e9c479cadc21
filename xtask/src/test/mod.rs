//! `cargo xtask test`: the one test command. It runs every suite, prepares what each needs, goes on
//! after a failure, and ends with a table and the line `N passed, M failed`.

mod brokers;
mod browser;
mod certificate;
mod cluster;
pub(crate) mod counterparts;
mod deny;
mod deploy;
mod documents;
mod grid;
mod identity;
mod node;
mod rust;
mod table;
mod uploads;

use crate::{Outcome, workspace::Workspace};
use std::path::PathBuf;
use std::time::Instant;
use table::{Row, Table};

/// What became of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It ran; how many of its checks held and how many did not.
    Ran { passed: u64, failed: u64 },
    /// It could not run, and why. In CI that is a failure.
    DidNotRun(String),
}

impl Verdict {
    /// Of a suite that is one check.
    fn one(held: bool) -> Self {
        Self::Ran { passed: u64::from(held), failed: u64::from(!held) }
    }
}

/// What suites share while they run.
pub(crate) struct Bench<'a> {
    workspace: &'a Workspace,
    /// The built `comanda`, or why there is none. Built once, by the first suite that needs it.
    built: Option<Result<PathBuf, String>>,
}

type Run = fn(&mut Bench<'_>) -> Outcome<Verdict>;

/// The quick ones first.
const SUITES: [(&str, Run); 13] = [
    ("fmt", rust::fmt),
    ("tidy", tidy),
    ("deny", deny::run),
    ("deploy", deploy::run),
    ("clippy", rust::clippy),
    ("build", build),
    ("rust", rust::tests),
    ("brokers", brokers::run),
    ("cluster", cluster::run),
    ("uploads", uploads::run),
    ("identity", identity::run),
    ("documents", documents::run),
    ("e2e", browser::run),
];

/// Whether this is a run of CI: all of it has to be done in good time, and nothing may be left out.
fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|ci| ci == "true")
}

/// Runs the suites named, or all; whether everything held.
pub(crate) fn run(workspace: &Workspace, only: &[String]) -> Outcome<bool> {
    let names = SUITES.map(|(name, _)| name);
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(format!("no suite {unknown}; there are {}", names.join(", ")));
    }
    let mut bench = Bench { workspace, built: None };
    let mut table = Table::new(in_ci());
    for (name, suite) in SUITES {
        if !only.is_empty() && !only.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n── {name}");
        let began = Instant::now();
        let verdict = suite(&mut bench).unwrap_or_else(Verdict::DidNotRun);
        table.add(Row { name, verdict, seconds: began.elapsed().as_secs_f64() });
    }
    println!("\n{table}");
    Ok(table.failed() == 0)
}

impl Bench<'_> {
    /// The `comanda` of this checkout, built together with all tests: one set of features, so that
    /// nothing is compiled twice.
    fn comanda(&mut self) -> Result<PathBuf, String> {
        let workspace = self.workspace;
        let build = || match rust::build(workspace) {
            Ok(true) => Ok(workspace.binary()),
            Ok(false) => Err("the build failed".to_owned()),
            Err(message) => Err(message),
        };
        self.built.get_or_insert_with(build).clone()
    }
}

fn build(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    Ok(match bench.comanda() {
        Ok(_) => Verdict::one(true),
        Err(message) => {
            println!("{message}");
            Verdict::one(false)
        }
    })
}

fn tidy(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let (rules, broken) = crate::tidy::check(bench.workspace)?;
    Ok(Verdict::Ran { passed: rules - broken, failed: broken })
}
