//! `/api/v1/orders`.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use database::Error;
use kernel::ids::OrderId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use web::{
    IdempotencyKey, JsonBody, JsonBodyIfAny, PathOf, Problem, QueryOf, paging,
    signed_in::{SignedIn, Visitor},
};

use super::{
    quotes::unknown_restaurant,
    shapes::{OrderBody, OrderShape, PlacedShape, RefusalShape},
};
use crate::{
    domain::{
        order::{Refused, State as OrderState},
        pricing::Refusal,
    },
    json::List,
    orders::{Orders, failure},
    store::orders as store,
    usecases::orders::{LONGEST_REASON, MoveRefusal, PlaceOrder, PlaceRefusal},
};

const MOST_A_PAGE: u32 = 100;

pub(super) fn routes() -> Router<Orders> {
    Router::new()
        .route("/api/v1/orders", get(list).post(place))
        .route("/api/v1/orders/{id}", get(show))
        .route("/api/v1/orders/{id}/cancel", post(cancel))
}

/// Places an order, or schedules it when it is due later: its kitchen hears of it at once and is
/// asked in time.
#[utoipa::path(post, operation_id = "place_order", path = "/api/v1/orders", tag = "orders", security((), ("bearer" = []), ("cookie" = [])), request_body = OrderBody,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key act once.")),
    responses((status = 201, description = "Placed", body = PlacedShape), (status = 400, description = "No key, or not JSON"),
              (status = 409, description = "The price has changed since the quote"),
              (status = 422, description = "It cannot be placed as it stands: `code` is the first reason, `refusals` are all of them")))]
pub(super) async fn place(
    State(orders): State<Orders>,
    visitor: Visitor,
    key: IdempotencyKey,
    JsonBody(body): JsonBody<OrderBody>,
) -> Result<Response, Problem> {
    let person = visitor.0.map(|principal| principal.person_id);
    let written = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let request = body.request();
    let command = PlaceOrder {
        scope: person.map_or_else(|| "guest".to_owned(), |id| id.to_string()),
        key: key.as_str().to_owned(),
        body_hash: Sha256::digest(written).into(),
        person,
        offer: orders.offer(body.restaurant_id, request.when),
        request,
        contact: body.contact.into(),
        agreed_total: None,
        cart: None,
    };
    let placed = orders.place(command).await.map_err(refusal_problem)?;
    let address = HeaderValue::from_str(&format!("/api/v1/orders/{}", placed.id));
    let tracking_url = orders.tracking_url(placed.id);
    let shape = PlacedShape {
        id: placed.id,
        code: placed.code,
        state: placed.state,
        total: placed.total,
        version: placed.version,
        expires_at: placed.expires_at,
        tracking_url,
    };
    let mut answer = (StatusCode::CREATED, Json(shape)).into_response();
    answer.headers_mut().extend(address.ok().map(|address| (header::LOCATION, address)));
    Ok(answer)
}

fn refusal_problem(refusal: PlaceRefusal) -> Problem {
    match refusal {
        PlaceRefusal::KeyReused => Problem::unprocessable("idempotency_key_reused")
            .detail("This Idempotency-Key was used with another body. Use a new one."),
        PlaceRefusal::NoRestaurant => unknown_restaurant(),
        PlaceRefusal::Refused(refusals) => refused_problem(&refusals),
        PlaceRefusal::PriceChanged(quote) => Problem::conflict("price_changed")
            .detail("The price has changed. Ask for a quote again.")
            .with("total", quote.total),
        PlaceRefusal::Database(error) => failure(&error),
        PlaceRefusal::Publish(error) => Problem::internal(&error),
        PlaceRefusal::Answer(error) => Problem::internal(&error),
    }
}

/// All reasons with their pointers; the first one gives the code.
fn refused_problem(refusals: &[Refusal]) -> Problem {
    let first = refusals.first();
    let problem = Problem::unprocessable(first.map_or("order_refused", |refusal| refusal.code));
    let problem = problem.with("refusals", List::<RefusalShape>::from(refusals.to_vec()));
    let problem = match first {
        Some(refusal) => problem.detail(refusal.sentence.clone()),
        None => problem,
    };
    refusals.iter().fold(problem, |problem, refusal| {
        problem.field(refusal.pointer.clone(), refusal.sentence.clone())
    })
}

/// Where a list begins and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// 1 to 100; 20 unless set.
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<OrderId>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrderList {
    items: Vec<OrderShape>,
    /// For the next page; null on the last one.
    #[schema(value_type = Option<String>)]
    next: Option<OrderId>,
}

/// My orders, newest first.
#[utoipa::path(get, operation_id = "list_orders", path = "/api/v1/orders", tag = "orders", params(Page),
    responses((status = 200, description = "A page of orders", body = OrderList), (status = 401, description = "Nobody is signed in")))]
