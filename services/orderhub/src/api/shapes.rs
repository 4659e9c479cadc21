//! The JSON of quotes and orders: CONTRACT's shapes, also for the OpenAPI document.

use jiff::Timestamp;
use kernel::{
    Money,
    food::Allergens,
    ids::{ItemId, OptionId, OrderId, RestaurantId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::order_shapes::{
    AddressShape, AllergensShape, ContactShape, FeeShape, ReadyShape, RequestedLineShape, TaxShape,
};
use crate::{
    domain::{
        order::Change,
        pricing::{PricedLine, Quote, QuoteRequest, Refusal},
    },
    json::{
        AddressJson, ContactJson, FeeJson, FulfilmentJson, IfUnavailableJson, List, ReadyJson,
        RequestedLineJson, TaxSumJson, WhenJson,
    },
    store::orders::{Order, kind_key},
};

/// `{"amount": 1250, "currency": "EUR"}` is €12.50.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; the kernel's type is what is written")]
pub(super) struct MoneyShape {
    amount: i64,
    #[schema(example = "EUR")]
    currency: String,
}

/// What is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct QuoteBody {
    #[schema(value_type = String)]
    pub(super) restaurant_id: RestaurantId,
    /// `pickup` or `delivery`.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^(pickup|delivery)$")]
    pub(super) kind: FulfilmentJson,
    /// `"asap"` or an RFC 3339 instant.
    #[serde(default)]
    #[schema(value_type = String)]
    pub(super) when: WhenJson,
    /// `{item_id, quantity, options: [{option_id, quantity}], note, if_unavailable}`
    #[schema(value_type = Vec<RequestedLineShape>)]
    pub(super) lines: List<RequestedLineJson>,
    /// `{street, postcode, city, note, lat, lon}`, for deliveries.
    #[serde(default)]
    #[schema(value_type = Option<AddressShape>)]
    pub(super) address: Option<AddressJson>,
    #[serde(default)]
    #[schema(value_type = Option<MoneyShape>)]
    pub(super) tip: Option<Money>,
}

/// A quote's body with contact and payment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct OrderBody {
    #[schema(value_type = String)]
    pub(super) restaurant_id: RestaurantId,
    /// `pickup` or `delivery`.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^(pickup|delivery)$")]
    pub(super) kind: FulfilmentJson,
    /// `"asap"` or an RFC 3339 instant.
    #[serde(default)]
    #[schema(value_type = String)]
    pub(super) when: WhenJson,
    /// As of a quote.
    #[schema(value_type = Vec<RequestedLineShape>)]
    pub(super) lines: List<RequestedLineJson>,
    /// As of a quote.
    #[serde(default)]
    #[schema(value_type = Option<AddressShape>)]
    pub(super) address: Option<AddressJson>,
    #[serde(default)]
    #[schema(value_type = Option<MoneyShape>)]
    pub(super) tip: Option<Money>,
    /// `{name, phone, email?}`
    #[schema(value_type = ContactShape)]
    pub(super) contact: ContactJson,
    #[serde(default)]
    pub(super) payment: Payment,
}

/// How the order is paid.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
pub(super) struct Payment {
    #[serde(default)]
    kind: PaymentKind,
}

/// The ways to pay.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum PaymentKind {
    /// At the counter or at the door.
    #[default]
    OnHandover,
}

impl QuoteBody {
    pub(super) fn request(self) -> QuoteRequest {
        let Self { kind, when, lines, address, tip, .. } = self;
        QuoteRequest {
            kind: kind.into(),
            when: when.0,
            lines: lines.into(),
            address: address.map(Into::into),
            tip,
        }
    }
}

impl OrderBody {
    pub(super) fn request(&self) -> QuoteRequest {
        QuoteRequest {
            kind: self.kind.into(),
            when: self.when.0,
            lines: self.lines.clone().into(),
            address: self.address.clone().map(Into::into),
            tip: self.tip,
        }
    }
}

