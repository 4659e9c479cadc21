//! The kitchen's machine for a ticket (its twin, the order, belongs to orderhub). A transition
//! consumes the state and returns the next one with its event, or refuses; the first decision wins.

mod transitions;

#[cfg(test)]
mod tests;

pub use transitions::{Command, Refusal};

use jiff::{SignedDuration, Timestamp};

/// A cook may take back Ready and Handed over for so long (reference: recalled within 10 minutes).
pub const RECALL_WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Most minutes that a kitchen may promise or add.
pub const MOST_MINUTES: u32 = 240;

/// Where a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Wanted later: it is known, and the kitchen is asked in time.
    Scheduled,
    /// Nobody has seen it.
    New,
    /// A person has seen it and has not decided.
    Acknowledged,
    /// The kitchen will cook it.
    Accepted,
    /// Being cooked.
    Preparing,
    /// At the counter.
    Ready,
    /// The customer or courier has it. Can be taken back for [`RECALL_WINDOW`].
    HandedOver,
    /// The kitchen said no.
    Rejected,
    /// The customer or, after accepting, the kitchen called it off.
    Cancelled,
    /// Nobody answered in time.
    Expired,
}

impl State {
    /// All.
    pub const ALL: [Self; 10] = [
        Self::Scheduled,
        Self::New,
        Self::Acknowledged,
        Self::Accepted,
        Self::Preparing,
        Self::Ready,
        Self::HandedOver,
        Self::Rejected,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The name in JSON and in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::Accepted => "accepted",
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::HandedOver => "handed_over",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Scheduled => "For later",
            Self::New => "New",
            Self::Acknowledged => "Seen",
            Self::Accepted => "Accepted",
            Self::Preparing => "Being cooked",
            Self::Ready => "Ready",
            Self::HandedOver => "Handed over",
            Self::Rejected => "Rejected",
            Self::Cancelled => "Cancelled",
            Self::Expired => "Expired",
        }
    }

    /// The state with this [`key`](Self::key).
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether the ticket is on the board.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Scheduled
                | Self::New
                | Self::Acknowledged
                | Self::Accepted
                | Self::Preparing
                | Self::Ready
        )
    }

    /// Whether nothing can follow, ever.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Rejected | Self::Cancelled | Self::Expired)
    }

    /// Whether the kitchen has still to say yes or no.
    #[must_use]
    pub const fn awaits_answer(self) -> bool {
        matches!(self, Self::New | Self::Acknowledged)
    }
}

/// How the meal reaches the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Fetched at the counter.
    Pickup,
    /// Brought to an address.
    Delivery,
}

impl Kind {
    /// The name in JSON and in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pickup => "pickup",
            Self::Delivery => "delivery",
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pickup => "Pickup",
            Self::Delivery => "Delivery",
        }
    }

    /// The kind with this [`key`](Self::key).
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Pickup, Self::Delivery].into_iter().find(|kind| kind.key() == key)
    }
}

/// Why a kitchen says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// Something has run out; it is named and taken off sale by the same act.
    OutOfStock,
    /// More than the kitchen can cook.
    TooBusy,
    /// About to close.
    ClosingEarly,
    /// The note asks for something that cannot be done.
    CannotFulfilNote,
    /// Anything else.
    Other,
}

impl RejectReason {
    /// All, the most frequent first.
    pub const ALL: [Self; 5] =
        [Self::OutOfStock, Self::TooBusy, Self::ClosingEarly, Self::CannotFulfilNote, Self::Other];

    /// The name in JSON and in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::OutOfStock => "out_of_stock",
            Self::TooBusy => "too_busy",
            Self::ClosingEarly => "closing_early",
            Self::CannotFulfilNote => "cannot_fulfil_note",
            Self::Other => "other",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OutOfStock => "Something has run out",
            Self::TooBusy => "We are too busy",
            Self::ClosingEarly => "We close early",
            Self::CannotFulfilNote => "We cannot do what the note asks",
            Self::Other => "Another reason",
        }
    }

    /// The reason with this [`key`](Self::key).
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }
}

/// What the machine knows of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Where it is.
    pub state: State,
    /// Counts the changes, from 1.
    pub version: u32,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// When orderhub gives up waiting for an answer.
    pub expires_at: Timestamp,
    /// When the kitchen said yes: the timer begins here.
    pub accepted_at: Option<Timestamp>,
    /// The promise.
    pub ready_at: Option<Timestamp>,
}

impl Progress {
    /// A ticket that has just arrived: to be answered now, or in time when it is scheduled.
    #[must_use]
    pub const fn begin(state: State, now: Timestamp, expires_at: Timestamp) -> Self {
        Self { state, version: 1, since: now, expires_at, accepted_at: None, ready_at: None }
    }

    /// Whether [`Command::Recall`] would still be heard.
    #[must_use]
    pub fn can_recall(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Ready | State::HandedOver)
            && now.duration_since(self.since) <= RECALL_WINDOW
    }
}

/// What happened to a ticket: the facts that others hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A person has seen it.
    Acknowledged,
    /// The kitchen will cook it by then.
    Accepted {
        /// The promise.
        ready_at: Timestamp,
    },
    /// The kitchen said no.
    Rejected,
    /// Somebody cooks it.
    Started,
    /// The promise moved.
    Delayed {
        /// The new promise.
        ready_at: Timestamp,
    },
    /// At the counter; again, when a hand-over was taken back.
    Ready,
    /// Back from Ready to be cooked on.
    Recalled,
    /// The customer has it.
    HandedOver,
    /// The kitchen called it off.
    Cancelled,
    /// Orderhub said so: it knows, and is not told again.
    Told,
}

/// How near the promise is, as the board shows it (reference: amber from 70 %, red above 100 %).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Less than 70 % of the promised time has gone.
    InTime,
    /// 70 to 100 %.
    Soon,
    /// The promise has passed.
    Late,
}

/// How much of the time from `since` to `due` has gone at `now`.
#[must_use]
pub fn pace(since: Timestamp, due: Timestamp, now: Timestamp) -> Pace {
    let whole = due.duration_since(since).as_millis();
    let gone = now.duration_since(since).as_millis();
    match gone {
        gone if gone > whole => Pace::Late,
        gone if gone * 10 >= whole * 7 => Pace::Soon,
        _ => Pace::InTime,
    }
}
