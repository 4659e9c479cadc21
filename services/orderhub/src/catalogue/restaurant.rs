//! One restaurant as customers see it: profile, menu, what is 86'd, and whether it takes orders.

use std::sync::Arc;

use contracts::prepstation::v1::{OnSale, RestaurantAvailabilityChanged, RestaurantChanged};
use jiff::Timestamp;
use kernel::{
    ids::RestaurantId,
    menu::{Menu, Unavailable},
};

use crate::domain::{
    pricing::{self, DeliveryTerms, Terms},
    standing::Standing,
};

/// Something off sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffSale {
    /// An item or an option.
    pub what: OnSale,
    /// Back by itself then; `None` until somebody says so.
    pub until: Option<Timestamp>,
}

/// A restaurant at one revision; never changes, is only replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Restaurant {
    /// Who it is and when it opens.
    pub profile: RestaurantChanged,
    /// Whether it has paused or is busy.
    pub availability: RestaurantAvailabilityChanged,
    /// The last published version, as published.
    pub menu: Option<Arc<Menu>>,
    /// What is 86'd; some of it may be back by now.
    pub off_sale: Vec<OffSale>,
    /// Counts the changes of this restaurant at orderhub.
    pub revision: i64,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// The menu with everything of `off_sale` marked.
    reduced: Option<Arc<Menu>>,
}

impl Restaurant {
    /// A restaurant that takes orders within its hours once it has a menu.
    #[must_use]
    pub fn new(profile: RestaurantChanged, changed_at: Timestamp) -> Self {
        let availability = RestaurantAvailabilityChanged {
            restaurant_id: profile.restaurant_id,
            paused_until: None,
            pause_reason: String::new(),
            busy_extra_minutes: 0,
            busy_until: None,
        };
        Self {
            profile,
            availability,
            menu: None,
            off_sale: Vec::new(),
            revision: 0,
            changed_at,
            reduced: None,
        }
    }

    /// The same with another availability.
    #[must_use]
    pub fn with_availability(mut self, availability: RestaurantAvailabilityChanged) -> Self {
        self.availability = availability;
        self
    }

    /// The same with a menu and what of it is off sale.
    #[must_use]
    pub fn with_menu(mut self, menu: Menu, off_sale: Vec<OffSale>) -> Self {
        self.reduced = (!off_sale.is_empty())
            .then(|| Arc::new(menu.clone().with_availability(&unavailable(off_sale.iter()))));
        self.menu = Some(Arc::new(menu));
        self.off_sale = off_sale;
        self
    }

    /// The same at a revision.
    #[must_use]
    pub fn at_revision(mut self, revision: i64) -> Self {
        self.revision = revision;
        self
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> RestaurantId {
        self.profile.restaurant_id
    }

    /// The menu with what is off sale at `now` marked so; `None` before the first publication.
    #[must_use]
    pub fn menu_at(&self, now: Timestamp) -> Option<Arc<Menu>> {
        let menu = self.menu.as_ref()?;
        let still: Vec<_> = self.off_sale.iter().filter(|off| off.lasts_at(now)).collect();
        if still.is_empty() {
            return Some(menu.clone());
        }
        if still.len() == self.off_sale.len() {
            return self.reduced.clone();
        }
        let unavailable = unavailable(still.into_iter());
        Some(Arc::new(menu.as_ref().clone().with_availability(&unavailable)))
    }

    /// Whether it takes orders at `now`.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> Standing {
        let reason = self.availability.pause_reason.as_str();
        let pause = self.availability.paused_until.map(|until| (until, reason));
        Standing::at(&self.profile.hours, pause, self.menu.is_some(), now)
    }

    /// Minutes that being busy adds at `now`.
    #[must_use]
    pub fn busy_minutes_at(&self, now: Timestamp) -> u32 {
        let over = self.availability.busy_until.is_some_and(|until| until <= now);
        if over { 0 } else { self.availability.busy_extra_minutes }
    }

    /// Minutes from order to ready at `now`, from and to, with what being busy adds. The range is
    /// the promise of a quote.
    #[must_use]
    pub fn ready_minutes_at(&self, now: Timestamp) -> (u32, u32) {
        let minutes = self.profile.prep_minutes.saturating_add(self.busy_minutes_at(now));
        let promise = pricing::ready_between(now, minutes);
        let latest = promise.latest.duration_since(now).as_mins();
        (minutes, u32::try_from(latest).unwrap_or(minutes))
    }

    /// The first instant after `now` at which any of the answers above may be another, by the clock
    /// alone. `None` when only an event can change them.
    #[must_use]
    pub fn valid_until(&self, now: Timestamp) -> Option<Timestamp> {
        let hours = self.profile.hours.next_change(now);
        let returns = self.off_sale.iter().filter_map(|off| off.until);
        // At midnight "tomorrow" becomes "today".
        let zone = self.profile.hours.zone.rules();
        let tomorrow = zone.to_datetime(now).date().tomorrow().ok();
        let midnight = tomorrow.and_then(|date| zone.to_timestamp(date.at(0, 0, 0, 0)).ok());
        let others = [self.availability.paused_until, self.availability.busy_until, midnight];
        hours
            .into_iter()
            .chain(returns)
            .chain(others.into_iter().flatten())
            .filter(|at| *at > now)
            .min()
    }

    /// Until when something is off sale at `now`; the outer `None` when it is on sale.
    #[must_use]
    pub fn off_sale_until(&self, what: OnSale, now: Timestamp) -> Option<Option<Timestamp>> {
        let mut found = self.off_sale.iter().filter(|off| off.what == what && off.lasts_at(now));
        found.next().map(|off| off.until)
    }

    /// On what terms it sells at `now` from `menu`, which is its [`Restaurant::menu_at`].
    #[must_use]
    pub fn terms_at<'a>(&'a self, menu: &'a Menu, now: Timestamp) -> Terms<'a> {
        let address = &self.profile.address;
        Terms {
            menu,
            standing: self.state_at(now),
            zone: &self.profile.hours.zone,
            name: &self.profile.name,
            pickup: self.profile.pickup,
            delivery: self.profile.delivery.as_ref().map(|delivery| DeliveryTerms {
                from: (address.lat, address.lon),
                radius_m: delivery.radius_m,
                fee: delivery.fee,
                minimum: delivery.minimum,
            }),
            prep_minutes: self.ready_minutes_at(now).0,
        }
    }

    /// Metres as the crow flies from a place in degrees (haversine, good to half a percent).
    #[must_use]
    pub fn metres_from(&self, lat: f64, lon: f64) -> f64 {
        const EARTH_RADIUS_M: f64 = 6_371_008.8;
        let here = &self.profile.address;
        let half_lat = ((lat - here.lat).to_radians() / 2.0).sin();
        let half_lon = ((lon - here.lon).to_radians() / 2.0).sin();
        let cosines = here.lat.to_radians().cos() * lat.to_radians().cos();
        let square = half_lat.powi(2) + cosines * half_lon.powi(2);
        2.0 * EARTH_RADIUS_M * square.clamp(0.0, 1.0).sqrt().asin()
    }
}

impl OffSale {
    fn lasts_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

fn unavailable<'a>(off_sale: impl Iterator<Item = &'a OffSale>) -> Unavailable {
    let mut unavailable = Unavailable::default();
    for off in off_sale {
        match off.what {
            OnSale::Item(id) => unavailable.items.insert(id),
            OnSale::Option(id) => unavailable.options.insert(id),
        };
    }
    unavailable
}
