//! Which command leads where. Rules 1, 6 and 7 of the domain reference: no accepting after the
//! expiry, a delay only adds, and the kitchen may call off until the food is ready.

use super::{Event, MOST_MINUTES, Progress, State};
use jiff::{SignedDuration, Timestamp};

/// What somebody wants of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A person has seen it.
    Acknowledge,
    /// Cook it, ready in so many minutes.
    Accept {
        /// 1 to [`MOST_MINUTES`].
        ready_in_minutes: u32,
    },
    /// Do not cook it.
    Reject,
    /// Begin to cook.
    Start,
    /// Promise a later time.
    Delay {
        /// 1 to [`MOST_MINUTES`].
        minutes: u32,
    },
    /// Put it on the counter.
    Ready,
    /// Take back the last step: Ready to Preparing, Handed over to Ready.
    Recall,
    /// Give it to the customer.
    HandOver,
    /// Call it off after accepting.
    Cancel,
    /// Orderhub: the time to ask for a scheduled order has come.
    OrderPlaced {
        /// When orderhub gives up waiting for an answer.
        expires_at: Timestamp,
    },
    /// Orderhub: the customer cancelled.
    OrderCancelled,
    /// Orderhub: nobody answered in time.
    OrderExpired,
}

/// Why a command is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not from this state.
    #[error("The ticket is {} now, so that cannot be done.", state_in_words(*.state))]
    NotNow {
        /// Where it is.
        state: State,
    },
    /// The customer has been told that nobody answered.
    #[error("The time to answer this order has passed.")]
    TooLate,
    /// Recalled later than anybody can have meant it.
    #[error("It is more than ten minutes ago, so it cannot be taken back.")]
    TooLongAgo,
    /// Not a number of minutes that a kitchen can promise.
    #[error("Choose between 1 and 240 minutes.")]
    Minutes,
}

const fn state_in_words(state: State) -> &'static str {
    match state {
        State::Scheduled => "for later",
        State::New => "new",
        State::Acknowledged => "seen but not accepted",
        State::Accepted => "accepted",
        State::Preparing => "being cooked",
        State::Ready => "ready",
        State::HandedOver => "handed over",
        State::Rejected => "rejected",
        State::Cancelled => "cancelled",
        State::Expired => "expired",
    }
}

impl Progress {
    /// Follows `command`, or says why not. Every change counts the version up by one.
    ///
    /// # Errors
    /// The command does not fit the state, its time has passed, or its minutes are out of bounds.
    pub fn follow(self, command: Command, now: Timestamp) -> Result<(Self, Event), Refusal> {
        use State as S;
        let refuse = Refusal::NotNow { state: self.state };
        let answering = || if now < self.expires_at { Ok(()) } else { Err(Refusal::TooLate) };
        let (state, event) = match (command, self.state) {
            (Command::Acknowledge, S::New) => (S::Acknowledged, Event::Acknowledged),
            (Command::Accept { ready_in_minutes }, S::New | S::Acknowledged) => {
                answering()?;
                return self.accept(minutes(ready_in_minutes)?, now);
            }
            (Command::Reject, S::Scheduled | S::New | S::Acknowledged) => {
                (S::Rejected, Event::Rejected)
            }
            (Command::Start, S::Accepted) => (S::Preparing, Event::Started),
            (Command::Delay { minutes: more }, S::Accepted | S::Preparing) => {
                return self.delay(minutes(more)?, now);
            }
            (Command::Ready, S::Preparing) => (S::Ready, Event::Ready),
            (Command::Recall, S::Ready | S::HandedOver) if !self.can_recall(now) => {
                return Err(Refusal::TooLongAgo);
            }
            (Command::Recall, S::Ready) => (S::Preparing, Event::Recalled),
            (Command::Recall, S::HandedOver) => (S::Ready, Event::Ready),
            (Command::HandOver, S::Ready) => (S::HandedOver, Event::HandedOver),
            (Command::Cancel, S::Accepted | S::Preparing) => (S::Cancelled, Event::Cancelled),
            (Command::OrderPlaced { expires_at }, S::Scheduled) => {
                return Ok((Self { expires_at, ..self.to(S::New, now) }, Event::Told));
            }
            // Orderhub owns the order: whatever the kitchen decided meanwhile, it is over.
            (Command::OrderCancelled, state) if state.is_open() => (S::Cancelled, Event::Told),
            (Command::OrderExpired, state) if state.is_open() => (S::Expired, Event::Told),
            _ => return Err(refuse),
        };
        Ok((self.to(state, now), event))
    }

    fn to(self, state: State, now: Timestamp) -> Self {
        Self { state, since: now, ..self.counted() }
    }

    fn counted(self) -> Self {
        Self { version: self.version.saturating_add(1), ..self }
    }

    fn accept(self, promise: SignedDuration, now: Timestamp) -> Result<(Self, Event), Refusal> {
        let ready_at = now.checked_add(promise).map_err(|_| Refusal::Minutes)?;
        let next = self.to(State::Accepted, now);
        let next = Self { accepted_at: Some(now), ready_at: Some(ready_at), ..next };
        Ok((next, Event::Accepted { ready_at }))
    }

    /// From the promise, or from now once that has passed: a new promise is never in the past.
    fn delay(self, more: SignedDuration, now: Timestamp) -> Result<(Self, Event), Refusal> {
        let from = self.ready_at.map_or(now, |ready_at| ready_at.max(now));
        let ready_at = from.checked_add(more).map_err(|_| Refusal::Minutes)?;
        Ok((Self { ready_at: Some(ready_at), ..self.counted() }, Event::Delayed { ready_at }))
    }
}

fn minutes(count: u32) -> Result<SignedDuration, Refusal> {
    let fine = (1..=MOST_MINUTES).contains(&count);
    fine.then(|| SignedDuration::from_mins(count.into())).ok_or(Refusal::Minutes)
}
