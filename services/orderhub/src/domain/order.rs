//! The order machine: which way an order may go, who decides, and what is remembered of it. The
//! first decision wins; what comes after it is refused with the truth. Every change raises the
//! version by one and leaves one entry of history.

use jiff::{SignedDuration, Timestamp};

/// A restaurant answers within this many minutes, whatever it has set.
pub const ANSWER_MINUTES: std::ops::RangeInclusive<u32> = 3..=15;

/// A page follows a completed order for so long: kitchens take a hand-over back within ten minutes.
pub const FOLLOWED_AFTER_COMPLETION: SignedDuration = SignedDuration::from_mins(15);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON and in the database.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            /// The one with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }
        }
    };
}

words! {
    /// Where an order stands.
    State {
        /// Wanted later: the kitchen knows of it and is asked in time.
        Scheduled "scheduled",
        /// The kitchen has not answered yet.
        Placed "placed",
        /// The kitchen will cook it.
        Accepted "accepted",
        /// Somebody is cooking it.
        Preparing "preparing",
        /// It waits on the counter.
        Ready "ready",
        /// The customer has it.
        Completed "completed",
        /// The kitchen said no.
        Rejected "rejected",
        /// Nobody answered in time.
        Expired "expired",
        /// The customer or the kitchen took it back.
        Cancelled "cancelled",
    }
}

words! {
    /// Who moved an order.
    Actor {
        /// The customer.
        Customer "customer",
        /// The kitchen.
        Restaurant "restaurant",
        /// A timer of ours.
        System "system",
    }
}

words! {
    /// Why a kitchen says no.
    RejectReason {
        /// Something has run out.
        OutOfStock "out_of_stock",
        /// More than the kitchen can cook.
        TooBusy "too_busy",
        /// About to close.
        ClosingEarly "closing_early",
        /// The note asks for something that cannot be done.
        CannotFulfilNote "cannot_fulfil_note",
        /// Anything else.
        Other "other",
    }
}

impl State {
    /// The order is over. Only a completed one may come back: see [`is_final`](Self::is_final).
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Expired | Self::Cancelled)
    }

    /// Nothing can follow, not even the kitchen taking a hand-over back.
    #[must_use]
    pub const fn is_final(self) -> bool {
        self.is_terminal() && !matches!(self, Self::Completed)
    }
}

/// What somebody wants to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The customer no longer wants it; the words may be empty.
    Cancel(String),
    /// The time to answer is over.
    Expire,
    /// The time to ask the kitchen has come.
    Release,
    /// It can no longer be cooked as promised; said to the customer.
    CallOff(String),
    /// A screen of the kitchen shows it.
    Receive,
    /// A person in the kitchen has seen it.
    Acknowledge,
    /// The kitchen promises it for then.
    Accept(Timestamp),
    /// The kitchen says no.
    Reject(RejectReason),
    /// Somebody cooks.
    Start,
    /// The kitchen promises it for then instead.
    Delay(Timestamp),
    /// It stands on the counter.
    Finish,
    /// It goes back to the stove.
    Recall,
    /// The customer has it.
    HandOver,
    /// The kitchen cannot keep its word; said to the customer.
    Withdraw(String),
}

/// Why nothing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is over.
    #[error("the order is {} already", .0.key())]
    Over(State),
    /// The kitchen is at work, so it must be asked.
    #[error("the restaurant has accepted this order; only it can cancel now")]
    NeedsTheRestaurant(State),
    /// A timer was early: nothing happens before then.
    #[error("this does not happen before {0}")]
    NotYet(Timestamp),
    /// Does not follow from where the order stands.
    #[error("this does not follow on {}", .0.key())]
    OutOfTurn(State),
}

/// The part of an order that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where it stands.
    pub state: State,
    /// Counts changes from 1.
    pub version: u32,
    /// Nobody waits for the kitchen's answer after this.
    pub expires_at: Timestamp,
    /// When the customer wants it; as soon as possible without it.
    pub due_at: Option<Timestamp>,
    /// When the kitchen of a scheduled order is asked.
    pub release_at: Option<Timestamp>,
    /// The kitchen's promise.
    pub ready_at: Option<Timestamp>,
    /// When a screen first showed it.
    pub received_at: Option<Timestamp>,
    /// When a person first saw it.
    pub acknowledged_at: Option<Timestamp>,
}

/// One entry of an order's history: the version that it led to, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The version after it.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// Before it; nothing when the order was made.
    pub from: Option<State>,
    /// After it.
    pub to: State,
    /// Who.
    pub actor: Actor,
    /// Why, in words or as a reject reason's key; may be empty.
    pub reason: String,
}

/// What a kitchen needs before a meal is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Minutes to answer; held within [`ANSWER_MINUTES`].
    pub answer_minutes: u32,
    /// Minutes from yes to ready.
    pub prep_minutes: u32,
}

impl Pace {
    /// When cooking begins for a meal that is due then.
    #[must_use]
    pub fn cook_by(self, due: Timestamp) -> Timestamp {
        earlier(due, minutes(self.prep_minutes))
    }

