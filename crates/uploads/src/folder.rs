//! A folder of this machine, or one that several machines mount.

use crate::store::{Name, Store, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
use kernel::Env;
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

/// Things as files.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    fn file(&self, name: &Name) -> PathBuf {
        self.0.join(name.place())
    }
}

#[async_trait]
impl Store for Folder {
    async fn put(&self, name: &Name, bytes: Bytes) -> Result<(), StoreError> {
        let file = self.file(name);
        let shown = file.display().to_string();
        let written = tokio::task::spawn_blocking(move || write(&file, &bytes)).await;
        written
            .map_err(|error| StoreError::of(format!("writing {shown}"), error))?
            .map_err(|error| StoreError::of(format!("writing {shown}"), error))
    }

    async fn get(&self, name: &Name) -> Result<Option<Bytes>, StoreError> {
        let file = self.file(name);
        match tokio::fs::read(&file).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::of(format!("reading {}", file.display()), error)),
        }
    }
}

/// Whole or not at all, also for who reads meanwhile and after a power cut. What is there is written
/// again: whether the disk takes it is known only then, and the bytes are the same.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // A name of its own: others may write the same thing at once.
    let partial = file.with_extension(format!("{}.partial", Env::system().uuid()));
    let written = write_new(&partial, bytes).and_then(|()| fs::rename(&partial, file));
    if let Err(error) = written {
        // It may never have come to be.
        let _ = fs::remove_file(&partial);
        return Err(error);
    }
    // New names are durable after this.
    let above = folder.parent().unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()?;
    fs::File::open(above)?.sync_all()
}

fn write_new(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut written = fs::File::create_new(file)?;
    written.write_all(bytes)?;
    written.sync_all()
}
