//! Where assets come from: the program itself, or the folder in which somebody is writing them.

use super::{File, bundle, find};
use std::{
    io,
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// Where the contents of assets come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The program itself, compressed, under names that carry their hash.
    Built,
    /// This folder, read at each request, while style sheets and scripts are being written.
    Folder(Arc<Path>),
}

impl Source {
    /// The folder of the checkout with the feature `live-assets`, which `cargo xtask dev` builds
    /// with; otherwise the program itself.
    #[must_use]
    pub fn of_this_build() -> Self {
        if cfg!(feature = "live-assets") {
            Self::Folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets")).into())
        } else {
            Self::Built
        }
    }

    /// Another number after each change in the folder.
    #[must_use]
    pub fn version(&self) -> u128 {
        let newest = match self {
            Self::Built => UNIX_EPOCH,
            Self::Folder(folder) => newest(folder),
        };
        newest.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros()
    }
}

/// What `file` is made of now.
pub(super) fn read(folder: &Path, file: &File) -> io::Result<Vec<u8>> {
    bundle::content(folder, file.name, |name| find(name).map(|file| file.url))
}

/// When something in the folder, or in folders in it, was last changed. What cannot be read was not.
fn newest(path: &Path) -> SystemTime {
    let own = path.metadata().and_then(|metadata| metadata.modified()).unwrap_or(UNIX_EPOCH);
    let inner = path.read_dir().into_iter().flatten().flatten();
    inner.map(|entry| newest(&entry.path())).fold(own, SystemTime::max)
}
