//! `cargo xtask bench`: the benchmarks, built as what is shipped.

use crate::{Outcome, process, workspace::Workspace};

/// Builds `comanda` and the benchmarks optimised and runs them.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome<bool> {
    let mut build = workspace.cargo(&[
        "build",
        "--release",
        "--package",
        "comanda",
        "--package",
        "comanda-bench",
    ]);
    if !process::aloud(&mut build, "cargo build")? {
        return Ok(false);
    }
    let mut command = std::process::Command::new(workspace.target.join("release/comanda-bench"));
    process::aloud(command.args(arguments).current_dir(&workspace.root), "bench")
}