    /// When the kitchen is asked for a meal that is due then: so that it has its time to answer and
    /// its time to cook.
    #[must_use]
    pub fn release_at(self, due: Timestamp) -> Timestamp {
        earlier(self.cook_by(due), self.answer())
    }

    fn answer(self) -> SignedDuration {
        minutes(self.answer_minutes.clamp(*ANSWER_MINUTES.start(), *ANSWER_MINUTES.end()))
    }
}

fn minutes(count: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(count))
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

impl Progress {
    /// A new order, and the first entry of its history: scheduled when it is due so late that the
    /// kitchen need not be asked yet.
    #[must_use]
    pub fn place(at: Timestamp, pace: Pace, due_at: Option<Timestamp>) -> (Self, Change) {
        let release_at = due_at.map(|due| pace.release_at(due)).filter(|release| *release > at);
        let asked = release_at.unwrap_or(at);
        let cook_by = due_at.map_or(Timestamp::MAX, |due| pace.cook_by(due));
        let expires_at = later(asked, pace.answer()).min(answer_by(asked, cook_by));
        let state = if release_at.is_some() { State::Scheduled } else { State::Placed };
        let made = Self {
            state,
            version: 1,
            expires_at,
            due_at,
            release_at,
            ready_at: None,
            received_at: None,
            acknowledged_at: None,
        };
        let (actor, reason) = (Actor::Customer, String::new());
        (made, Change { version: 1, at, from: None, to: state, actor, reason })
    }

    fn asked_at(&self) -> Timestamp {
        self.release_at.unwrap_or(Timestamp::MIN)
    }

    /// Moves the order, or leaves it.
    ///
    /// # Errors
    /// The command does not follow from where the order stands.
    pub fn apply(mut self, command: Command, at: Timestamp) -> Result<(Self, Change), Refused> {
        use State::{
            Accepted, Cancelled, Completed, Expired, Placed, Preparing, Ready, Rejected, Scheduled,
        };
        let from = self.state;
        // A hand-over to the wrong person is taken back by finishing the ticket again.
        let taken_back = from == Completed && command == Command::Finish;
        if from.is_terminal() && !taken_back {
            return Err(Refused::Over(from));
        }
        let (to, actor, reason) = match (from, command) {
            (Scheduled, Command::Release | Command::CallOff(_)) if at < self.asked_at() => {
                return Err(Refused::NotYet(self.asked_at()));
            }
            (Scheduled, Command::Release) => {
                // Released late, the kitchen still has the least time to answer.
                self.expires_at = answer_by(at, self.expires_at);
                (Placed, Actor::System, String::new())
            }
            (Scheduled, Command::CallOff(words)) => (Cancelled, Actor::System, words),
            (Scheduled | Placed, Command::Cancel(words)) => (Cancelled, Actor::Customer, words),
            (_, Command::Cancel(_)) => return Err(Refused::NeedsTheRestaurant(from)),
            (Placed, Command::Expire) if at < self.expires_at => {
                return Err(Refused::NotYet(self.expires_at));
            }
            (Placed, Command::Expire) => (Expired, Actor::System, String::new()),
            (_, Command::Receive) if self.received_at.is_none() => {
                self.received_at = Some(at);
                (from, Actor::Restaurant, "received".to_owned())
            }
            (_, Command::Acknowledge) if self.acknowledged_at.is_none() => {
                self.acknowledged_at = Some(at);
                (from, Actor::Restaurant, "acknowledged".to_owned())
            }
            (Placed, Command::Accept(ready_at)) => {
                self.ready_at = Some(ready_at);
                (Accepted, Actor::Restaurant, String::new())
            }
            (Scheduled | Placed, Command::Reject(why)) => {
                (Rejected, Actor::Restaurant, why.key().to_owned())
            }
            (Accepted, Command::Start) => (Preparing, Actor::Restaurant, String::new()),
            (Accepted | Preparing, Command::Delay(ready_at)) => {
                self.ready_at = Some(ready_at);
                (from, Actor::Restaurant, "delayed".to_owned())
            }
            // A small kitchen may bump a ticket without having started it.
            (Accepted | Preparing, Command::Finish) => (Ready, Actor::Restaurant, String::new()),
            (Completed, Command::Finish) => (Ready, Actor::Restaurant, "recalled".to_owned()),
            (Ready, Command::Recall) => (Preparing, Actor::Restaurant, "recalled".to_owned()),
            (Accepted | Preparing | Ready, Command::HandOver) => {
                (Completed, Actor::Restaurant, String::new())
            }
            (_, Command::Withdraw(words)) => (Cancelled, Actor::Restaurant, words),
            _ => return Err(Refused::OutOfTurn(from)),
        };
        self.state = to;
        self.version += 1;
        let change = Change { version: self.version, at, from: Some(from), to, actor, reason };
        Ok((self, change))
    }
}

/// The kitchen answers by then, but has its least time from `asked` on.
fn answer_by(asked: Timestamp, by: Timestamp) -> Timestamp {
    by.max(later(asked, minutes(*ANSWER_MINUTES.start())))
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
