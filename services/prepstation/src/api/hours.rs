//! `PUT /api/v1/restaurants/{id}/hours`.

use crate::{
    caller::Caller,
    domain::api_key::Scope,
    usecases::set_hours::{SetHours, set_hours},
};
use axum::{Json, Router, extract::State, routing::put};
use kernel::hours::OpeningHours;
use runtime::Context;
use web::{JsonBody, PathOf, Problem};

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/api/v1/restaurants/{restaurant}/hours", put(set))
}

/// Sets all opening hours: `{zone, weekly: {monday: [{from, to}], …}, exceptions, business_day_start}`.
#[utoipa::path(put, operation_id = "set_hours", path = "/api/v1/restaurants/{restaurant}/hours", tag = "hours",
    request_body = ref("#/components/schemas/OpeningHours"),
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "As it is now", body = ref("#/components/schemas/OpeningHours")), (status = 403, description = "Takes a manager"),
              (status = 422, description = "Fields are wrong, each with its pointer")))]
pub(super) async fn set(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
    JsonBody(hours): JsonBody<OpeningHours>,
) -> Result<Json<OpeningHours>, Problem> {
    let command = SetHours { restaurant, actor: caller.may(Scope::RestaurantWrite)?, hours };
    let changed = context.run("set_hours", move |tx, env| set_hours(tx, env, &command)).await?;
    Ok(Json(changed.hours))
}
