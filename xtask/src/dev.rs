//! `cargo xtask dev`: looks at the sources twice a second; on a change it builds, and when that
//! succeeds it stops the running town in an orderly way and starts the new one on the same data.
//! Style sheets and scripts are read from the checkout by the town itself and need neither.

use crate::{Outcome, process, workspace::Workspace};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant, SystemTime};

const LOOK: Duration = Duration::from_millis(500);
const BUILD: [&str; 5] = ["build", "--package", "comanda", "--features", "live-assets"];
/// What a town with `live-assets` reads at each request.
const LIVE: [&str; 2] = ["crates/web/assets/css", "crates/web/assets/js"];

/// Runs until it is interrupted.
pub(crate) fn run(workspace: &Workspace, up: &[String]) -> Outcome<bool> {
    let mut town: Option<Child> = None;
    let mut seen = BTreeMap::new();
    loop {
        let now = sources(workspace)?;
        if now != seen {
            let began = Instant::now();
            let mut build = workspace.cargo(&BUILD);
            if process::aloud(&mut build, "cargo build")? {
                if let Some(old) = town.take() {
                    stop(old)?;
                }
                println!("built in {:.1} s", began.elapsed().as_secs_f64());
                town = Some(start(workspace, up)?);
            } else {
                println!("the last good build stays up; waiting for a change");
            }
            seen = now;
        }
        std::thread::sleep(LOOK);
    }
}

fn start(workspace: &Workspace, up: &[String]) -> Outcome<Child> {
    // A copy: the linker may write the next build while this one still runs.
    let copy = workspace.folder("dev")?.join("comanda");
    let _ = std::fs::remove_file(&copy);
    std::fs::copy(workspace.binary(), &copy).map_err(|e| format!("{}: {e}", copy.display()))?;
    let mut command = Command::new(copy);
    command.args(["up", "--demo"]).args(up).current_dir(&workspace.root);
    command.env("COMANDA_DEV_RELOAD", "true");
    command.spawn().map_err(|e| format!("comanda up: {e}"))
}

/// SIGTERM, so that requests are finished and sockets are told to come back.
fn stop(mut child: Child) -> Outcome<()> {
    let id = child.id().to_string();
    process::output(Command::new("kill").args(["-TERM", &id]), "kill").ok();
    child.wait().map_err(|e| format!("comanda up: {e}"))?;
    Ok(())
}

/// The files that a build reads, with the time of their last change.
fn sources(workspace: &Workspace) -> Outcome<BTreeMap<PathBuf, SystemTime>> {
    let mut found = BTreeMap::new();
    for path in workspace.files()?.into_iter().filter(|path| is_source(path)) {
        let changed = std::fs::metadata(workspace.root.join(&path)).and_then(|m| m.modified());
        if let Ok(changed) = changed {
            found.insert(path, changed);
        }
    }
    Ok(found)
}

fn is_source(path: &Path) -> bool {
    let outside = ["xtask", "bench", "e2e", "docs", "deploy"];
    let unused = ["md"].iter().any(|end| path.extension().is_some_and(|e| e == *end));
    !outside.iter().chain(&LIVE).any(|folder| path.starts_with(folder))
        && !path.components().any(|part| part.as_os_str() == "tests")
        && !unused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_is_built_from_is_watched_and_the_rest_is_not() {
        for path in ["crates/web/src/page.rs", "Cargo.toml", "demo/town/people.json"] {
            assert!(is_source(Path::new(path)), "{path}");
        }
        let live =
            ["crates/web/assets/css/order/card.css", "crates/web/assets/js/prep/10-clock.js"];
        for path in
            ["README.md", "e2e/order.test.js", "crates/web/tests/it/main.rs"].iter().chain(&live)
        {
            assert!(!is_source(Path::new(path)), "{path}");
        }
    }
}
