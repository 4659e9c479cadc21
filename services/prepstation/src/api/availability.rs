//! Pause, resume, busy; items and options off sale.

use super::{
    restaurants::availability_view,
    views::{AvailabilityView, SaleView},
};
use crate::{
    caller::Caller,
    domain::{
        api_key::Scope,
        availability::{OnSale, Until},
    },
    usecases::{
        pause_orders::{ChangeAvailability, PauseEnd, Step, change_availability},
        set_availability::{SetAvailability, set_availability},
    },
};
use axum::{
    Json, Router,
    extract::State,
    routing::{post, put},
};
use database::Tx;
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{ItemId, OptionId},
};
use runtime::Context;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::{JsonBody, PathOf, Problem};

pub(super) fn routes() -> Router<Context> {
    let at = |rest: &str| format!("/api/v1/restaurants/{{restaurant}}/{rest}");
    Router::new()
        .route(&at("pause"), post(pause))
        .route(&at("resume"), post(resume))
        .route(&at("busy"), post(busy))
        .route(&at("items/{item}/availability"), put(item))
        .route(&at("options/{option}/availability"), put(option))
}

/// How long: one of `minutes` and `until`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pause {
    #[serde(default)]
    minutes: Option<u32>,
    /// RFC 3339.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    until: Option<Timestamp>,
    #[serde(default)]
    reason: String,
}

async fn step(
    context: &Context,
    caller: &Caller,
    restaurant: String,
    step: Step,
) -> Result<Json<Value>, Problem> {
    let now = context.clock.now();
    let command =
        ChangeAvailability { restaurant, actor: caller.may(Scope::AvailabilityWrite)?, step };
    let work = move |tx: &mut Tx<'_>, env: &Env| change_availability(tx, env, &command);
    Ok(Json(availability_view(&context.run("change_availability", work).await?, now)))
}

/// Takes no orders for a while.
#[utoipa::path(post, operation_id = "pause_orders", path = "/api/v1/restaurants/{restaurant}/pause", tag = "availability", request_body = Pause,
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "As it is now", body = AvailabilityView), (status = 422, description = "Fields are wrong")))]
pub(super) async fn pause(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
    JsonBody(body): JsonBody<Pause>,
) -> Result<Json<Value>, Problem> {
    let end = match (body.minutes, body.until) {
        (Some(minutes), None) => PauseEnd::Minutes(minutes),
        (None, Some(until)) => PauseEnd::At(until),
        _ => {
            return Err(Problem::unprocessable("invalid_body")
                .detail("Say either how many minutes or until when.")
                .field("/minutes", "exactly one of minutes and until"));
        }
    };
    step(&context, &caller, restaurant, Step::Pause(end, body.reason)).await
}

/// Takes orders again.
#[utoipa::path(post, operation_id = "resume_orders", path = "/api/v1/restaurants/{restaurant}/resume", tag = "availability",
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "As it is now", body = AvailabilityView)))]
pub(super) async fn resume(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
) -> Result<Json<Value>, Problem> {
    step(&context, &caller, restaurant, Step::Resume).await
}

/// Minutes more for each new order; 0 ends it. Without `until` for two hours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Busy {
    extra_minutes: u32,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    until: Option<Timestamp>,
}

/// Asks for more time for each new order.
#[utoipa::path(post, operation_id = "set_busy", path = "/api/v1/restaurants/{restaurant}/busy", tag = "availability", request_body = Busy,
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "As it is now", body = AvailabilityView), (status = 422, description = "Fields are wrong")))]
pub(super) async fn busy(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
    JsonBody(body): JsonBody<Busy>,
) -> Result<Json<Value>, Problem> {
    step(&context, &caller, restaurant, Step::Busy(body.extra_minutes, body.until)).await
}

/// On sale or not. `until` is RFC 3339, or `"tomorrow"` for the next business day; without it, it
/// stays off sale until somebody puts it back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Sale {
    available: bool,
    #[serde(default)]
    until: Option<String>,
}

/// Takes an item off sale (86), or puts it back.
#[utoipa::path(put, operation_id = "set_item_availability", path = "/api/v1/restaurants/{restaurant}/items/{item}/availability", tag = "availability", request_body = Sale,
    params(("restaurant" = String, Path, description = "Id or slug"), ("item" = String, Path, description = "Id")),
    responses((status = 200, description = "As it is now", body = SaleView), (status = 404, description = "No such item")))]
pub(super) async fn item(
    State(context): State<Context>,
    caller: Caller,
    PathOf((restaurant, item)): PathOf<(String, ItemId)>,
    JsonBody(sale): JsonBody<Sale>,
) -> Result<Json<Value>, Problem> {
    set(&context, &caller, restaurant, OnSale::Item(item), sale).await
}

/// Takes an option off sale in every group that lists it, or puts it back.
#[utoipa::path(put, operation_id = "set_option_availability", path = "/api/v1/restaurants/{restaurant}/options/{option}/availability", tag = "availability", request_body = Sale,
    params(("restaurant" = String, Path, description = "Id or slug"), ("option" = String, Path, description = "Id")),
    responses((status = 200, description = "As it is now", body = SaleView), (status = 404, description = "No such option")))]
pub(super) async fn option(
    State(context): State<Context>,
    caller: Caller,
    PathOf((restaurant, option)): PathOf<(String, OptionId)>,
    JsonBody(sale): JsonBody<Sale>,
) -> Result<Json<Value>, Problem> {
    set(&context, &caller, restaurant, OnSale::Option(option), sale).await
}

async fn set(
    context: &Context,
    caller: &Caller,
    restaurant: String,
    what: OnSale,
    sale: Sale,
) -> Result<Json<Value>, Problem> {
    let until = match sale.until.as_deref() {
        None => Until::PutBack,
        Some("tomorrow") => Until::Tomorrow,
        Some(text) => Until::At(text.parse().map_err(|_| {
            Problem::unprocessable("invalid_body")
                .detail("A field has the wrong form.")
                .field("/until", "expected an RFC 3339 instant, \"tomorrow\" or nothing")
        })?),
    };
    let off_until = (!sale.available).then_some(until);
    let command = SetAvailability {
        restaurant,
        actor: caller.may(Scope::AvailabilityWrite)?,
        what,
        off_until,
    };
    let work = move |tx: &mut Tx<'_>, env: &Env| set_availability(tx, env, &command);
    let off = context.run("set_availability", work).await?;
    Ok(Json(json!({"available": off.is_none(), "until": off.flatten()})))
}
