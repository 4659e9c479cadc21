//! Takes one event of prepstation into the read model, once, and never an older one over a newer.

use contracts::{
    CloudEvent,
    prepstation::v1::{
        ItemAvailabilityChanged, MenuPublished, RestaurantAvailabilityChanged, RestaurantChanged,
    },
};
use database::{Error, Tx};
use kernel::{
    Env,
    ids::{EventId, RestaurantId},
};

use crate::store::catalogue;

/// The inbox name of this consumer.
pub(crate) const CONSUMER: &str = "orderhub-catalogue";

/// What the catalogue listens to.
#[derive(Debug, Clone)]
pub enum News {
    /// A profile.
    Restaurant(Box<CloudEvent<RestaurantChanged>>),
    /// A pause, or being busy.
    Availability(CloudEvent<RestaurantAvailabilityChanged>),
    /// A menu.
    Menu(CloudEvent<MenuPublished>),
    /// An 86, or its end.
    Sale(CloudEvent<ItemAvailabilityChanged>),
}

impl News {
    /// The id under which it is handled once.
    #[must_use]
    pub fn event_id(&self) -> EventId {
        match self {
            Self::Restaurant(event) => event.head.id,
            Self::Availability(event) => event.head.id,
            Self::Menu(event) => event.head.id,
            Self::Sale(event) => event.head.id,
        }
    }

    /// Whom it is about.
    #[must_use]
    pub fn restaurant_id(&self) -> RestaurantId {
        match self {
            Self::Restaurant(event) => event.data.restaurant_id,
            Self::Availability(event) => event.data.restaurant_id,
            Self::Menu(event) => event.data.restaurant_id,
            Self::Sale(event) => event.data.restaurant_id,
        }
    }
}

/// Takes news in; false when it was known already.
///
/// # Errors
/// The database refused.
pub fn project(tx: &mut Tx<'_>, env: &Env, news: &News) -> Result<bool, Error> {
    if !outbox::first_time(tx, CONSUMER, news.event_id(), env.now)? {
        return Ok(false);
    }
    let version = |version: u64| i64::try_from(version).unwrap_or(i64::MAX);
    match news {
        News::Restaurant(event) => {
            catalogue::put_profile(tx, &event.data, version(event.version()), env.now)
        }
        News::Availability(event) => {
            catalogue::put_availability(tx, &event.data, version(event.version()), env.now)
        }
        News::Menu(event) => catalogue::put_menu(tx, &event.data, env.now),
        News::Sale(event) => {
            catalogue::put_sale_state(tx, &event.data, version(event.version()), env.now)
        }
    }
}
