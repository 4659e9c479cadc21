//! The read model of browsing: an immutable snapshot per restaurant, swapped whole on each event,
//! and an index for search beside it. The database is the truth; [`Catalogue::load`] builds all of
//! this from it.

pub mod filter;
mod load;
mod page_cache;
mod restaurant;
pub mod search;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use kernel::ids::RestaurantId;
use search::Index;

pub use load::LoadError;
pub(crate) use page_cache::PageCache;
pub use restaurant::{OffSale, Restaurant};

/// Every restaurant that was ever announced, in memory. Cheap to clone; clones share the content.
#[derive(Clone, Default)]
pub struct Catalogue(Arc<RwLock<Shelf>>);

#[derive(Default)]
struct Shelf {
    by_id: HashMap<RestaurantId, Arc<Restaurant>>,
    by_slug: HashMap<String, RestaurantId>,
    listed: Arc<Vec<Arc<Restaurant>>>,
    index: Index,
    generation: u64,
}

impl Catalogue {
    /// A restaurant, listed or not.
    #[must_use]
    pub fn restaurant(&self, id: RestaurantId) -> Option<Arc<Restaurant>> {
        self.shelf().by_id.get(&id).cloned()
    }

    /// The restaurant at an address, listed or not: one that is no longer listed is gone (410), not
    /// unknown.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<Arc<Restaurant>> {
        let shelf = self.shelf();
        shelf.by_slug.get(slug).and_then(|id| shelf.by_id.get(id)).cloned()
    }

    /// The listed restaurants, by name.
    #[must_use]
    pub fn all(&self) -> Arc<Vec<Arc<Restaurant>>> {
        self.shelf().listed.clone()
    }

    /// Replaces a restaurant as a whole. One with an older revision than what stands here is dropped.
    pub fn put(&self, restaurant: Restaurant) {
        self.put_all([restaurant]);
    }

    /// Replaces many restaurants at once.
    pub fn put_all(&self, restaurants: impl IntoIterator<Item = Restaurant>) {
        let mut shelf = self.shelf_mut();
        for restaurant in restaurants {
            shelf.put(Arc::new(restaurant));
        }
        shelf.list();
    }

    /// Changes with every change of any restaurant.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.shelf().generation
    }

    /// What matches a search, best first.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<search::Hit> {
        self.shelf().index.search(query)
    }

    fn shelf(&self) -> RwLockReadGuard<'_, Shelf> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelf_mut(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("restaurants", &self.shelf().by_id.len()).finish()
    }
}

impl Shelf {
    fn put(&mut self, restaurant: Arc<Restaurant>) {
        let id = restaurant.id();
        if let Some(before) = self.by_id.get(&id) {
            if before.revision > restaurant.revision {
                return;
            }
            // Another restaurant may have taken the address meanwhile.
            if self.by_slug.get(&before.profile.slug) == Some(&id) {
                self.by_slug.remove(&before.profile.slug);
            }
        }
        self.by_slug.insert(restaurant.profile.slug.clone(), id);
        self.index.put(&restaurant);
        self.by_id.insert(id, restaurant);
    }

    fn list(&mut self) {
        let mut listed: Vec<_> =
            self.by_id.values().filter(|restaurant| restaurant.profile.listed).cloned().collect();
        listed.sort_by_cached_key(|restaurant| {
            (restaurant.profile.name.to_lowercase(), restaurant.id())
        });
        self.listed = Arc::new(listed);
        self.generation += 1;
    }
}
