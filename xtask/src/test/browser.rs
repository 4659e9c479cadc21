//! The journeys of `e2e/` in Debian's Chromium, against the built `comanda up --demo`.

use super::{Bench, Verdict, node};
use crate::{Outcome, process};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let comanda = bench.comanda()?;
    let chromium = match process::find(&["chromium", "chromium-browser"]) {
        Some(chromium) => chromium,
        None => {
            process::install(&["chromium", "fonts-dejavu-core"])?;
            process::find(&["chromium"]).ok_or("the package chromium holds no chromium")?
        }
    };
    let place = node::prepare(bench.workspace, "e2e")?;
    let report = place.join("report.tap");
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-concurrency=1"])
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .args(["--test-reporter=tap", "--test-reporter-destination"])
        .arg(&report)
        .args(journeys(&place)?)
        .current_dir(&place)
        .env("COMANDA_BINARY", comanda)
        .env("COMANDA_CHROMIUM", chromium)
        .env("COMANDA_SCREENSHOTS", bench.workspace.folder("screenshots")?);
    let held = process::aloud(&mut command, "node --test")?;
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    let (passed, failed) = (count(&text, "# pass "), count(&text, "# fail "));
    let missing = count(&text, "# skipped ") + count(&text, "# cancelled ");
    let died = u64::from(!held && failed + missing == 0);
    Ok(Verdict::Ran { passed, failed: failed + missing + died })
}

/// The files of journeys, in the order of their names.
fn journeys(place: &Path) -> Outcome<Vec<PathBuf>> {
    let folder = place.join("journeys");
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
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
