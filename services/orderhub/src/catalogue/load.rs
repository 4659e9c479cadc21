//! The snapshot from the database: all of it at start, one restaurant after each change, and what
//! another replica has written meanwhile.

use std::{collections::HashMap, sync::Arc, time::Duration};

use database::{Database, Error};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, ids::RestaurantId};
use tokio_util::sync::CancellationToken;

use super::{Catalogue, OffSale, Restaurant};
use crate::store::catalogue::{self, StoredOffSale, StoredRestaurant};

/// How often changes by other replicas are looked for; an 86 is to be seen within two seconds.
const LOOK: Duration = Duration::from_millis(500);
/// Clocks of replicas may differ, and a transaction may be seen later than its instant.
const OVERLAP: SignedDuration = SignedDuration::from_secs(30);

/// The catalogue could not be read from the database.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue cannot be loaded")]
pub struct LoadError(#[from] Error);

impl Catalogue {
    /// Everything from the database.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn load(&self, db: &Database) -> Result<(), LoadError> {
        let (restaurants, off_sale) = db.read::<_, Error, _>(catalogue::load_all).await?;
        let mut by_restaurant: HashMap<RestaurantId, Vec<OffSale>> = HashMap::new();
        for StoredOffSale { restaurant_id, what, until } in off_sale {
            by_restaurant.entry(restaurant_id).or_default().push(OffSale { what, until });
        }
        self.put_all(restaurants.into_iter().filter_map(|stored| {
            let off_sale = by_restaurant.remove(&stored.restaurant_id).unwrap_or_default();
            snapshot(stored, off_sale)
        }));
        Ok(())
    }

    /// One restaurant from the database, after a change.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refresh(&self, db: &Database, id: RestaurantId) -> Result<(), LoadError> {
        let found = db.read::<_, Error, _>(move |tx| catalogue::load_one(tx, id)).await?;
        if let Some((stored, off_sale)) = found {
            let off_sale = off_sale.into_iter().map(|o| OffSale { what: o.what, until: o.until });
            self.put_all(snapshot(stored, off_sale.collect()));
        }
        Ok(())
    }

    /// Takes in what other replicas of this service write, until it is stopped: they share the
    /// events, and each has a memory of its own.
    pub async fn follow(self, db: Database, clock: Arc<dyn Clock>, stop: CancellationToken) {
        let mut since = clock.now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let now = clock.now();
            match self.catch_up(&db, since).await {
                Ok(()) => since = now,
                Err(error) => tracing::warn!(%error, "changes of the catalogue wait"),
            }
        }
    }

    async fn catch_up(&self, db: &Database, since: Timestamp) -> Result<(), LoadError> {
        let since = since.checked_sub(OVERLAP).unwrap_or(Timestamp::UNIX_EPOCH);
        let changed = db.read::<_, Error, _>(move |tx| catalogue::changed_since(tx, since)).await?;
        for (id, revision) in changed {
            if self.restaurant(id).is_some_and(|known| known.revision >= revision) {
                continue;
            }
            match self.refresh(db, id).await {
                Err(error @ LoadError(Error::Unavailable { .. })) => return Err(error),
                Err(error) => {
                    let error = kernel::in_words(&error);
                    tracing::error!(restaurant = %id, error, "a restaurant stays as it was known");
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }
}

/// A restaurant of which no profile was heard yet has no page.
fn snapshot(stored: StoredRestaurant, off_sale: Vec<OffSale>) -> Option<Restaurant> {
    let mut restaurant =
        Restaurant::new(stored.profile?, stored.changed_at).at_revision(stored.revision);
    if let Some(availability) = stored.availability {
        restaurant = restaurant.with_availability(availability);
    }
    if let Some(menu) = stored.menu {
        restaurant = restaurant.with_menu(menu, off_sale);
    }
    Some(restaurant)
}
