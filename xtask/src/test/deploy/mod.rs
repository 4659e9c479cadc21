//! What an operator takes from `deploy/`, held against the tools that would refuse it, and against
//! the settings, doors and names that the code has. One line for each check.

mod checkers;
mod nginx;
mod references;

use super::{Bench, Verdict};
use crate::{Outcome, workspace::Workspace};
use checkers::Checkers;
use std::path::PathBuf;

/// What a check found. `Err`: it did not run, and why.
type Found = Outcome<Result<(), String>>;

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let deploy = Deploy::of(bench.workspace)?;
    let mut report = Report::default();
    references::check(&deploy, &mut report)?;
    nginx::check(&deploy, &mut report);
    checkers::check_systemd(&deploy, &mut report);
    checkers::check_nats(&deploy, &mut report);
    match Checkers::install(bench.workspace) {
        Ok(checkers) => checkers.check(&deploy, &mut report),
        Err(reason) => report.add("checkers of containers, Kubernetes and AWS", Err(reason)),
    }
    Ok(report.verdict())
}

/// The folder, and what it is held against.
struct Deploy<'a> {
    workspace: &'a Workspace,
    /// All files of the checkout, from its root.
    files: Vec<PathBuf>,
}

impl<'a> Deploy<'a> {
    fn of(workspace: &'a Workspace) -> Outcome<Self> {
        Ok(Self { workspace, files: workspace.files()? })
    }

    /// The files below a folder whose names end so, from the root of the checkout.
    fn files(&self, folder: &str, ends: &[&str]) -> Vec<String> {
        let below = self.files.iter().filter(|path| path.starts_with(folder));
        let names = below.map(|path| path.display().to_string());
        names.filter(|name| ends.iter().any(|end| name.ends_with(end))).collect()
    }

    fn read(&self, file: &str) -> Outcome<String> {
        let path = self.workspace.root.join(file);
        std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// What has been checked so far.
#[derive(Debug, Default)]
struct Report {
    passed: u64,
    failed: u64,
    missing: Vec<String>,
}

impl Report {
    fn add(&mut self, what: &str, found: Found) {
        match found {
            Ok(Ok(())) => {
                self.passed += 1;
                println!("ok           {what}");
            }
            Ok(Err(why)) => {
                self.failed += 1;
                println!("FAILED       {what}\n{}", indented(&why));
            }
            Err(reason) => {
                println!("did not run  {what}\n{}", indented(&reason));
                self.missing.push(format!("{what}: {reason}"));
            }
        }
    }

    /// A check that did not run is no success.
    fn verdict(self) -> Verdict {
        if self.failed == 0 && !self.missing.is_empty() {
            return Verdict::DidNotRun(self.missing.join("\n"));
        }
        Verdict::Ran { passed: self.passed, failed: self.failed + self.missing.len() as u64 }
    }
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_did_not_run_is_no_success() {
        let mut report = Report::default();
        report.add("one", Ok(Ok(())));
        report.add("another", Err("install it".to_owned()));
        assert_eq!(report.verdict(), Verdict::DidNotRun("another: install it".to_owned()));
        let mut report = Report { missing: vec!["another".to_owned()], ..Report::default() };
        report.add("one", Ok(Err("line 3".to_owned())));
        assert_eq!(report.verdict(), Verdict::Ran { passed: 0, failed: 2 });
    }
}
