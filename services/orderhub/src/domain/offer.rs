//! What a restaurant offers, as read from the catalogue at one instant: enough to price an order and
//! to remember on it who sold it.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{
    hours::{OpeningHours, Zone},
    ids::RestaurantId,
    menu::Menu,
};

use super::{
    order::Pace,
    pricing::{DeliveryTerms, Terms, When},
    standing::{Pause, Standing},
};

/// The restaurant as an order remembers it: a slip stays right when the restaurant moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Seller {
    /// Which.
    pub id: RestaurantId,
    /// In addresses of pages.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Where to fetch it, in one line.
    pub address: String,
    /// For questions.
    pub phone: String,
    /// Where its clock hangs.
    pub zone: Zone,
}

/// A restaurant's offer.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Who sells.
    pub seller: Seller,
    /// Its published menu with what was 86'd marked; nothing when it has none.
    pub menu: Option<Arc<Menu>>,
    /// Stands in for a missing menu, so that a quote has a currency.
    pub empty_menu: Menu,
    /// When it is open.
    pub hours: OpeningHours,
    /// The end of a pause and what is said of it.
    pub pause: Option<(Timestamp, String)>,
    /// Whether customers may fetch.
    pub pickup: bool,
    /// Terms, when it delivers.
    pub delivery: Option<DeliveryTerms>,
    /// Minutes from order to ready.
    pub prep_minutes: u32,
    /// Minutes that being busy adds, and until when.
    pub busy: Option<(u32, Timestamp)>,
    /// Minutes that it has to answer.
    pub answer_minutes: u32,
}

impl Offer {
    /// The terms, at `now`, of a meal that is wanted then.
    #[must_use]
    pub fn terms(&self, when: When, now: Timestamp) -> Terms<'_> {
        let standing = match when {
            When::Asap => Standing::at(&self.hours, self.pause(), self.menu.is_some(), now),
            When::At(due) => self.standing_for(due, now),
        };
        Terms {
            menu: self.menu.as_deref().unwrap_or(&self.empty_menu),
            standing,
            zone: &self.seller.zone,
            name: &self.seller.name,
            pickup: self.pickup,
            delivery: self.delivery,
            prep_minutes: self.pace(when.instant(now)).prep_minutes,
        }
    }

    /// What the kitchen needs for a meal that is due then, with what being busy adds.
    #[must_use]
    pub fn pace(&self, due: Timestamp) -> Pace {
        let extra = self.busy.filter(|(_, until)| *until > due).map_or(0, |(minutes, _)| minutes);
        let prep_minutes = self.prep_minutes.saturating_add(extra);
        Pace { answer_minutes: self.answer_minutes, prep_minutes }
    }

    /// Whether it takes an order at `now` that is due then.
    #[must_use]
    pub fn standing_for(&self, due: Timestamp, now: Timestamp) -> Standing {
        let asked = self.pace(due).release_at(due).max(now);
        Standing::throughout(&self.hours, self.pause(), self.menu.is_some(), asked..=due)
    }

    fn pause(&self) -> Option<Pause<'_>> {
        self.pause.as_ref().map(|(until, reason)| (*until, reason.as_str()))
    }
}
