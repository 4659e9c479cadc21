//! Accounts against real identity providers and a real mail server, and people who use them: the tests
//! in Rust whose name begins with `counterpart_`, then the journeys of `identity/` in Node.

use super::{
    Bench, Verdict, browser, certificate, cluster,
    counterparts::{self, Running, identity::PROVIDERS},
    node, rust,
};
use crate::Outcome;
use std::ffi::OsString;
use std::process::Command;

/// How the names of tests begin that end at once without their counterpart.
const COUNTERPART: &str = "counterpart_";
/// Packages that have such.
const PACKAGES: [&str; 3] = ["accounts", "notify", "comanda"];
/// The emulator of Firebase signs nothing; what is shipped refuses that and cannot be told otherwise.
const WITH_EMULATOR: (&str, &str) = ("accounts", "insecure-emulator");

/// What runs, and what those need to know who meet it.
#[derive(Default)]
struct Stage {
    /// They end with the value.
    running: Vec<Running>,
    variables: Vec<(&'static str, OsString)>,
    /// Counterparts that could not be had, and why.
    missing: Vec<String>,
}

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let comanda = bench.comanda()?;
    let mut stage = Stage::default();
    let certificate = certificate::make(bench.workspace)?;
    stage.variables.extend([
        ("COMANDA_BINARY", comanda.into()),
        ("COMANDA_CHROMIUM", browser::chromium()?.into()),
        ("COMANDA_NGINX", bench.workspace.root.join("deploy/nginx").into()),
        ("COMANDA_TEST_AUTH0_CA", certificate.authority.into()),
        ("COMANDA_TEST_CERTIFICATE", certificate.certificate.into()),
        ("COMANDA_TEST_CERTIFICATE_KEY", certificate.key.into()),
    ]);
    for provider in PROVIDERS {
        stage.admit(provider.name, provider.variable, (provider.start)(bench.workspace));
    }
    let mail = counterparts::smtp(bench.workspace);
    stage.admit("aiosmtpd 1.4", "COMANDA_TEST_SMTP", mail);
    for missing in &stage.missing {
        println!("not there: {missing}");
    }
    let tests = rust_tests(bench, &stage)?;
    let journeys = journeys(bench, &stage)?;
    Ok(stage.verdict(&[tests, journeys]))
}

fn rust_tests(bench: &Bench<'_>, stage: &Stage) -> Outcome<Verdict> {
    let mut tally = rust::Tally::default();
    for package in PACKAGES {
        let program = if package == WITH_EMULATOR.0 {
            rust::program_with(bench.workspace, WITH_EMULATOR, "it")?
        } else {
            rust::program_of_tests(bench.workspace, package, "it")?
        };
        let mut command = Command::new(program);
        command.arg(COUNTERPART).current_dir(&bench.workspace.root);
        // The others are no settings of a `comanda` that a test starts.
        let theirs = stage.variables.iter().filter(|(name, _)| name.starts_with("COMANDA_TEST_"));
        command.envs(theirs.cloned());
        if stage.missing.is_empty() {
            command.env(counterparts::ALL_THERE, "yes");
        }
        tally.add(rust::tally(&mut command, package)?);
    }
    Ok(tally.verdict())
}

fn journeys(bench: &Bench<'_>, stage: &Stage) -> Outcome<Verdict> {
    cluster::nginx()?;
    let place = node::prepare(bench.workspace, "identity")?;
    let mut files = node::files(&place)?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.js"));
    node::tests(&place, &files, &stage.variables)
}

impl Stage {
    fn admit(&mut self, name: &str, variable: &'static str, started: Outcome<Running>) {
        match started {
            Ok(running) => {
                self.variables.push((variable, running.url.clone().into()));
                self.running.push(running);
            }
            Err(reason) => self.missing.push(format!("{name}: {reason}")),
        }
    }

    /// A test without its counterpart ends at once and says `ok`: where one is missing, nothing passed.
    fn verdict(&self, parts: &[Verdict]) -> Verdict {
        let (mut passed, mut failed) = (0, 0);
        for part in parts {
            match part {
                Verdict::Ran { passed: held, failed: broken } => {
                    passed += held;
                    failed += broken;
                }
                Verdict::DidNotRun(reason) => return Verdict::DidNotRun(reason.clone()),
            }
        }
        if failed == 0 && !self.missing.is_empty() {
            return Verdict::DidNotRun(self.missing.join("\n"));
        }
        Verdict::Ran { passed, failed: failed + self.missing.len() as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_whose_counterpart_is_missing_do_not_count_as_passed() {
        let parts = [Verdict::Ran { passed: 5, failed: 0 }, Verdict::Ran { passed: 2, failed: 0 }];
        let mut stage = Stage::default();
        assert_eq!(stage.verdict(&parts), Verdict::Ran { passed: 7, failed: 0 });
        stage.admit("Keycloak", "COMANDA_TEST_KEYCLOAK", Err("no Maven".to_owned()));
        assert_eq!(stage.verdict(&parts), Verdict::DidNotRun("Keycloak: no Maven".to_owned()));
    }

    #[test]
    fn a_failure_is_one_beside_a_missing_counterpart() {
        let mut stage = Stage::default();
        stage.admit("Keycloak", "COMANDA_TEST_KEYCLOAK", Err("no Maven".to_owned()));
        let parts = [Verdict::Ran { passed: 5, failed: 1 }];
        assert_eq!(stage.verdict(&parts), Verdict::Ran { passed: 5, failed: 2 });
    }
}
