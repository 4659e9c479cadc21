//! A ticket as JSON: what programs, the live stream and the truth in a 409 show.

use crate::store::tickets::Ticket;
use jiff::Timestamp;
use kernel::{
    Money,
    food::Allergens,
    ids::{ItemId, LineId, OptionId, OrderId, RestaurantId, TicketId},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketJson<'a> {
    /// `tkt_…`
    #[schema(value_type = String)]
    id: TicketId,
    /// `ord_…`
    #[schema(value_type = String)]
    order_id: OrderId,
    /// `rst_…`
    #[schema(value_type = String)]
    restaurant_id: RestaurantId,
    /// Called across the counter.
    code: &'a str,
    /// `scheduled, new, acknowledged, accepted, preparing, ready, handed_over, rejected, cancelled, expired`
    state: &'static str,
    /// To be sent with each command.
    version: u32,
    /// `pickup` or `delivery`
    kind: &'static str,
    /// When the customer ordered.
    #[schema(value_type = String, format = DateTime)]
    placed_at: Timestamp,
    /// When orderhub gives up waiting for an answer.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The promise; before it is made, the time that the customer wants.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// Since when it is in this state.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// When the kitchen said yes.
    #[schema(value_type = Option<String>, format = DateTime)]
    accepted_at: Option<Timestamp>,
    /// When it reached a screen.
    #[schema(value_type = Option<String>, format = DateTime)]
    received_at: Option<Timestamp>,
    /// Why it was rejected or cancelled.
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    /// For whom.
    customer: CustomerJson<'a>,
    /// Deliveries only.
    address: Option<&'a str>,
    /// What to cook.
    lines: Vec<LineJson<'a>>,
    /// What the customer pays.
    #[schema(value_type = Object)]
    total: Money,
    /// Its place on the board's stream.
    seq: i64,
}

/// For whom.
#[derive(Debug, Serialize, ToSchema)]
struct CustomerJson<'a> {
    name: &'a str,
    phone: &'a str,
}

/// What to cook.
#[derive(Debug, Serialize, ToSchema)]
struct LineJson<'a> {
    #[schema(value_type = String)]
    id: LineId,
    #[schema(value_type = String)]
    item_id: ItemId,
    name: &'a str,
    quantity: u32,
    options: Vec<OptionJson<'a>>,
    note: &'a str,
    #[schema(value_type = Object)]
    allergens: &'a Allergens,
    #[schema(value_type = String)]
    if_unavailable: contracts::orderhub::v1::IfUnavailable,
}

/// A chosen option.
#[derive(Debug, Serialize, ToSchema)]
struct OptionJson<'a> {
    #[schema(value_type = String)]
    id: OptionId,
    name: &'a str,
    quantity: u32,
}

impl<'a> TicketJson<'a> {
    /// The JSON of a ticket.
    #[must_use]
    pub(crate) fn of(ticket: &'a Ticket) -> Self {
        let progress = ticket.progress;
        Self {
            id: ticket.id,
            order_id: ticket.order_id,
            restaurant_id: ticket.restaurant_id,
            code: &ticket.code,
            state: progress.state.key(),
            version: progress.version,
            kind: ticket.kind.key(),
            placed_at: ticket.placed_at,
            expires_at: progress.expires_at,
            due_at: progress.ready_at.or(ticket.due_at),
            since: progress.since,
            accepted_at: progress.accepted_at,
            received_at: ticket.received_at,
            reason: &ticket.reason,
            customer: CustomerJson { name: &ticket.customer_name, phone: &ticket.customer_phone },
            address: ticket.address.as_deref(),
            lines: ticket.lines.iter().map(LineJson::of).collect(),
            total: ticket.total,
            seq: ticket.board_seq,
        }
    }
}

impl<'a> LineJson<'a> {
    fn of(line: &'a contracts::orderhub::v1::PlacedLine) -> Self {
        let options = line.options.iter().map(|option| OptionJson {
            id: option.option_id,
            name: &option.name,
            quantity: option.quantity,
        });
        Self {
            id: line.line_id,
            item_id: line.item_id,
            name: &line.name,
            quantity: line.quantity,
            options: options.collect(),
            note: &line.note,
            allergens: &line.allergens,
            if_unavailable: line.if_unavailable,
        }
    }
}
