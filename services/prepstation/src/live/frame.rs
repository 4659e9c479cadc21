//! One change of the board, rendered once for programs and for screens.

use crate::{
    domain::restaurant::Restaurant, pages::board, store::tickets::Ticket, ticket_json::TicketJson,
};
use axum::extract::ws::Utf8Bytes;
use jiff::Timestamp;
use live::Frame;
use maud::Markup;
use serde::Serialize;
use std::sync::Arc;
use trace::TraceParent;

/// What a frame says, in both forms.
#[derive(Debug, Clone)]
pub struct BoardFrame {
    /// `{seq, type, ticket}`, or `{seq, type: "snapshot", tickets}`.
    pub json: Utf8Bytes,
    /// The same for the page: `{seq, now, content}` with fragments.
    pub html: Utf8Bytes,
    /// Some of it has not reached a screen yet.
    pub unreceived: bool,
}

#[derive(Serialize)]
struct Change<'a> {
    seq: i64,
    r#type: &'static str,
    ticket: TicketJson<'a>,
    /// The step of a trace that the frame is.
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
}

#[derive(Serialize)]
struct Whole<'a> {
    seq: i64,
    r#type: &'static str,
    tickets: Vec<TicketJson<'a>>,
}

#[derive(Serialize)]
struct Fragments {
    seq: i64,
    now: i64,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
}

fn text(value: &impl Serialize) -> Utf8Bytes {
    // These shapes have text keys only and cannot fail.
    serde_json::to_string(value).unwrap_or_default().into()
}

fn page(seq: i64, now: Timestamp, content: Markup, traceparent: Option<String>) -> Utf8Bytes {
    let (now, content) = (now.as_millisecond(), content.into_string());
    text(&Fragments { seq, now, content, traceparent })
}

fn frame(seq: i64, content: BoardFrame) -> Frame<Arc<BoardFrame>> {
    Frame { seq: u64::try_from(seq).unwrap_or_default(), content: Arc::new(content) }
}

const fn is_unreceived(ticket: &Ticket) -> bool {
    ticket.received_at.is_none() && ticket.progress.state.awaits_answer()
}

impl BoardFrame {
    /// A ticket as it is after its change.
    pub fn of(
        restaurant: &Restaurant,
        ticket: &Ticket,
        now: Timestamp,
        step: Option<TraceParent>,
    ) -> Frame<Arc<Self>> {
        let (seq, traceparent) = (ticket.board_seq, step.map(|step| step.to_string()));
        let html = page(seq, now, board::change(restaurant, ticket, now), traceparent.clone());
        let ticket_json = TicketJson::of(ticket);
        let json = text(&Change { seq, r#type: "ticket", ticket: ticket_json, traceparent });
        frame(seq, Self { json, html, unreceived: is_unreceived(ticket) })
    }

    /// Everything that is on the board.
    pub fn whole(
        restaurant: &Restaurant,
        open: &[Ticket],
        seq: i64,
        now: Timestamp,
    ) -> Frame<Arc<Self>> {
        let tickets = open.iter().map(TicketJson::of).collect();
        let json = text(&Whole { seq, r#type: "snapshot", tickets });
        let html = page(seq, now, board::whole(restaurant, open, seq, now), None);
        frame(seq, Self { json, html, unreceived: open.iter().any(is_unreceived) })
    }
}
