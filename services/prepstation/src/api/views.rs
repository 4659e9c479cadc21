//! The schemas of what the office's API answers with.
#![expect(dead_code, reason = "only the schemas are used; the JSON is written beside the handlers")]

use utoipa::ToSchema;

/// The restaurants where the caller works.
#[derive(ToSchema)]
pub(super) struct RestaurantsView {
    items: Vec<RestaurantView>,
    /// Always null: nobody works at so many.
    #[schema(required)]
    next: Option<String>,
}

/// A restaurant as its people see it.
#[derive(ToSchema)]
pub(super) struct RestaurantView {
    id: String,
    slug: String,
    name: String,
    story: String,
    badge: String,
    cuisines: Vec<String>,
    #[schema(nullable = false)]
    art: Option<String>,
    /// Its own picture, in place of `art`.
    #[schema(schema_with = photo, required = false)]
    photo: String,
    plate: u16,
    #[schema(schema_with = place)]
    address: String,
    phone: String,
    currency: String,
    #[schema(schema_with = hours)]
    hours: String,
    pickup: bool,
    #[schema(required)]
    delivery: Option<DeliveryView>,
    prep_minutes: u32,
    /// Minutes to answer an order.
    answer_minutes: u32,
    /// Customers see it.
    listed: bool,
    /// The caller's: `owner`, `manager`, `cook` or `viewer`
    role: String,
    version: i64,
    availability: AvailabilityView,
    state: StateView,
}

/// What delivery costs.
#[derive(ToSchema)]
pub(super) struct DeliveryView {
    radius_m: u32,
    #[schema(schema_with = money)]
    fee: String,
    #[schema(schema_with = money)]
    minimum: String,
}

/// Pause and busy as they stand.
#[derive(ToSchema)]
pub(super) struct AvailabilityView {
    #[schema(required, format = DateTime)]
    paused_until: Option<String>,
    /// Empty when there is none.
    pause_reason: String,
    /// 0 when it is not busy.
    busy_extra_minutes: u32,
    #[schema(required, format = DateTime)]
    busy_until: Option<String>,
}

/// Whether it takes orders.
#[derive(ToSchema)]
pub(super) struct StateView {
    /// `open`, `closed` or `paused`
    now: String,
    /// When that ends, if it is known.
    #[schema(required, format = DateTime)]
    until: Option<String>,
}

/// Whether an item or an option is on sale.
#[derive(ToSchema)]
pub(super) struct SaleView {
    available: bool,
    /// When it comes back by itself.
    #[schema(required, format = DateTime)]
    until: Option<String>,
}

/// The published menu.
#[derive(ToSchema)]
pub(super) struct PublishedView {
    version: u32,
}

fn photo() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("Photo")
}

fn place() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("Place")
}

pub(super) fn money() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("Money")
}

fn hours() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("OpeningHours")
}
