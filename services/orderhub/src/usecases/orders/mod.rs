//! What happens to orders.

pub mod apply_ticket_event;
pub mod cancel_order;
pub mod expire_order;
pub mod place_order;
pub mod release_order;

pub use apply_ticket_event::{Applied, TicketEvent, apply_ticket_event};
pub use cancel_order::{CancelOrder, LONGEST_REASON, cancel_order};
pub use expire_order::expire_order;
pub use place_order::{PlaceOrder, PlaceRefusal, Placed, place_order};
pub use release_order::{ReleaseOrder, release_order};

use runtime::{PublishError, Refuses};

use crate::domain::order::Refused;

/// Why an order was not moved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MoveRefusal {
    /// There is no such order.
    #[error("there is no such order")]
    Unknown,
    /// The reason is too long, or holds characters that nobody can read.
    #[error("the reason has at most {LONGEST_REASON} characters")]
    ReasonTooLong,
    /// The rules of the order machine.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// An earlier fact of the kitchen has not arrived yet.
    #[error("an earlier fact of this ticket has not arrived yet")]
    Gap,
    /// The event could not be written.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl Refuses for MoveRefusal {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Unknown => Some("not_found"),
            Self::Refused(_) => Some("out_of_turn"),
            Self::Gap => Some("gap"),
            Self::ReasonTooLong => Some("invalid"),
            Self::Publish(_) | Self::Database(_) => None,
        }
    }
}
