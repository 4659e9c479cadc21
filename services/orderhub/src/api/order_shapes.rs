//! The schemas of the domain's types inside quotes and orders: serde writes those types themselves.
#![expect(dead_code, reason = "only the schemas are used; the domain's types are what is written")]

use utoipa::ToSchema;

use super::shapes::MoneyShape;

/// A line to be priced.
#[derive(ToSchema)]
pub(super) struct RequestedLineShape {
    item_id: String,
    /// 1 to 50; 1 unless set.
    #[schema(minimum = 1, maximum = 50)]
    quantity: Option<u32>,
    #[schema(nullable = false)]
    options: Option<Vec<RequestedOptionShape>>,
    /// For the kitchen.
    #[schema(nullable = false, max_length = 200)]
    note: Option<String>,
    #[schema(nullable = false, pattern = "^(remove|replace|call|cancel)$")]
    if_unavailable: Option<String>,
}

/// An option to be priced.
#[derive(ToSchema)]
pub(super) struct RequestedOptionShape {
    option_id: String,
    /// 1 unless set.
    #[schema(nullable = false, minimum = 1)]
    quantity: Option<u32>,
}

/// Where to bring it.
#[derive(ToSchema)]
pub(super) struct AddressShape {
    street: String,
    #[schema(nullable = false)]
    postcode: Option<String>,
    #[schema(nullable = false)]
    city: Option<String>,
    /// For who brings it.
    #[schema(nullable = false)]
    note: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
}

/// Who orders.
#[derive(ToSchema)]
pub(super) struct ContactShape {
    #[schema(max_length = 80)]
    name: String,
    #[schema(example = "+43 662 5550100")]
    phone: String,
    email: Option<String>,
}

/// Besides the dishes.
#[derive(ToSchema)]
pub(super) struct FeeShape {
    kind: String,
    label: String,
    amount: MoneyShape,
    tax: MoneyShape,
    tax_basis_points: u32,
}

/// Contained in the total, by rate.
#[derive(ToSchema)]
pub(super) struct TaxShape {
    /// 1000 is 10 %.
    basis_points: u32,
    amount: MoneyShape,
}

/// When it would be ready.
#[derive(ToSchema)]
pub(super) struct ReadyShape {
    #[schema(format = DateTime)]
    earliest: String,
    #[schema(format = DateTime)]
    latest: String,
}

/// Of a dish as configured.
#[derive(ToSchema)]
pub(super) struct AllergensShape {
    contains: Vec<String>,
    may_contain: Vec<String>,
    /// Whether the restaurant has declared them at all.
    declared: bool,
}
