//! Where things are: the checkout, the build output, and Cargo itself.

use crate::{Outcome, process};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout and its build output.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder: all that is built or installed for checks lives there.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks Cargo.
    pub(crate) fn find() -> Outcome<Self> {
        let text = process::output(
            cargo().args(["metadata", "--no-deps", "--format-version", "1"]),
            "cargo metadata",
        )?;
        let metadata: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
        let path = |key: &str| {
            let text = metadata[key].as_str();
            text.map(PathBuf::from).ok_or_else(|| format!("cargo metadata names no {key}"))
        };
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")? })
    }

    /// `cargo` in the root of the checkout.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// The built `comanda`.
    pub(crate) fn binary(&self) -> PathBuf {
        self.target.join("debug/comanda")
    }

    /// A folder under the target folder, made when missing.
    pub(crate) fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.target.join(name);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(folder)
    }

    /// All files that are tracked or could be, as paths from the root.
    pub(crate) fn files(&self) -> Outcome<Vec<PathBuf>> {
        let listing = process::output(
            Command::new("git")
                .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
                .current_dir(&self.root),
            "git ls-files",
        )?;
        let mut files: Vec<_> =
            listing.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
        files.retain(|path| self.root.join(path).is_file());
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Copies the named sub-folder's files (as git knows them) to `to`, so that packages can be
    /// installed beside them without touching the checkout.
    pub(crate) fn copy_out(&self, folder: &str, to: &Path) -> Outcome<()> {
        for path in self.files()?.iter().filter(|path| path.starts_with(folder)) {
            let inner = path.strip_prefix(folder).unwrap_or(path);
            let (from, to) = (self.root.join(path), to.join(inner));
            let parent = to.parent().unwrap_or(&to);
            std::fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
            std::fs::copy(&from, &to).map_err(|e| format!("{}: {e}", from.display()))?;
        }
        Ok(())
    }
}

/// The Cargo that runs us.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