/// A line with its price.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineShape {
    #[schema(value_type = String)]
    item_id: ItemId,
    name: String,
    quantity: u32,
    options: Vec<OptionShape>,
    note: String,
    #[schema(value_type = String)]
    if_unavailable: IfUnavailableJson,
    /// Of the dish as configured.
    #[schema(value_type = AllergensShape)]
    allergens: Allergens,
    #[schema(value_type = MoneyShape)]
    unit_price: Money,
    #[schema(value_type = MoneyShape)]
    total: Money,
    /// Contained in `total`.
    #[schema(value_type = MoneyShape)]
    tax: Money,
    /// 1000 is 10 %.
    tax_basis_points: u32,
}

/// A chosen option with its price.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptionShape {
    #[schema(value_type = String)]
    option_id: OptionId,
    group: String,
    name: String,
    quantity: u32,
    #[schema(value_type = MoneyShape)]
    price: Money,
}

impl From<PricedLine> for LineShape {
    fn from(line: PricedLine) -> Self {
        let options = line.options.into_iter().map(|option| OptionShape {
            option_id: option.option_id,
            group: option.group,
            name: option.name,
            quantity: option.quantity,
            price: option.price,
        });
        Self {
            item_id: line.item_id,
            name: line.name,
            quantity: line.quantity,
            options: options.collect(),
            note: line.note,
            if_unavailable: line.if_unavailable.into(),
            allergens: line.allergens,
            unit_price: line.unit,
            total: line.total,
            tax: line.tax,
            tax_basis_points: line.tax_basis_points,
        }
    }
}

/// Why the order cannot be placed as it stands.
#[derive(ToSchema, Debug, Serialize)]
pub(super) struct RefusalShape {
    code: &'static str,
    pointer: String,
    sentence: String,
}

impl From<Refusal> for RefusalShape {
    fn from(Refusal { code, pointer, sentence }: Refusal) -> Self {
        Self { code, pointer, sentence }
    }
}

/// What an order would cost, and what stands in its way.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QuoteShape {
    menu_version: u32,
    lines: Vec<LineShape>,
    #[schema(value_type = MoneyShape)]
    subtotal: Money,
    /// `{kind, label, amount, tax, tax_basis_points}`
    #[schema(value_type = Vec<FeeShape>)]
    fees: List<FeeJson>,
    /// `{basis_points, amount}`: contained in the total.
    #[schema(value_type = Vec<TaxShape>)]
    taxes: List<TaxSumJson>,
    #[schema(value_type = MoneyShape)]
    tip: Money,
    #[schema(value_type = MoneyShape)]
    total: Money,
    /// `{code, pointer, sentence}`: empty when the order can be placed.
    #[schema(value_type = Vec<RefusalShape>)]
    refusals: List<RefusalShape>,
    /// `{earliest, latest}`: when it would be ready.
    #[schema(value_type = ReadyShape)]
    ready: ReadyJson,
}

impl From<Quote> for QuoteShape {
    fn from(quote: Quote) -> Self {
        Self {
            menu_version: quote.menu_version,
            lines: quote.lines.into_iter().map(Into::into).collect(),
            subtotal: quote.subtotal,
            fees: quote.fees.into(),
            taxes: quote.taxes.into(),
            tip: quote.tip,
            total: quote.total,
            refusals: quote.refusals.into(),
            ready: quote.ready.into(),
        }
    }
}

