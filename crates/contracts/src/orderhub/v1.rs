//! Facts of orderhub, version 1: orders as customers place, cancel and lose them.

use crate::cloud_event::facts;
use jiff::Timestamp;
use kernel::{
    Currency, Money,
    food::{Allergen, Allergens},
    ids::{Id, ItemId, LineId, OptionId, OrderId, RestaurantId},
};
use serde::{Deserialize, Serialize};

/// How the meal reaches the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// Fetched at the counter.
    Pickup,
    /// Brought to an address.
    Delivery,
}

/// What to do when something on a line has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfUnavailable {
    /// Leave the line out.
    #[default]
    Remove,
    /// Choose something alike.
    Replace,
    /// Call the customer.
    Call,
    /// Cancel the order.
    Cancel,
}

/// A chosen option as the kitchen reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedOption {
    /// Of the menu that it was sold from.
    pub option_id: OptionId,
    /// As sold.
    pub name: String,
    /// How often.
    pub quantity: u32,
}

/// A line as the kitchen reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedLine {
    /// Stays the same through the order's life.
    pub line_id: LineId,
    /// Of the menu that it was sold from.
    pub item_id: ItemId,
    /// As sold.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// In the menu's order.
    pub options: Vec<PlacedOption>,
    /// The customer's words; may be empty.
    pub note: String,
    /// Of the dish as configured.
    pub allergens: Allergens,
    /// The customer's choice.
    pub if_unavailable: IfUnavailable,
}

/// A customer placed an order: the kitchen is to answer before it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// The order.
    pub order_id: OrderId,
    /// Called across the counter.
    pub code: String,
    /// Who cooks.
    pub restaurant_id: RestaurantId,
    /// Pickup or delivery.
    pub kind: Fulfilment,
    /// When the customer pressed the button.
    pub placed_at: Timestamp,
    /// When orderhub gives up waiting.
    pub expires_at: Timestamp,
    /// Wanted at this time; as soon as possible without it.
    pub due_at: Option<Timestamp>,
    /// The name to call out.
    pub customer_name: String,
    /// For questions about this order.
    pub customer_phone: String,
    /// One line; deliveries only.
    pub address: Option<String>,
    /// The version of the menu that it was sold from.
    pub menu_version: u32,
    /// What to cook.
    pub lines: Vec<PlacedLine>,
    /// What the customer pays.
    pub total: Money,
}

/// A customer ordered for later. The kitchen knows of it and may say no; it is asked at `release_at`
/// by [`OrderPlaced`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderScheduled {
    /// The order, as it will be placed.
    #[serde(flatten)]
    pub order: OrderPlaced,
    /// When the kitchen is asked.
    pub release_at: Timestamp,
}

/// The customer cancelled before the kitchen accepted, or a promise for later could not be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Who would have cooked.
    pub restaurant_id: RestaurantId,
    /// When.
    pub at: Timestamp,
    /// In words; may be empty.
    pub reason: String,
}

/// Nobody answered in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderExpired {
    /// The order.
    pub order_id: OrderId,
    /// Who did not answer.
    pub restaurant_id: RestaurantId,
    /// When.
    pub at: Timestamp,
    /// Whether the ticket ever reached a screen: "expired" and "undelivered" are two things.
    pub reached_a_screen: bool,
}

/// The customer asked to be forgotten and the order is over: name, telephone, address and the
/// customer's own words are to go everywhere. What was sold stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAnonymised {
    /// The order.
    pub order_id: OrderId,
    /// Who cooked.
    pub restaurant_id: RestaurantId,
    /// When.
    pub at: Timestamp,
}

fn sample_order() -> (OrderId, RestaurantId) {
    (OrderId::from_natural_key("sample"), RestaurantId::from_natural_key("sample"))
}

fn sample_pickup() -> OrderPlaced {
    let (order_id, restaurant_id) = sample_order();
    OrderPlaced {
        order_id,
        code: "K7Q".to_owned(),
        restaurant_id,
        kind: Fulfilment::Pickup,
        placed_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH,
        due_at: None,
        customer_name: "Ana".to_owned(),
        customer_phone: "+43 662 5550100".to_owned(),
        address: None,
        menu_version: 1,
        lines: vec![PlacedLine {
            line_id: LineId::from_natural_key("sample"),
            item_id: ItemId::from_natural_key("sample"),
            name: "Margherita".to_owned(),
            quantity: 1,
            options: vec![PlacedOption {
                option_id: OptionId::from_natural_key("sample"),
                name: "Extra basil".to_owned(),
                quantity: 1,
            }],
            note: "well done".to_owned(),
            allergens: sample_allergens(),
            if_unavailable: IfUnavailable::Remove,
        }],
        total: Money::new(980, Currency::EUR),
    }
}

fn sample_delivery() -> OrderPlaced {
    OrderPlaced {
        kind: Fulfilment::Delivery,
        due_at: Some(Timestamp::UNIX_EPOCH),
        address: Some("Linzer Gasse 12, 5020 Salzburg".to_owned()),
        ..sample_pickup()
    }
}

/// Contains some, may contain others.
pub(crate) fn sample_allergens() -> Allergens {
    let traces = Allergens { may_contain: [Allergen::Nuts].into(), ..Allergens::none() };
    Allergens::containing([Allergen::Gluten, Allergen::Milk]).and(&traces)
}

facts! {
    OrderPlaced = "comanda.orderhub.order.placed.v1", personal true, subject order_id, key restaurant_id, samples vec![sample_pickup(), sample_delivery()];
    OrderScheduled = "comanda.orderhub.order.scheduled.v1", personal true, subject order.order_id, key order.restaurant_id, samples {
        let due_at = Some(Timestamp::UNIX_EPOCH);
        let orders = [OrderPlaced { due_at, ..sample_pickup() }, sample_delivery()];
        orders.map(|order| OrderScheduled { order, release_at: Timestamp::UNIX_EPOCH }).into()
    };
    OrderCancelled = "comanda.orderhub.order.cancelled.v1", personal true, subject order_id, key restaurant_id, samples {
        let (order_id, restaurant_id) = sample_order();
        vec![OrderCancelled { order_id, restaurant_id, at: Timestamp::UNIX_EPOCH, reason: String::new() }]
    };
    OrderAnonymised = "comanda.orderhub.order.anonymised.v1", subject order_id, key restaurant_id, samples {
        let (order_id, restaurant_id) = sample_order();
        vec![OrderAnonymised { order_id, restaurant_id, at: Timestamp::UNIX_EPOCH }]
    };
    OrderExpired = "comanda.orderhub.order.expired.v1", subject order_id, key restaurant_id, samples {
        let (order_id, restaurant_id) = sample_order();
        vec![OrderExpired { order_id, restaurant_id, at: Timestamp::UNIX_EPOCH, reached_a_screen: true }]
    };
}
