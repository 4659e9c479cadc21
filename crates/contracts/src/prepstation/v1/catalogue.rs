//! Restaurants, their menus, what is off sale, and who works there.

use super::made_up;
use crate::cloud_event::facts;
use jiff::Timestamp;
use kernel::{
    Currency,
    hours::OpeningHours,
    ids::{ItemId, OptionId, PersonId, RestaurantId},
    menu::Menu,
    photo::Photo,
};
use serde::{Deserialize, Serialize};

/// A postal address with its place on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postcode: String,
    /// Town.
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// On what terms a restaurant delivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// As the crow flies.
    pub radius_m: u32,
    /// Minor units of the restaurant's currency.
    pub fee: i64,
    /// Least value of the dishes, in minor units.
    pub minimum: i64,
}

/// Everything that customers see of a restaurant besides its menu. Sent whole on each change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestaurantChanged {
    /// The restaurant.
    pub restaurant_id: RestaurantId,
    /// In addresses of pages; unique.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// One sentence.
    pub story: String,
    /// A few words on the card; may be empty.
    pub badge: String,
    /// Keys such as `italian`.
    pub cuisines: Vec<String>,
    /// Key of its picture.
    pub art: Option<String>,
    /// Its own picture, which stands in place of `art`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// Hue of its plate.
    pub plate: u16,
    /// Where it is.
    pub address: Address,
    /// For customers.
    pub phone: String,
    /// Of all its prices.
    pub currency: Currency,
    /// When it is open.
    pub hours: OpeningHours,
    /// Whether customers may fetch.
    pub pickup: bool,
    /// Terms, when it delivers.
    pub delivery: Option<Delivery>,
    /// Usual minutes from order to ready.
    pub prep_minutes: u32,
    /// Minutes that it has to answer an order (3 to 15).
    pub answer_minutes: u32,
    /// Customers see it.
    pub listed: bool,
}

/// The restaurant takes orders, has paused, or is busy. Sent whole on each change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestaurantAvailabilityChanged {
    /// The restaurant.
    pub restaurant_id: RestaurantId,
    /// No orders before this; resumes by itself.
    pub paused_until: Option<Timestamp>,
    /// Said to customers; may be empty.
    pub pause_reason: String,
    /// Minutes added to each new order.
    pub busy_extra_minutes: u32,
    /// The end of being busy.
    pub busy_until: Option<Timestamp>,
}

/// A new version of the whole menu is on sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuPublished {
    /// The restaurant.
    pub restaurant_id: RestaurantId,
    /// The version counts up; the menu never changes under it.
    pub menu: Menu,
}

/// What was taken off sale or put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSale {
    /// An item.
    Item(ItemId),
    /// An option, in every group that lists it.
    Option(OptionId),
}

/// An item or option was 86'd or is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAvailabilityChanged {
    /// The restaurant.
    pub restaurant_id: RestaurantId,
    /// Which.
    pub what: OnSale,
    /// On sale again.
    pub available: bool,
    /// Back by itself at this instant.
    pub until: Option<Timestamp>,
}

/// What a person may do at a restaurant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees.
    Viewer,
    /// Works the board.
    Cook,
    /// Also edits menu and hours.
    Manager,
    /// Also hires.
    Owner,
}

/// Somebody joined a restaurant, changed roles or left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffChanged {
    /// The restaurant.
    pub restaurant_id: RestaurantId,
    /// Who.
    pub person_id: PersonId,
    /// `None`: left.
    pub role: Option<Role>,
}

facts! {
    RestaurantChanged = "comanda.prepstation.restaurant.changed.v1", subject restaurant_id, key restaurant_id, samples made_up::changed();
    RestaurantAvailabilityChanged = "comanda.prepstation.restaurant.availability_changed.v1", subject restaurant_id, key restaurant_id, samples made_up::restaurant_availability();
    MenuPublished = "comanda.prepstation.menu.published.v1", subject restaurant_id, key restaurant_id, samples made_up::menus();
    ItemAvailabilityChanged = "comanda.prepstation.item.availability_changed.v1", subject restaurant_id, key restaurant_id, samples made_up::item_availability();
    StaffChanged = "comanda.prepstation.staff.changed.v1", subject person_id, key restaurant_id, samples made_up::staff();
}
