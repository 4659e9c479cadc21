//! A back-up of SQLite files that are in use, all as they are at one instant: what a power cut at
//! that instant would leave, without the power cut.

use crate::{Error, sqlite_engine::SqliteConnection};
use rusqlite::{Connection, backup::Backup};
use std::path::{Path, PathBuf};

/// Copies each source to its target, which is not there yet. Writers of all sources wait for some
/// milliseconds, until the instant is chosen; readers never do. Blocks.
///
/// # Errors
/// A source is not there, writers kept it for five seconds, the disk is full, or what came out is
/// damaged. What has been written so far stays.
pub fn back_up(files: &[(PathBuf, PathBuf)]) -> Result<(), Error> {
    let snapshots = snapshots(files.iter().map(|(source, _)| source.as_path()))?;
    for (snapshot, (_, target)) in snapshots.iter().zip(files) {
        write(snapshot, target)?;
    }
    Ok(())
}

/// Connections that all read the same instant.
fn snapshots<'a>(sources: impl Iterator<Item = &'a Path>) -> Result<Vec<Connection>, Error> {
    let (mut writers, mut readers) = (Vec::new(), Vec::new());
    for source in sources {
        if !source.exists() {
            return Err(Error::unavailable(format!("{} is not there", source.display())));
        }
        let writer = SqliteConnection::open(source)?.into_inner();
        // Nobody else holds more than one of these locks, so nobody can wait in a circle.
        writer.execute_batch("BEGIN IMMEDIATE").map_err(Error::unavailable)?;
        writers.push(writer);
        readers.push(SqliteConnection::open(source)?.into_inner());
    }
    for reader in &readers {
        let pin = "BEGIN; SELECT COUNT(*) FROM sqlite_schema";
        reader.execute_batch(pin).map_err(Error::unavailable)?;
    }
    for writer in writers {
        writer.execute_batch("ROLLBACK").map_err(Error::unavailable)?;
    }
    Ok(readers)
}

fn write(snapshot: &Connection, target: &Path) -> Result<(), Error> {
    let mut copy = Connection::open(target).map_err(Error::unavailable)?;
    // All pages in one step, from the transaction that the snapshot has open.
    Backup::new(snapshot, &mut copy)
        .and_then(|backup| backup.step(-1))
        .map_err(Error::unavailable)?;
    let found: String = copy
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(Error::unavailable)?;
    if found != "ok" {
        return Err(Error::unavailable(format!("{} is damaged: {found}", target.display())));
    }
    copy.close().map_err(|(_, error)| Error::unavailable(error))?;
    let file = std::fs::File::open(target).and_then(|file| file.sync_all());
    file.map_err(Error::unavailable)
}
