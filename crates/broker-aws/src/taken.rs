//! What SNS has taken of batches that are not through: sent again, they go on where they were. A
//! publisher loses patience, and many messages of one key take their time.

use crate::rounds::Letter;
use broker::Message;
use jiff::{SignedDuration, Timestamp};
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// For so long SNS drops what it has taken before. What is sent again later is meant to arrive: the
/// batch may have been finished by another replica, and an operator has it published again.
const DROPS: SignedDuration = SignedDuration::from_mins(5);
/// Ids that are remembered.
const MOST: usize = 10_000;

/// Messages by their ids, and when they were taken.
#[derive(Default)]
pub(crate) struct Taken(Mutex<HashMap<String, Timestamp>>);

impl Taken {
    /// What of a batch SNS has not taken, or would take again.
    pub(crate) fn rest_of<'b>(&self, batch: &'b [Message], now: Timestamp) -> Cow<'b, [Message]> {
        let mut ids = self.ids();
        ids.retain(|_, at| now.duration_since(*at) < DROPS);
        if ids.is_empty() {
            return Cow::Borrowed(batch);
        }
        let is_left = |message: &&Message| !ids.contains_key(&message.id.to_string());
        batch.iter().filter(is_left).cloned().collect()
    }

    pub(crate) fn add(&self, batch: Vec<Letter>, now: Timestamp) {
        let mut ids = self.ids();
        // Of publishers that never came back.
        if ids.len() > MOST {
            ids.clear();
        }
        ids.extend(batch.into_iter().map(|letter| (letter.deduplication, now)));
    }

    /// A batch is through.
    pub(crate) fn forget(&self, batch: &[Message]) {
        let mut ids = self.ids();
        batch.iter().for_each(|message| {
            ids.remove(&message.id.to_string());
        });
    }

    fn ids(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::{Origin, letters};
    use broker::Payload;

    fn message(id: u128) -> Message {
        Message {
            id: uuid::Uuid::from_u128(id),
            topic: "t".to_owned(),
            key: String::new(),
            kind: String::new(),
            payload: Payload::pack(b"{}").unwrap(),
        }
    }

    /// The first of two messages has been taken at the epoch.
    fn half_taken(batch: &[Message]) -> Taken {
        let (taken, now) = (Taken::default(), Timestamp::UNIX_EPOCH);
        taken.add(letters(&batch[..1], (1, now), Origin::Published).unwrap(), now);
        taken
    }

    #[test]
    fn a_batch_goes_on_where_it_was_for_as_long_as_sns_would_drop_the_rest() {
        let batch = [message(1), message(2)];
        let taken = half_taken(&batch);
        let after = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        assert_eq!(*taken.rest_of(&batch, after(299)), batch[1..]);
        assert_eq!(*taken.rest_of(&batch, after(300)), batch, "SNS would take it again");
    }

    #[test]
    fn a_batch_that_is_through_is_sent_whole_when_it_comes_again() {
        let batch = [message(1), message(2)];
        let taken = half_taken(&batch);
        taken.forget(&batch);
        assert_eq!(*taken.rest_of(&batch, Timestamp::UNIX_EPOCH), batch);
    }
}
