//! Where a group stands in a topic: pure rules, without a server. Messages up to `passed` are
//! acknowledged or wait in the lane of their key; one consumer at a time has a lane.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Messages that wait in lanes at most; further ones stay in the log. Bounds the record.
const WAITING: usize = 4096;

/// The record of one group and topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The last position that was taken out of the log.
    pub(crate) passed: u64,
    /// Rises with each taking: a receipt of an earlier one is void.
    turn: u64,
    /// By key.
    lanes: BTreeMap<String, Lane>,
}

/// Messages of one key that are not acknowledged, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lane {
    /// UTC microseconds: until then nobody else gets it.
    due: i64,
    /// The taking that has it; 0: none.
    turn: u64,
    waiting: Vec<Waiting>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u32, bool)", into = "(u64, u32, bool)")]
struct Waiting {
    position: u64,
    tries: u32,
    /// By the lane's turn; then so are all before it.
    taken: bool,
}

/// One taking: what a consumer gets, and when it is the lane's turn again.
#[derive(Debug)]
pub(crate) struct Taking {
    pub(crate) max: usize,
    /// UTC microseconds.
    pub(crate) now: i64,
    /// Until when what is taken is the consumer's.
    pub(crate) until: i64,
    pub(crate) taken: Vec<Taken>,
}

/// A message that a consumer now has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) key: String,
    pub(crate) position: u64,
    pub(crate) turn: u64,
    pub(crate) attempt: u32,
}

impl Taking {
    pub(crate) fn room(&self) -> usize {
        self.max.saturating_sub(self.taken.len())
    }
}

impl Place {
    pub(crate) fn after(position: u64) -> Self {
        Self { passed: position, ..Self::default() }
    }

    /// Begins a taking with the lanes that are due, the longest waiting first.
    pub(crate) fn take_due(&mut self, taking: &mut Taking) {
        self.turn += 1;
        let due = self.lanes.iter_mut().filter(|(_, lane)| lane.due <= taking.now);
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|(_, lane)| lane.due);
        for (key, lane) in due {
            let room = taking.room();
            if room == 0 {
                return;
            }
            (lane.due, lane.turn) = (taking.until, self.turn);
            for (nth, one) in lane.waiting.iter_mut().enumerate() {
                one.taken = nth < room;
                if one.taken {
                    one.tries += 1;
                    taking.taken.push(one.taken_as(key, self.turn));
                }
            }
        }
    }

    /// Goes on with the next message of the log: the consumer gets it, unless its key is in other
    /// hands or waits.
    pub(crate) fn enter(&mut self, key: &str, position: u64, taking: &mut Taking) {
        self.passed = self.passed.max(position);
        let lane = self.lanes.entry(key.to_owned()).or_insert_with(|| Lane {
            due: taking.until,
            turn: self.turn,
            waiting: Vec::new(),
        });
        let taken = lane.turn == self.turn && lane.waiting.last().is_none_or(|last| last.taken);
        let waiting = Waiting { position, tries: u32::from(taken), taken };
        if taken {
            taking.taken.push(waiting.taken_as(key, self.turn));
        }
        lane.waiting.push(waiting);
    }

    /// No more can be taken out of the log for now.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting() >= WAITING
    }

    /// Messages that are not acknowledged, without those still in the log.
    pub(crate) fn waiting(&self) -> usize {
        self.lanes.values().map(|lane| lane.waiting.len()).sum()
    }

    /// When the next lane falls due.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.lanes.values().map(|lane| lane.due).min()
    }

    /// The message does not come again.
    pub(crate) fn acknowledge(&mut self, key: &str, turn: u64, position: u64) {
        let Some(lane) = self.lane_of(key, turn, position) else { return };
        lane.waiting.retain(|one| one.position != position);
        self.let_go(key);
    }

    /// The message comes again when it is `due`, and what was taken behind it comes after it,
    /// untried.
    pub(crate) fn park(&mut self, key: &str, turn: u64, position: u64, due: i64) {
        let Some(lane) = self.lane_of(key, turn, position) else { return };
        lane.give_back_after(position);
        lane.waiting.iter_mut().for_each(|one| one.taken = false);
        (lane.due, lane.turn) = (due, 0);
    }

    /// The message and what was taken behind it were never looked at.
    pub(crate) fn give_back(&mut self, key: &str, turn: u64, position: u64) {
        let Some(lane) = self.lane_of(key, turn, position) else { return };
        lane.give_back_after(position - 1);
        self.let_go(key);
    }

    /// A message that the log does not have any more.
    pub(crate) fn forget(&mut self, key: &str, position: u64) {
        if let Some(lane) = self.lanes.get_mut(key) {
            lane.waiting.retain(|one| one.position != position);
            self.let_go(key);
        }
    }

    /// The lane, when this taking still has the message.
    fn lane_of(&mut self, key: &str, turn: u64, position: u64) -> Option<&mut Lane> {
        let lane = self.lanes.get_mut(key).filter(|lane| lane.turn == turn)?;
        let has = lane.waiting.iter().any(|one| one.taken && one.position == position);
        has.then_some(lane)
    }

    /// A lane of which nothing is in hand is free; an empty one goes.
    fn let_go(&mut self, key: &str) {
        let Some(lane) = self.lanes.get_mut(key) else { return };
        match lane.waiting.first() {
            None => {
                self.lanes.remove(key);
            }
            Some(first) if first.taken || lane.turn == 0 => {}
            Some(_) => (lane.due, lane.turn) = (0, 0),
        }
    }
}