/// The answer to a new order, the same at each repetition.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlacedShape {
    #[schema(value_type = String)]
    pub(super) id: OrderId,
    /// Called across the counter.
    #[schema(example = "K7Q")]
    pub(super) code: String,
    /// `placed`, or `scheduled` when the kitchen is asked later.
    pub(super) state: String,
    #[schema(value_type = MoneyShape)]
    pub(super) total: Money,
    pub(super) version: u32,
    /// Nobody waits for the kitchen's answer after this.
    #[schema(value_type = String)]
    pub(super) expires_at: Timestamp,
    /// For the customer's browser; signed, so it works without signing in.
    pub(super) tracking_url: String,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrderShape {
    #[schema(value_type = String)]
    id: OrderId,
    code: String,
    /// `{id, slug, name, address, phone}`
    restaurant: RestaurantShape,
    kind: &'static str,
    state: &'static str,
    version: u32,
    #[schema(value_type = String)]
    placed_at: Timestamp,
    #[schema(value_type = String)]
    expires_at: Timestamp,
    /// When the customer wants it; null for as soon as possible.
    #[schema(value_type = Option<String>)]
    due_at: Option<Timestamp>,
    /// When the kitchen of a scheduled order is asked.
    #[schema(value_type = Option<String>)]
    release_at: Option<Timestamp>,
    /// The kitchen's promise.
    #[schema(value_type = Option<String>)]
    ready_at: Option<Timestamp>,
    /// When a screen of the kitchen showed it.
    #[schema(value_type = Option<String>)]
    received_at: Option<Timestamp>,
    /// When a person in the kitchen saw it.
    #[schema(value_type = Option<String>)]
    acknowledged_at: Option<Timestamp>,
    #[schema(value_type = ContactShape)]
    contact: ContactJson,
    address: Option<String>,
    payment: Payment,
    lines: Vec<LineShape>,
    #[schema(value_type = MoneyShape)]
    subtotal: Money,
    #[schema(value_type = Vec<FeeShape>)]
    fees: List<FeeJson>,
    #[schema(value_type = Vec<TaxShape>)]
    taxes: List<TaxSumJson>,
    #[schema(value_type = MoneyShape)]
    tip: Money,
    #[schema(value_type = MoneyShape)]
    total: Money,
    /// What had run out when the kitchen rejected it.
    #[schema(value_type = Vec<String>)]
    out_of_stock: Vec<ItemId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<ChangeShape>>,
    tracking_url: String,
}

/// The restaurant as the order remembers it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RestaurantShape {
    #[schema(value_type = String)]
    id: RestaurantId,
    slug: String,
    name: String,
    address: String,
    phone: String,
}

/// One entry of an order's history.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangeShape {
    version: u32,
    #[schema(value_type = String)]
    at: Timestamp,
    from: Option<&'static str>,
    to: &'static str,
    actor: &'static str,
    reason: Option<String>,
}

impl From<&Change> for ChangeShape {
    fn from(change: &Change) -> Self {
        Self {
            version: change.version,
            at: change.at,
            from: change.from.map(crate::domain::order::State::key),
            to: change.to.key(),
            actor: change.actor.key(),
            reason: Some(change.reason.clone()).filter(|reason| !reason.is_empty()),
        }
    }
}

impl OrderShape {
    pub(super) fn new(order: Order, history: Option<&[Change]>, tracking_url: String) -> Self {
        let (progress, document, seller) = (order.progress, order.document, order.seller);
        Self {
            id: order.id,
            code: order.code,
            restaurant: RestaurantShape {
                id: seller.id,
                slug: seller.slug,
                name: seller.name,
                address: seller.address,
                phone: seller.phone,
            },
            kind: kind_key(order.kind),
            state: progress.state.key(),
            version: progress.version,
            placed_at: order.placed_at,
            expires_at: progress.expires_at,
            due_at: progress.due_at,
            release_at: progress.release_at,
            ready_at: progress.ready_at,
            received_at: progress.received_at,
            acknowledged_at: progress.acknowledged_at,
            contact: order.contact.into(),
            address: order.address,
            payment: Payment::default(),
            lines: document.lines.into_iter().map(Into::into).collect(),
            subtotal: document.subtotal,
            fees: document.fees.into(),
            taxes: document.taxes.into(),
            tip: document.tip,
            total: order.total,
            out_of_stock: order.out_of_stock,
            history: history.map(|entries| entries.iter().map(Into::into).collect()),
            tracking_url,
        }
    }
}
