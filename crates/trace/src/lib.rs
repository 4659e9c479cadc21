//! The trace that a piece of work belongs to: from a request through the outbox, the broker and the
//! inbox to a screen. The ids travel always, so that log lines, events and answers can be tied
//! together; the steps ([`Span`]) are kept only where an [`otlp`] receiver is set.

mod current;
pub mod otlp;
mod tracer;

pub use current::{current, current_id, within, within_sync};
pub use kernel::TraceParent;
pub use tracer::{Kind, Span, Step, Tracer};

/// The header that brings a trace in and carries it on.
pub const TRACEPARENT: &str = "traceparent";
/// The header that names it in an answer (W3C Trace Context, level 2).
pub const TRACERESPONSE: &str = "traceresponse";