pub(super) async fn list(
    State(orders): State<Orders>,
    SignedIn(principal): SignedIn,
    QueryOf(page): QueryOf<Page>,
) -> Result<Json<OrderList>, Problem> {
    let limit = paging::limit(page.limit, 20, MOST_A_PAGE)?;
    let (person, before) = (principal.person_id, page.cursor);
    let mut found = orders
        .context
        .database
        .read::<_, Error, _>(move |tx| store::of_person(tx, person, before, limit + 1))
        .await
        .map_err(|error| failure(&error))?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|order| order.id);
    let shape = |order: store::Order| {
        let url = orders.tracking_url(order.id);
        OrderShape::new(order, None, url)
    };
    Ok(Json(OrderList { items: found.into_iter().map(shape).collect(), next }))
}

/// The signature of a guest's link.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Link {
    /// `t` of the tracking address, for guests.
    pub(super) t: Option<String>,
}

/// One order with its history.
#[utoipa::path(get, operation_id = "get_order", path = "/api/v1/orders/{id}", tag = "orders", security((), ("bearer" = []), ("cookie" = [])), params(("id" = String, Path), Link),
    responses((status = 200, description = "The order", body = OrderShape), (status = 404, description = "No such order, or not yours")))]
pub(super) async fn show(
    State(orders): State<Orders>,
    visitor: Visitor,
    PathOf(id): PathOf<OrderId>,
    QueryOf(link): QueryOf<Link>,
) -> Result<Json<OrderShape>, Problem> {
    let found = orders.find(id, visitor.0.as_ref(), link.t.as_deref()).await?;
    Ok(Json(OrderShape::new(found.0, Some(&found.1), orders.tracking_url(id))))
}

/// Why an order is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct Cancellation {
    /// In the customer's words, at most 300 characters; kept in the history.
    #[schema(max_length = 300)]
    #[serde(default)]
    reason: String,
}

/// Cancels an order that the kitchen has not accepted yet. The body may be left out.
#[utoipa::path(post, operation_id = "cancel_order", path = "/api/v1/orders/{id}/cancel", tag = "orders", security((), ("bearer" = []), ("cookie" = [])), params(("id" = String, Path), Link), request_body = Option<Cancellation>,
    responses((status = 200, description = "The order", body = OrderShape), (status = 404, description = "No such order, or not yours"),
              (status = 409, description = "Too late: `order` is how it stands"), (status = 422, description = "The reason is too long")))]
pub(super) async fn cancel(
    State(orders): State<Orders>,
    visitor: Visitor,
    PathOf(id): PathOf<OrderId>,
    QueryOf(link): QueryOf<Link>,
    JsonBodyIfAny(body): JsonBodyIfAny<Cancellation>,
) -> Result<Json<OrderShape>, Problem> {
    let (visitor, signature) = (visitor.0.as_ref(), link.t.as_deref());
    orders.find(id, visitor, signature).await?;
    let outcome = orders.cancel(id, body.unwrap_or_default().reason).await;
    let (order, history) = orders.find(id, visitor, signature).await?;
    // Cancelling twice is cancelling.
    let already = order.progress.state == OrderState::Cancelled;
    let shape = OrderShape::new(order, Some(&history), orders.tracking_url(id));
    match outcome {
        Ok(_) => Ok(Json(shape)),
        Err(MoveRefusal::Refused(Refused::Over(_))) if already => Ok(Json(shape)),
        Err(error @ MoveRefusal::ReasonTooLong) => Err(move_problem(error)),
        Err(error) => Err(move_problem(error).with("order", shape)),
    }
}

/// Why an order was not moved, with the way on.
pub(crate) fn move_problem(refusal: MoveRefusal) -> Problem {
    match refusal {
        MoveRefusal::Unknown => Problem::not_found(),
        MoveRefusal::ReasonTooLong => {
            let words = format!("Say why in at most {LONGEST_REASON} characters that can be read.");
            Problem::unprocessable("invalid_body").detail(words.clone()).field("/reason", words)
        }
        MoveRefusal::Refused(Refused::NeedsTheRestaurant(_)) => {
            Problem::conflict("cancellation_needs_the_restaurant").detail(
                "The kitchen has accepted this order, so only the restaurant can cancel it now. Call them.",
            )
        }
        MoveRefusal::Refused(refused) => {
            Problem::conflict("order_is_over").detail(format!("Nothing was changed: {refused}."))
        }
        MoveRefusal::Gap => Problem::conflict("order_is_moving"),
        MoveRefusal::Publish(error) => Problem::internal(&error),
        MoveRefusal::Database(error) => failure(&error),
    }
}
