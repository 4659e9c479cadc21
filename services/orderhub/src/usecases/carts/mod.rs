//! What customers do with their slip.

mod add_to_cart;
mod change_cart;

pub(crate) use add_to_cart::{AddToCart, Added, add_to_cart};
pub(crate) use change_cart::{CartChange, change_cart};

use database::Error;
use jiff::Timestamp;
use runtime::Refuses;

use crate::carts::LIFE;

/// Why the slip stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CartRefusal {
    /// Too many lines.
    #[error("Your slip is full: {0} lines are the most. Please place two orders.")]
    Full(usize),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] Error),
}

impl Refuses for CartRefusal {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Full(_) => Some("full"),
            Self::Database(_) => None,
        }
    }
}

fn expires_at(now: Timestamp) -> Timestamp {
    now.checked_add(LIFE).unwrap_or(Timestamp::MAX)
}