impl Lane {
    fn give_back_after(&mut self, position: u64) {
        for one in self.waiting.iter_mut().filter(|one| one.taken && one.position > position) {
            (one.taken, one.tries) = (false, one.tries - 1);
        }
    }
}

impl Waiting {
    fn taken_as(&self, key: &str, turn: u64) -> Taken {
        Taken { key: key.to_owned(), position: self.position, turn, attempt: self.tries }
    }
}

impl From<(u64, u32, bool)> for Waiting {
    fn from((position, tries, taken): (u64, u32, bool)) -> Self {
        Self { position, tries, taken }
    }
}

impl From<Waiting> for (u64, u32, bool) {
    fn from(Waiting { position, tries, taken }: Waiting) -> Self {
        (position, tries, taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(place: &mut Place, max: usize, now: i64, news: &[(&str, u64)]) -> Vec<Taken> {
        let mut taking = Taking { max, now, until: now + 10, taken: Vec::new() };
        place.take_due(&mut taking);
        for (key, position) in news {
            place.enter(key, *position, &mut taking);
        }
        taking.taken
    }

    fn seen(taken: &[Taken]) -> Vec<(u64, u32)> {
        taken.iter().map(|one| (one.position, one.attempt)).collect()
    }

    #[test]
    fn a_key_in_hand_is_passed_over_and_comes_when_it_is_let_go() {
        let mut place = Place::default();
        let first = take(&mut place, 9, 0, &[("a", 1), ("a", 2)]);
        assert_eq!(seen(&first), [(1, 1), (2, 1)]);
        assert_eq!(seen(&take(&mut place, 9, 1, &[("a", 3), ("b", 4)])), [(4, 1)]);
        first.iter().for_each(|one| place.acknowledge(&one.key, one.turn, one.position));
        assert_eq!(seen(&take(&mut place, 9, 2, &[])), [(3, 1)]);
        assert_eq!((place.passed, place.waiting()), (4, 2));
    }

    #[test]
    fn a_retry_parks_its_key_and_makes_receipts_behind_it_void() {
        let mut place = Place::default();
        let taken = take(&mut place, 9, 0, &[("a", 1), ("a", 2), ("a", 3)]);
        let turn = taken[0].turn;
        place.acknowledge("a", turn, 1);
        place.park("a", turn, 2, 5);
        place.acknowledge("a", turn, 3);
        assert_eq!(seen(&take(&mut place, 9, 4, &[])), []);
        assert_eq!(place.next_due(), Some(5));
        assert_eq!(seen(&take(&mut place, 9, 5, &[])), [(2, 2), (3, 1)]);
    }

    #[test]
    fn what_is_given_back_was_never_tried_and_the_rest_stays_in_hand() {
        let mut place = Place::default();
        let taken = take(&mut place, 9, 0, &[("a", 1), ("a", 2), ("b", 3)]);
        let turn = taken[0].turn;
        place.give_back("a", turn, 2);
        place.give_back("b", turn, 3);
        assert_eq!(seen(&take(&mut place, 9, 1, &[])), [(3, 1)]);
        place.acknowledge("a", turn, 1);
        assert_eq!(seen(&take(&mut place, 9, 1, &[])), [(2, 1)]);
    }

    #[test]
    fn a_receipt_of_an_earlier_taking_changes_nothing() {
        let mut place = Place::default();
        let late = take(&mut place, 9, 0, &[("a", 1)]).remove(0);
        let again = take(&mut place, 9, 10, &[]).remove(0);
        assert_eq!(again.attempt, 2);
        let before = place.clone();
        place.park("a", late.turn, 1, 99);
        place.acknowledge("a", late.turn, 1);
        assert_eq!(place, before);
        place.acknowledge("a", again.turn, 1);
        assert_eq!(place.waiting(), 0);
    }

    #[test]
    fn the_record_is_read_as_it_was_written() {
        let mut place = Place::after(7);
        take(&mut place, 1, 0, &[("a \"key\"", 8), ("b", 9)]);
        let text = serde_json::to_string(&place).unwrap();
        assert_eq!(serde_json::from_str::<Place>(&text).unwrap(), place);
    }
}
