//! Live updates that resume by sequence number. A [`Feed`] reads what is new of a watched key (a
//! restaurant's board, an order) once, however many look on, and hands each [`Subscription`] the
//! frames in order. [`socket`] carries them over a WebSocket, [`sse`] over server-sent events.

mod connected;
mod feed;
pub mod socket;
pub mod sse;
mod subscription;

pub(crate) use connected::Connected;
pub use feed::{Feed, Frame, LoadError, Options};
pub use subscription::{Cut, Subscription};

use std::time::Duration;

/// How often a connection that has nothing to say says so.
pub const HEARTBEAT: Duration = Duration::from_secs(10);
