//! `POST /api/v1/quotes`.

use axum::{Json, Router, extract::State, routing::post};
use web::{JsonBody, Problem};

use super::shapes::{QuoteBody, QuoteShape};
use crate::{domain::pricing::price, orders::Orders};

pub(super) fn routes() -> Router<Orders> {
    Router::new().route("/api/v1/quotes", post(quote))
}

/// What an order would cost, now or for later, and everything that stands in its way.
#[utoipa::path(post, operation_id = "quote_order", path = "/api/v1/quotes", tag = "orders", request_body = QuoteBody,
    responses((status = 200, description = "The price, and what stands in the way", body = QuoteShape), (status = 400, description = "Not JSON"),
              (status = 422, description = "A field has the wrong form, or there is no such restaurant")))]
pub(super) async fn quote(
    State(orders): State<Orders>,
    JsonBody(body): JsonBody<QuoteBody>,
) -> Result<Json<QuoteShape>, Problem> {
    let (restaurant, request) = (body.restaurant_id, body.request());
    let offer = orders.offer(restaurant, request.when).ok_or_else(unknown_restaurant)?;
    let now = orders.context.clock.now();
    Ok(Json(price(&offer.terms(request.when, now), &request, now).into()))
}

/// The restaurant of a body is not in the catalogue.
pub(super) fn unknown_restaurant() -> Problem {
    Problem::unprocessable("restaurant_unknown")
        .detail("There is no such restaurant.")
        .field("/restaurant_id", "There is no such restaurant.")
}
