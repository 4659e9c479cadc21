//! Node packages in a folder of their own under the target folder, as their lock file says, and tests
//! that Node runs there.

use super::Verdict;
use crate::{Outcome, process, workspace::Workspace};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
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

/// Runs files of tests at `place`, one after the other.
pub(super) fn tests(
    place: &Path,
    files: &[PathBuf],
    variables: &[(&str, OsString)],
) -> Outcome<Verdict> {
    let report = place.join("report.tap");
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-concurrency=1"])
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .args(["--test-reporter=tap", "--test-reporter-destination"])
        .arg(&report)
        .args(files)
        .current_dir(place)
        .envs(variables.iter().map(|(name, value)| (name, value)));
    let held = process::aloud(&mut command, "node --test")?;
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    let (passed, failed) = (count(&text, "# pass "), count(&text, "# fail "));
    let missing = count(&text, "# skipped ") + count(&text, "# cancelled ");
    let died = u64::from(!held && failed + missing == 0);
    Ok(Verdict::Ran { passed, failed: failed + missing + died })
}

/// The files in a folder, in the order of their names.
pub(super) fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}

/// The figure behind `key` in the summary of a TAP report.
fn count(report: &str, key: &str) -> u64 {
    let line = report.lines().rev().find_map(|line| line.strip_prefix(key));
    line.and_then(|figure| figure.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_a_report_is_read_from_its_end() {
        let report =
            "# pass the salt\nok 1 - an order\n# tests 3\n# pass 2\n# fail 1\n# skipped 0\n";
        assert_eq!((count(report, "# pass "), count(report, "# fail ")), (2, 1));
    }
}
