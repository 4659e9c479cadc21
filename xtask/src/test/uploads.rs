//! The store of uploads against a real server of S3: its conformance, and a photo that one process of
//! `comanda` takes in and others serve.

use super::{Bench, Verdict, counterparts, rust};
use crate::Outcome;
use std::process::Command;

/// The variable that names the server to the tests.
const SERVER: &str = "COMANDA_TEST_S3";
/// Any will do, but there must be some.
const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    bench.comanda()?;
    let server = counterparts::moto(bench.workspace)?;
    let mut tally = rust::Tally::default();
    for (package, only) in [("uploads", ""), ("comanda", "photos::")] {
        let program = rust::program_of_tests(bench.workspace, package, "it")?;
        let mut command = Command::new(program);
        command.arg(only).current_dir(&bench.workspace.root).envs(KEYS);
        command.env(SERVER, &server.url).env(counterparts::ALL_THERE, "yes");
        tally.add(rust::tally(&mut command, package)?);
    }
    Ok(tally.verdict())
}
