//! The journeys of `e2e/` in Debian's Chromium, against the built `comanda up --demo`.

use super::{Bench, Verdict, node};
use crate::{Outcome, process};
use std::path::PathBuf;

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let variables = [
        ("COMANDA_BINARY", bench.comanda()?.into()),
        ("COMANDA_CHROMIUM", chromium()?.into()),
        ("COMANDA_SCREENSHOTS", bench.workspace.folder("screenshots")?.into()),
    ];
    let place = node::prepare(bench.workspace, "e2e")?;
    node::tests(&place, &node::files(&place.join("journeys"))?, &variables)
}

/// Debian's, installed where that is needed.
pub(super) fn chromium() -> Outcome<PathBuf> {
    if let Some(chromium) = process::find(&["chromium", "chromium-browser"]) {
        return Ok(chromium);
    }
    process::install(&["chromium", "fonts-dejavu-core"])?;
    process::find(&["chromium"]).ok_or_else(|| "the package chromium holds no chromium".to_owned())
}
