//! Taking photos in: checked and made anew on threads of their own, a few at a time, and kept.

use crate::{
    pixels::{self, Size, Unfit},
    store::{Name, Store, StoreError},
};
use bytes::Bytes;
use kernel::photo::{Photo, PhotoName};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Decoded at the same time, so that the other processors serve on and memory is bounded.
const AT_WORK: usize = 1;
/// At work or waiting for it; each holds the bytes that were sent.
const TAKEN_IN: usize = 8;

/// Why a photo was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// It is no photo for us.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Too many are at work already.
    #[error("too many photos at once")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The work broke off.
    #[error("the work on a photo broke off")]
    Broke(#[from] tokio::task::JoinError),
}

/// The photos of a town. Clones share the store and its limits.
#[derive(Debug, Clone)]
pub struct Photos {
    store: Arc<dyn Store>,
    taken_in: Arc<Semaphore>,
    at_work: Arc<Semaphore>,
}

impl Photos {
    /// Photos in a store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        let taken_in = Arc::new(Semaphore::new(TAKEN_IN));
        Self { store, taken_in, at_work: Arc::new(Semaphore::new(AT_WORK)) }
    }

    /// The store behind them.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Keeps the photo that somebody sent, in our sizes. A row may name it when this returns; if
    /// none ever does, nobody finds it and it harms nobody.
    ///
    /// # Errors
    /// It is no photo for us, there are too many at once, or the store failed.
    pub async fn keep(&self, sent: Bytes, alt: String) -> Result<Photo, KeepError> {
        let taken_in = self.taken_in.clone().try_acquire_owned().map_err(|_| KeepError::Busy)?;
        let at_work = self.at_work.clone().acquire_owned().await.map_err(|_| KeepError::Busy)?;
        // The work goes on when its sender has gone, and so do its permits.
        let work = move || {
            let sizes = pixels::sizes(&sent);
            drop(at_work);
            (sizes, taken_in)
        };
        let (made, _taken_in) = tokio::task::spawn_blocking(work).await?;
        let made = made?;
        let name = name_of(&made);
        let height = made.last().map_or(0, |size| size.height);
        let mut widths = Vec::new();
        for Size { width, bytes, .. } in made {
            self.store.put(&Name::of(&name, width), bytes).await?;
            widths.push(width);
        }
        Ok(Photo { name, widths, height, alt })
    }
}

/// Where a size of a photo is found, at every service that shows photos.
#[must_use]
pub fn path(photo: &Photo, width: u32) -> String {
    format!("/photos/{}", Name::of(&photo.name, width))
}

/// The photo as pages show it.
#[must_use]
pub fn shown(photo: &Photo) -> web::components::Photo<'_> {
    let sizes = photo.widths.iter().map(|width| (*width, path(photo, *width)));
    web::components::Photo { sizes: sizes.collect(), height: photo.height, alt: &photo.alt }
}

fn name_of(sizes: &[Size]) -> PhotoName {
    let mut hash = Sha256::new();
    sizes.iter().for_each(|size| hash.update(&size.bytes));
    PhotoName::of_hash(hash.finalize().into())
}
