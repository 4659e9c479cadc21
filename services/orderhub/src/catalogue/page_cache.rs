//! Pages rendered and compressed once per change: an entry holds as long as the content it was made
//! of is the current one and the clock has not passed the instant up to which it is true.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::OnceCell;
use web::Precompressed;

/// What a page was made of, and until when it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Freshness {
    /// Differs whenever the content does.
    pub(crate) version: u64,
    /// The clock alone makes the page another one then.
    pub(crate) valid_until: Option<Timestamp>,
}

/// Pages by their path. Cheap to clone; clones share the pages.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageCache(Arc<Mutex<HashMap<String, Arc<Entry>>>>);

#[derive(Debug)]
struct Entry {
    freshness: Freshness,
    page: OnceCell<Precompressed>,
}

impl PageCache {
    /// The page at `path`, from memory, or rendered now by whoever comes first while the others
    /// wait. `valid_until` is asked only for
    /// a version that is not in memory.
    pub(crate) async fn page(
        &self,
        path: &str,
        version: u64,
        now: Timestamp,
        valid_until: impl FnOnce() -> Option<Timestamp>,
        render: impl FnOnce() -> String + Send + 'static,
    ) -> Precompressed {
        let entry = self.entry(path, version, now, valid_until);
        let rendered = entry.page.get_or_init(async || {
            let made = tokio::task::spawn_blocking(move || Precompressed::new(render()));
            made.await.unwrap_or_else(|failed| match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is going down, and nobody will read the answer.
                Err(_) => Precompressed::new(String::new()),
            })
        });
        rendered.await.clone()
    }

    fn entry(
        &self,
        path: &str,
        version: u64,
        now: Timestamp,
        valid_until: impl FnOnce() -> Option<Timestamp>,
    ) -> Arc<Entry> {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = pages.get(path)
            && entry.freshness.version == version
            && entry.freshness.valid_until.is_none_or(|until| until > now)
        {
            return entry.clone();
        }
        let freshness = Freshness { version, valid_until: valid_until() };
        let entry = Arc::new(Entry { freshness, page: OnceCell::new() });
        pages.insert(path.to_owned(), entry.clone());
        entry
    }

    /// Forgets the page at `path`.
    pub(crate) fn drop_page(&self, path: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}
