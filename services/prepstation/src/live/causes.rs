//! Which step of a trace brought a ticket to where it is: so that a frame can be tied to the request
//! that it comes from. Kept in memory and for a while; a frame without is as good.

use crate::store::tickets::Ticket;
use kernel::ids::TicketId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use trace::{Kind, TraceParent, Tracer};

/// Beyond this many, older ones have been shown long ago.
const KEPT: usize = 10_000;

/// By ticket and version. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Causes(Arc<Mutex<HashMap<(TicketId, u32), TraceParent>>>);

impl Causes {
    /// Remembers that the step this task is at made the ticket what it is.
    pub(super) fn note(&self, ticket: &Ticket) {
        let Some(step) = trace::current() else { return };
        let mut known = self.known();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert((ticket.id, ticket.progress.version), step);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<(TicketId, u32), TraceParent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of causes while frames are made.
pub(super) struct Sight<'a> {
    pub(super) causes: &'a Causes,
    pub(super) tracer: &'a Tracer,
}

impl Sight<'_> {
    /// The frame of a ticket as a step after its cause.
    pub(super) fn frame_of(&self, ticket: &Ticket) -> Option<TraceParent> {
        let cause = self.causes.known().get(&(ticket.id, ticket.progress.version)).copied()?;
        let mut span = self.tracer.span(Kind::Producer, Some(cause), || "frame");
        span.set("comanda.board_seq", || ticket.board_seq);
        Some(span.id())
    }
}
