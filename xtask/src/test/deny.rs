//! Licences, banned crates and sources of all dependencies, by cargo-deny in a version of its own.

use super::{Bench, Verdict};
use crate::{Outcome, process};
use std::process::Command;

const VERSION: &str = "0.20.2";

/// Advisories are not asked for: they change with the day and not with the commit (ADR 8).
pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let tools = bench.workspace.folder("tools")?;
    let program = tools.join("bin/cargo-deny");
    let installed = process::output(Command::new(&program).arg("--version"), "cargo-deny");
    if !installed.is_ok_and(|said| said.trim().ends_with(VERSION)) {
        println!("installing cargo-deny {VERSION}, once; this takes a few minutes");
        let mut install = bench.workspace.cargo(&["install", "cargo-deny", "--locked", "--debug"]);
        install.args(["--quiet", "--force", "--version", VERSION, "--root"]).arg(&tools);
        install.env("CARGO_TARGET_DIR", tools.join("build"));
        if !process::aloud(&mut install, "cargo install cargo-deny")? {
            return Err("cargo-deny could not be installed".to_owned());
        }
        std::fs::remove_dir_all(tools.join("build")).ok();
    }
    let mut check = Command::new(program);
    check.args(["--log-level", "error", "check", "bans", "licenses", "sources"]);
    check.current_dir(&bench.workspace.root);
    Ok(Verdict::one(process::aloud(&mut check, "cargo-deny")?))
}
