//! `comanda backup`: the embedded databases and broker of a town, all as they are at one instant,
//! and its photos. What comes out is a data folder.

use crate::{
    command::{BackupOptions, Failure},
    services,
};
use database::Location;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

pub(crate) fn run(backup: &BackupOptions) -> Result<(), Failure> {
    let folder = &backup.folder;
    if folder.exists() {
        return Err(Failure::Words(format!("{} is there already", folder.display())));
    }
    let sources = sources(backup)?;
    // Under another name until it is whole: half a back-up must not look like one.
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir_all(&partial)?;
    let files: Vec<_> =
        sources.into_iter().map(|(source, name)| (source, partial.join(name))).collect();
    database::back_up(&files)?;
    // After the databases: a photo is in its store before a row names it, and never changes.
    let photos = photos(backup, &partial)?;
    sync(&partial)?;
    fs::rename(&partial, folder)?;
    sync(folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new(".")))?;
    let mut out = std::io::stdout().lock();
    for (_, file) in &files {
        let name = file.file_name().unwrap_or_default();
        let bytes = fs::metadata(folder.join(name))?.len();
        writeln!(out, "{:<16} {bytes:>12} bytes", name.display())?;
    }
    writeln!(out, "{:<16} {photos:>12} files", "uploads")?;
    Ok(())
}

/// Takes the uploads along, where they are in a folder; how many files they are.
fn photos(backup: &BackupOptions, to: &Path) -> Result<u64, Failure> {
    let uploads = backup.options.settings(None)?.uploads;
    let Some(from) = uploads.folder().filter(|folder| folder.is_dir()) else { return Ok(0) };
    let mut count = 0;
    for shelf in fs::read_dir(from)? {
        let shelf = shelf?;
        if !shelf.file_type()?.is_dir() {
            continue;
        }
        let there = to.join("uploads").join(shelf.file_name());
        fs::create_dir_all(&there)?;
        for file in fs::read_dir(shelf.path())? {
            let file = file?;
            // What is being written just now has another name, and no row names it yet.
            if file.path().extension().is_some_and(|extension| extension == "jpg") {
                link_or_copy(&file.path(), &there.join(file.file_name()))?;
                count += 1;
            }
        }
        sync(&there)?;
    }
    Ok(count)
}

/// On the same disk a second name costs nothing, and the file never changes.
fn link_or_copy(from: &Path, to: &Path) -> Result<(), Failure> {
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to)?;
        fs::File::open(to)?.sync_all()?;
    }
    Ok(())
}

/// Each file with its name in a data folder.
fn sources(backup: &BackupOptions) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut sources = Vec::new();
    for service in services::ALL {
        let settings = backup.options.settings(Some(service.name))?;
        let name = service.name.name();
        let Location::File(file) = runtime::location(&settings, name)? else {
            return Err(Failure::Words(format!(
                "the database of {name} is on PostgreSQL: back it up with pg_dump, as docs/operations.md says"
            )));
        };
        sources.push((file, format!("{name}.db")));
    }
    let broker = backup.options.settings(None)?.broker;
    // Another broker has its own ways, and a restored town starts on an empty one.
    sources.extend(broker.file().map(|file| (file.to_owned(), "broker.db".to_owned())));
    Ok(sources)
}

/// New names in a folder are durable after this.
fn sync(folder: &Path) -> Result<(), Failure> {
    Ok(fs::File::open(folder)?.sync_all()?)
}
