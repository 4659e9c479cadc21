//! What a customer asks for: lines, how, where and when.

use jiff::Timestamp;
use kernel::{
    Money,
    ids::{ItemId, OptionId},
    menu::ChosenOption,
};

/// How the meal reaches the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fulfilment {
    /// Fetched at the counter.
    #[default]
    Pickup,
    /// Brought to an address.
    Delivery,
}

/// What to do when something on a line has run out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// An option as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestedOption {
    /// Which.
    pub option_id: OptionId,
    /// How often for one dish.
    pub quantity: u32,
}

impl From<RequestedOption> for ChosenOption {
    fn from(option: RequestedOption) -> Self {
        Self { option_id: option.option_id, quantity: option.quantity }
    }
}

/// A line as asked for; the cart keeps these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedLine {
    /// Which dish.
    pub item_id: ItemId,
    /// How many.
    pub quantity: u32,
    /// What was chosen with it.
    pub options: Vec<RequestedOption>,
    /// Words for the kitchen.
    pub note: String,
    /// What to do when it has run out.
    pub if_unavailable: IfUnavailable,
}

/// Where to bring it.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postcode: String,
    /// Town.
    pub city: String,
    /// Floor, bell, where to leave it.
    pub note: String,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
}

impl Address {
    /// In one line, for the kitchen and the driver.
    #[must_use]
    pub fn one_line(&self) -> String {
        let town = format!("{} {}", self.postcode.trim(), self.city.trim());
        let parts = [self.street.trim(), town.trim(), self.note.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// When the customer wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// As soon as possible.
    #[default]
    Asap,
    /// At an instant.
    At(Timestamp),
}

impl When {
    /// The instant itself; `now` for as soon as possible.
    #[must_use]
    pub fn instant(self, now: Timestamp) -> Timestamp {
        self.due().unwrap_or(now)
    }

    /// The instant, when one was named.
    #[must_use]
    pub fn due(self) -> Option<Timestamp> {
        match self {
            Self::Asap => None,
            Self::At(instant) => Some(instant),
        }
    }
}

/// A quote's request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuoteRequest {
    /// Pickup or delivery.
    pub kind: Fulfilment,
    /// As soon as possible, or then.
    pub when: When,
    /// What.
    pub lines: Vec<RequestedLine>,
    /// Where, for deliveries.
    pub address: Option<Address>,
    /// On top.
    pub tip: Option<Money>,
}
