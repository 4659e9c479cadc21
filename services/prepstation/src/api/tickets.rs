//! Tickets for programs: list, stream, and a POST per verb, which answers with the ticket or with
//! 409 and the truth.

use crate::{
    caller::Caller,
    cursor,
    domain::{
        api_key::Scope,
        availability::business_day_began,
        staff::Task,
        ticket::{RejectReason, State as TicketState},
    },
    kitchen::Kitchen,
    live::{self, Form, Onlooker},
    store::tickets,
    ticket_json::TicketJson,
    usecases::{
        self, authorise,
        tickets::{
            Act, accept::accept_ticket, acknowledge::acknowledge_ticket, cancel::cancel_ticket,
            delay::delay_ticket, hand_over::hand_over_ticket, ready::ready_ticket,
            recall::recall_ticket, reject::reject_ticket, start::start_ticket,
        },
    },
};
use axum::{
    Json, Router,
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use database::Tx;
use kernel::ids::{ItemId, RestaurantId, TicketId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use web::{JsonBody, PathOf, Problem, QueryOf, paging};

const MOST_LISTED: u32 = 200;

/// The routes of this resource.
pub fn routes() -> Router<Kitchen> {
    Router::new()
        .route("/api/v1/restaurants/{id}/tickets", get(list))
        .route("/api/v1/restaurants/{id}/tickets/stream", get(stream))
        .route("/api/v1/tickets/{id}", get(one))
        .route("/api/v1/tickets/{id}/acknowledge", post(acknowledge))
        .route("/api/v1/tickets/{id}/accept", post(accept))
        .route("/api/v1/tickets/{id}/reject", post(reject))
        .route("/api/v1/tickets/{id}/start", post(start))
        .route("/api/v1/tickets/{id}/delay", post(delay))
        .route("/api/v1/tickets/{id}/ready", post(ready))
        .route("/api/v1/tickets/{id}/recall", post(recall))
        .route("/api/v1/tickets/{id}/hand-over", post(hand_over))
        .route("/api/v1/tickets/{id}/cancel", post(cancel))
}

/// Which tickets.
#[derive(Debug, Deserialize)]
struct Which {
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A page of tickets.
#[derive(Debug, Serialize, ToSchema)]
struct Listed<'a> {
    /// Newest first.
    items: Vec<TicketJson<'a>>,
    /// For `?cursor=`, when there is more.
    next: Option<String>,
}

#[utoipa::path(get, operation_id = "list_tickets", path = "/api/v1/restaurants/{id}/tickets", tag = "tickets",
    params(("id" = String, Path), ("state" = Option<String>, Query), ("limit" = Option<u32>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "A page of tickets", body = inline(Listed<'_>)), (status = 404, description = "None, or not yours")))]
async fn list(
    State(kitchen): State<Kitchen>,
    caller: Caller,
    PathOf(restaurant): PathOf<RestaurantId>,
    QueryOf(which): QueryOf<Which>,
) -> Result<Response, Problem> {
    let unknown = || Problem::bad_request("invalid_query").detail("There is no such state.");
    let state = which.state.as_deref().filter(|state| !state.is_empty());
    let state = state.map(|key| TicketState::from_key(key).ok_or_else(unknown)).transpose()?;
    let limit = paging::limit(which.limit, MOST_LISTED, MOST_LISTED)?;
    let before = cursor::read(which.cursor.as_deref())?;
    let (now, actor) = (kitchen.context.clock.now(), caller.may(Scope::TicketsRead)?);
    let read = move |tx: &mut Tx<'_>| {
        let (found, _) = usecases::enter(tx, &restaurant.to_string(), actor, Task::See)?;
        let tickets = match state {
            Some(state) => tickets::newest_in_state(tx, found.id, state, before, limit + 1)?,
            None => {
                let today = business_day_began(&found.hours, now);
                tickets::newest(tx, found.id, today, before, limit + 1)?
            }
        };
        Ok::<_, usecases::Refusal>(tickets)
    };
    let mut found = kitchen.context.database.read(read).await?;
    let next = cursor::next(&mut found, limit);
    Ok(Json(Listed { items: found.iter().map(TicketJson::of).collect(), next }).into_response())
}

/// Where a stream begins.
#[derive(Debug, Deserialize)]
struct From {
    after: Option<u64>,
}

#[utoipa::path(get, operation_id = "follow_tickets", path = "/api/v1/restaurants/{id}/tickets/stream", tag = "tickets",
    params(("id" = String, Path), ("after" = Option<u64>, Query)),
    responses((status = 101, description = "WebSocket: {seq, type: \"ticket\", ticket}, {seq, type: \"snapshot\", tickets} or {type: \"heartbeat\"}")))]
async fn stream(
    State(kitchen): State<Kitchen>,
    caller: Caller,
    PathOf(restaurant): PathOf<RestaurantId>,
    QueryOf(from): QueryOf<From>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let actor = caller.may(Scope::TicketsRead)?;
    let may = move |tx: &mut Tx<'_>| authorise(tx, restaurant, actor, Task::See).map(drop);
    kitchen.context.database.read(may).await?;
    let onlooker = Onlooker::of(actor, &headers, &kitchen.context.site);
    let Kitchen { context, board } = &kitchen;
    live::serve(context, board, upgrade, restaurant, onlooker, from.after, Form::Json).await
}

#[utoipa::path(get, operation_id = "get_ticket", path = "/api/v1/tickets/{id}", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, description = "The ticket", body = inline(TicketJson<'_>)), (status = 404, description = "None, or not yours")))]
async fn one(
    State(kitchen): State<Kitchen>,
    caller: Caller,
    PathOf(id): PathOf<TicketId>,
) -> Result<Response, Problem> {
    let actor = caller.may(Scope::TicketsRead)?;
    let read = move |tx: &mut Tx<'_>| {
        let ticket = tickets::by_id(tx, id)?.ok_or(usecases::Refusal::NotFound)?;
        authorise(tx, ticket.restaurant_id, actor, Task::See)?;
        Ok::<_, usecases::Refusal>(ticket)
    };
    let ticket = kitchen.context.database.read(read).await?;
    Ok(Json(TicketJson::of(&ticket)).into_response())
}

/// The version that the sender saw.
#[derive(Debug, Deserialize, ToSchema)]
struct Seen {
    version: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
struct Accept {
    version: u32,
    /// 1 to 240.
    ready_in_minutes: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
struct Delay {
    version: u32,
    /// 1 to 240.
    minutes: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
struct Reject {
    version: u32,
    reason: ReasonJson,
    /// Items of this ticket that have run out.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    out_of_stock: BTreeSet<ItemId>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReasonJson {
    OutOfStock,
    TooBusy,
    ClosingEarly,
    CannotFulfilNote,
    Other,
}

impl ReasonJson {
    const fn reason(self) -> RejectReason {
        match self {
            Self::OutOfStock => RejectReason::OutOfStock,
            Self::TooBusy => RejectReason::TooBusy,
            Self::ClosingEarly => RejectReason::ClosingEarly,
            Self::CannotFulfilNote => RejectReason::CannotFulfilNote,
            Self::Other => RejectReason::Other,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
struct Cancel {
    version: u32,
    /// Said to the customer.
    reason: String,
}

macro_rules! verbs {
    ($($name:ident, $path:literal, $body:ident, |$tx:ident, $env:ident, $act:ident, $sent:ident| $call:expr;)+) => {$(
        #[utoipa::path(post, operation_id = concat!(stringify!($name), "_ticket"), path = $path, tag = "tickets", params(("id" = String, Path)), request_body = inline($body),
            responses((status = 200, description = "The ticket", body = inline(TicketJson<'_>)), (status = 404, description = "None, or not yours"), (status = 409, description = "With the current ticket"), (status = 422, description = "A field is missing or wrong")))]
        async fn $name(
            State(kitchen): State<Kitchen>,
            caller: Caller,
            PathOf(ticket): PathOf<TicketId>,
            JsonBody($sent): JsonBody<$body>,
        ) -> Result<Response, Problem> {
            let $act = Act { ticket, actor: caller.may(Scope::TicketsWrite)?, version: $sent.version };
            let ticket = kitchen.run(stringify!($name), move |$tx, $env| $call).await?;
            Ok(Json(TicketJson::of(&ticket)).into_response())
        }
    )+};
}

verbs! {
    acknowledge, "/api/v1/tickets/{id}/acknowledge", Seen, |tx, env, act, sent| acknowledge_ticket(tx, env, &act);
    accept, "/api/v1/tickets/{id}/accept", Accept, |tx, env, act, sent| accept_ticket(tx, env, &act, sent.ready_in_minutes);
    reject, "/api/v1/tickets/{id}/reject", Reject, |tx, env, act, sent| reject_ticket(tx, env, &act, sent.reason.reason(), &sent.out_of_stock);
    start, "/api/v1/tickets/{id}/start", Seen, |tx, env, act, sent| start_ticket(tx, env, &act);
    delay, "/api/v1/tickets/{id}/delay", Delay, |tx, env, act, sent| delay_ticket(tx, env, &act, sent.minutes);
    ready, "/api/v1/tickets/{id}/ready", Seen, |tx, env, act, sent| ready_ticket(tx, env, &act);
    recall, "/api/v1/tickets/{id}/recall", Seen, |tx, env, act, sent| recall_ticket(tx, env, &act);
    hand_over, "/api/v1/tickets/{id}/hand-over", Seen, |tx, env, act, sent| hand_over_ticket(tx, env, &act);
    cancel, "/api/v1/tickets/{id}/cancel", Cancel, |tx, env, act, sent| cancel_ticket(tx, env, &act, &sent.reason);
}

/// This resource's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    list,
    stream,
    one,
    acknowledge,
    accept,
    reject,
    start,
    delay,
    ready,
    recall,
    hand_over,
    cancel
))]
pub struct Document;
