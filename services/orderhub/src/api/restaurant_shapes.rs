//! The schemas of restaurants as `restaurants` writes them.
#![expect(dead_code, reason = "only the schemas are used; `restaurants` writes the JSON")]

use utoipa::ToSchema;

use super::shapes::MoneyShape;

/// A page of restaurants.
#[derive(ToSchema)]
pub(super) struct RestaurantPage {
    items: Vec<ListedRestaurant>,
    /// For the next page; null on the last one.
    next: Option<String>,
}

/// A restaurant in a list.
#[derive(ToSchema)]
pub(super) struct ListedRestaurant {
    #[schema(inline)]
    #[serde(flatten)]
    summary: RestaurantSummary,
    /// From `lat` and `lon`, when they were given.
    #[schema(nullable = false)]
    distance_m: Option<f64>,
    /// How many dishes suit `diet` and `free_of`, when they were given.
    #[schema(nullable = false)]
    suiting_items: Option<u64>,
    /// The dishes that answer `q`; ten at most.
    #[schema(nullable = false)]
    matching_items: Option<Vec<MatchingItem>>,
}

/// What is known of a restaurant everywhere.
#[derive(ToSchema)]
pub(super) struct RestaurantSummary {
    id: String,
    slug: String,
    name: String,
    /// May be empty.
    badge: String,
    cuisines: Vec<String>,
    /// Its own picture.
    #[schema(schema_with = photo, required = false)]
    photo: String,
    #[schema(schema_with = place)]
    address: String,
    currency: String,
    /// Hands out at the counter.
    pickup: bool,
    /// Null when it does not deliver.
    #[schema(required)]
    delivery: Option<DeliveryShape>,
    /// Takes orders now.
    open_now: bool,
    /// `open`, `closed`, `paused` or `no_menu`
    state: String,
    /// When the state ends, if that is known.
    #[schema(required, format = DateTime)]
    until: Option<String>,
    #[schema(required)]
    pause_reason: Option<String>,
    /// How long it takes now.
    ready_minutes: MinutesShape,
}

/// One restaurant.
#[derive(ToSchema)]
pub(super) struct RestaurantDetail {
    #[schema(inline)]
    #[serde(flatten)]
    summary: RestaurantSummary,
    story: String,
    phone: String,
    #[schema(schema_with = hours)]
    hours: String,
    /// In words, e.g. `Mon–Fri 11:30–22:00`.
    opening_hours: Vec<String>,
    /// Null until a menu is published.
    #[schema(required)]
    menu_version: Option<u32>,
}

/// What delivery costs.
#[derive(ToSchema)]
pub(super) struct DeliveryShape {
    radius_m: u32,
    fee: MoneyShape,
    minimum: MoneyShape,
}

/// From, to.
#[derive(ToSchema)]
pub(super) struct MinutesShape {
    from: u32,
    to: u32,
}

/// A dish that answers a search.
#[derive(ToSchema)]
pub(super) struct MatchingItem {
    id: String,
    name: String,
    price: MoneyShape,
    available: bool,
}

fn photo() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("Photo")
}

fn place() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("Place")
}

fn hours() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("OpeningHours")
}
