//! Node packages in a folder of their own under the target folder, as their lock file says.

use crate::{Outcome, process, workspace::Workspace};
use std::path::PathBuf;
use std::process::Command;

/// Copies `folder` of the checkout out and installs its packages; where it is now.
pub(super) fn prepare(workspace: &Workspace, folder: &str) -> Outcome<PathBuf> {
    if process::find(&["node"]).is_none() || process::find(&["npm"]).is_none() {
        process::install(&["nodejs", "npm"])?;
    }
    let name = folder.replace('/', "-");
    let place = workspace.target.join("node").join(name);
    // Old scripts must not linger; the packages may stay.
    for entry in std::fs::read_dir(&place).into_iter().flatten().flatten() {
        if entry.file_name() != "node_modules" && entry.file_name() != "installed" {
            let path = entry.path();
            let gone = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
            gone.map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    workspace.copy_out(folder, &place)?;
    let read = |file: &str| std::fs::read_to_string(place.join(file)).unwrap_or_default();
    let wanted = read("package-lock.json");
    if wanted != read("installed") {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&place);
        process::output(&mut npm, "npm ci")?;
        let mark = place.join("installed");
        std::fs::write(&mark, wanted).map_err(|e| format!("{}: {e}", mark.display()))?;
    }
    Ok(place)
}
