//! `GET /api/v1/orders/{id}/stream`: each entry of the history as a server-sent event whose id is
//! the version, so that `Last-Event-ID` brings what was missed.

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response, sse::Event},
    routing::get,
};
use jiff::Timestamp;
use kernel::ids::OrderId;
use live::{Frame, sse};
use serde::Serialize;
use utoipa::ToSchema;
use web::{PathOf, Problem, QueryOf, signed_in::Visitor};

use super::orders::Link;
use crate::{domain::order::State as OrderState, live::Moment, orders::Orders};

pub(super) fn routes() -> Router<Orders> {
    Router::new().route("/api/v1/orders/{id}/stream", get(stream))
}

/// What happened to an order, as one event of its stream.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrderEvent {
    #[schema(value_type = String)]
    id: OrderId,
    code: String,
    state: &'static str,
    version: u32,
    #[schema(value_type = String)]
    at: Timestamp,
    from: Option<&'static str>,
    actor: &'static str,
    reason: Option<String>,
    #[schema(value_type = Option<String>)]
    ready_at: Option<Timestamp>,
    #[schema(value_type = String)]
    expires_at: Timestamp,
}

/// Follows an order: first what is new after `Last-Event-ID`, then what happens. Ends after
/// `rejected`, `expired` and `cancelled`; a completed order may come back to the counter. A comment every ten seconds keeps the connection alive.
#[utoipa::path(get, operation_id = "follow_order", path = "/api/v1/orders/{id}/stream", tag = "orders", security((), ("bearer" = []), ("cookie" = [])),
    params(("id" = String, Path), Link, ("Last-Event-ID" = Option<u64>, Header)),
    responses((status = 200, description = "Events named `order`, as they happen", body = OrderEvent, content_type = "text/event-stream"),
              (status = 404, description = "No such order, or not yours")))]
pub(super) async fn stream(
    State(orders): State<Orders>,
    visitor: Visitor,
    PathOf(id): PathOf<OrderId>,
    QueryOf(link): QueryOf<Link>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    orders.find(id, visitor.0.as_ref(), link.t.as_deref()).await?;
    let after = sse::last_event_id(&headers);
    let subscription = orders.live.subscribe(id, after).await.map_err(|error| {
        tracing::warn!(%error, "an order cannot be followed");
        Problem::unavailable(2)
    })?;
    let stop = orders.context.tasks.stopping();
    Ok(sse::answer(subscription, stop, event, is_last).into_response())
}

fn event(frame: &Frame<Moment>) -> Event {
    let Moment { order, change, .. } = &frame.content;
    let data = OrderEvent {
        id: order.id,
        code: order.code.clone(),
        state: change.to.key(),
        version: change.version,
        at: change.at,
        from: change.from.map(OrderState::key),
        actor: change.actor.key(),
        reason: Some(change.reason.clone()).filter(|reason| !reason.is_empty()),
        ready_at: order.progress.ready_at,
        expires_at: order.progress.expires_at,
    };
    // Texts, numbers and instants are always JSON.
    let data = serde_json::to_string(&data).unwrap_or_default();
    Event::default().event("order").data(data)
}

/// Nothing follows a final state; a completed order may be taken back to the counter.
pub(crate) fn is_last(frame: &Frame<Moment>) -> bool {
    frame.content.change.to.is_final()
}
