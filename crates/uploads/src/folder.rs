//! A folder of this machine, or one that several machines mount.

use crate::store::{Name, Store, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
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

/// Whole or not at all, also for who reads meanwhile and after a power cut.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    if !file.exists() {
        fs::create_dir_all(folder)?;
        write_new(file, bytes)?;
    }
    // New names are durable after this.
    let above = folder.parent().unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()?;
    fs::File::open(above)?.sync_all()
}

/// Two that keep the same thing at once write the same bytes to the same place, and the first one
/// gives it its name.
fn write_new(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = file.with_extension("partial");
    let mut written =
        fs::File::options().write(true).create(true).truncate(false).open(&partial)?;
    written.write_all(bytes)?;
    written.set_len(bytes.len() as u64)?;
    written.sync_all()?;
    match fs::rename(&partial, file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && file.exists() => Ok(()),
        renamed => renamed,
    }
}
