//! The JSON of the pure types, which know nothing of it themselves: as customers' programs send and
//! read them, and as carts and orders are stored. What is stored outlives a release: a field may be
//! added here with a default, never renamed.

use jiff::Timestamp;
use kernel::{
    Money,
    food::Allergens,
    hours::Zone,
    ids::{ItemId, OptionId, RestaurantId},
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    contact::Contact,
    offer::Seller,
    pricing::{
        Address, Fee, Fulfilment, IfUnavailable, PricedLine, PricedOption, Ready, RequestedLine,
        RequestedOption, TaxSum, When,
    },
};

/// Declares the JSON of a struct, field by field, with the ways there and back.
macro_rules! json_of {
    ($(
        $(#[$about:meta])*
        $json:ident of $plain:ty { $( $(#[$rule:meta])* $field:ident: $kind:ty, )+ }
    )+) => {$(
        #[derive(Debug, Clone, Serialize, Deserialize)]
        $(#[$about])*
        pub(crate) struct $json { $( $(#[$rule])* $field: $kind, )+ }

        impl From<$plain> for $json {
            fn from(plain: $plain) -> Self {
                Self { $( $field: plain.$field.into(), )+ }
            }
        }

        impl From<$json> for $plain {
            fn from(json: $json) -> Self {
                Self { $( $field: json.$field.into(), )+ }
            }
        }
    )+};
}
pub(crate) use json_of;

/// Declares the words that stand for the values of an enum, with the ways there and back.
macro_rules! words_of {
    ($( $(#[$about:meta])* $json:ident of $plain:ident { $( $value:ident, )+ } )+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $json { $( $value, )+ }

        impl Default for $json {
            fn default() -> Self {
                $plain::default().into()
            }
        }

        impl From<$plain> for $json {
            fn from(plain: $plain) -> Self {
                match plain { $( $plain::$value => Self::$value, )+ }
            }
        }

        impl From<$json> for $plain {
            fn from(json: $json) -> Self {
                match json { $( $json::$value => Self::$value, )+ }
            }
        }
    )+};
}

/// A list, each element with its JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct List<Json>(Vec<Json>);

impl<Json> Default for List<Json> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Plain, Json: From<Plain>> From<Vec<Plain>> for List<Json> {
    fn from(plain: Vec<Plain>) -> Self {
        Self(plain.into_iter().map(Into::into).collect())
    }
}

impl<Plain, Json: Into<Plain>> From<List<Json>> for Vec<Plain> {
    fn from(json: List<Json>) -> Self {
        json.0.into_iter().map(Into::into).collect()
    }
}

words_of! {
    /// `pickup` or `delivery`
    FulfilmentJson of Fulfilment { Pickup, Delivery, }

    /// `remove`, `replace`, `call` or `cancel`
    IfUnavailableJson of IfUnavailable { Remove, Replace, Call, Cancel, }
}

json_of! {
    /// The name to call out and the number for questions.
    ContactJson of Contact {
        name: String,
        phone: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
    }

    /// The restaurant as an order remembers it.
    SellerJson of Seller {
        id: RestaurantId,
        slug: String,
        name: String,
        address: String,
        phone: String,
        zone: Zone,
    }

    /// Where to bring it.
    #[serde(deny_unknown_fields)]
    AddressJson of Address {
        street: String,
        #[serde(default)]
        postcode: String,
        #[serde(default)]
        city: String,
        #[serde(default)]
        note: String,
        #[serde(default)]
        lat: Option<f64>,
        #[serde(default)]
        lon: Option<f64>,
    }

    /// An option as asked for.
    #[serde(deny_unknown_fields)]
    RequestedOptionJson of RequestedOption {
        option_id: OptionId,
        #[serde(default = "once")]
        quantity: u32,
    }

    /// A line as asked for.
    #[serde(deny_unknown_fields)]
    RequestedLineJson of RequestedLine {
        item_id: ItemId,
        #[serde(default = "once")]
        quantity: u32,
        #[serde(default)]
        options: List<RequestedOptionJson>,
        #[serde(default)]
        note: String,
        #[serde(default)]
        if_unavailable: IfUnavailableJson,
    }

    /// A line with its price, as stored.
    PricedLineJson of PricedLine {
        index: usize,
        item_id: ItemId,
        name: String,
        quantity: u32,
        options: List<PricedOptionJson>,
        note: String,
        if_unavailable: IfUnavailableJson,
        allergens: Allergens,
        unit: Money,
        total: Money,
        tax: Money,
        tax_basis_points: u32,
    }

    /// A chosen option with its price.
    PricedOptionJson of PricedOption {
        option_id: OptionId,
        group: String,
        name: String,
        quantity: u32,
        price: Money,
    }

    /// What is charged besides the dishes.
    FeeJson of Fee {
        kind: String,
        label: String,
        amount: Money,
        tax: Money,
        tax_basis_points: u32,
    }

    /// The tax of one rate that the total contains.
    TaxSumJson of TaxSum {
        basis_points: u32,
        amount: Money,
    }

    /// When the meal should be ready.
    ReadyJson of Ready {
        earliest: Timestamp,
        latest: Timestamp,
    }
}

fn once() -> u32 {
    1
}

/// `"asap"` or an RFC 3339 instant.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct WhenJson(pub(crate) When);

impl TryFrom<String> for WhenJson {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "asap" {
            return Ok(Self(When::Asap));
        }
        let instant = text.parse().map_err(|_| "expected \"asap\" or an RFC 3339 instant")?;
        Ok(Self(When::At(instant)))
    }
}

impl From<WhenJson> for String {
    fn from(when: WhenJson) -> Self {
        match when.0 {
            When::Asap => "asap".to_owned(),
            When::At(instant) => instant.to_string(),
        }
    }
}
