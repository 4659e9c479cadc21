//! What a consumer has handed out and not heard of yet: which receipts still count, and what goes
//! back when one has to wait. Pure; the times are arguments.

use broker::{Receipt, Settlement};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;
use uuid::Uuid;

/// A message in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hand {
    /// Its queue's number.
    pub(crate) queue: usize,
    pub(crate) key: String,
    pub(crate) id: Uuid,
    /// By which the queue knows this delivery.
    pub(crate) handle: String,
    /// How often the queue has given it.
    pub(crate) receives: u32,
    /// How often it was delivered, this time included.
    pub(crate) attempt: u32,
    /// There is a note of deliveries that nobody tried.
    pub(crate) noted: bool,
}

/// All that a consumer has in hand, in the order of delivery.
#[derive(Debug, Default)]
pub(crate) struct Hands {
    last: u64,
    held: BTreeMap<u64, (Instant, Hand)>,
}

/// What is to be done about settlements.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) done: Vec<Hand>,
    /// They come again after a while, with those that stood behind and were not tried.
    pub(crate) retry: Vec<(Hand, Vec<Hand>, Duration)>,
    /// Others of their key are still worked on.
    pub(crate) still: Vec<Hand>,
}

impl Hands {
    /// Hands a message out, until an instant.
    pub(crate) fn give(&mut self, hand: Hand, until: Instant) -> Receipt {
        self.last += 1;
        self.held.insert(self.last, (until, hand));
        Receipt::new(self.last.to_string())
    }

    /// Takes note of settlements; receipts whose time is over are void. Who is still at work on a
    /// key has what is left of it until `until`.
    pub(crate) fn settle(
        &mut self,
        settlements: &[(Receipt, Settlement)],
        now: Instant,
        until: Instant,
    ) -> Settled {
        self.held.retain(|_, (until, _)| *until > now);
        let mut settled = Settled::default();
        for (receipt, settlement) in settlements {
            let number = receipt.as_str().parse().ok();
            let Some((number, (_, hand))) = number.and_then(|n| self.held.remove_entry(&n)) else {
                continue;
            };
            match settlement {
                Settlement::Ack => settled.done.push(hand),
                Settlement::Retry { after } => {
                    let behind = |other: &u64, one: &mut (Instant, Hand)| {
                        *other > number && one.1.is_beside(&hand)
                    };
                    let untried = self.held.extract_if(.., behind).map(|(_, (_, one))| one);
                    let untried = untried.collect();
                    settled.retry.push((hand, untried, *after));
                }
            }
        }
        for (held_until, hand) in self.held.values_mut() {
            if settled.done.iter().any(|done| done.is_beside(hand)) {
                *held_until = until;
                settled.still.push(hand.clone());
            }
        }
        settled
    }
}

impl Hand {
    fn is_beside(&self, other: &Self) -> bool {
        (self.queue, &self.key) == (other.queue, &other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hand(key: &str, id: u128) -> Hand {
        Hand {
            queue: 0,
            key: key.to_owned(),
            id: Uuid::from_u128(id),
            handle: id.to_string(),
            receives: 1,
            attempt: 1,
            noted: false,
        }
    }

    fn ids<'h>(hands: impl IntoIterator<Item = &'h Hand>) -> Vec<u128> {
        hands.into_iter().map(|hand| hand.id.as_u128()).collect()
    }

    #[test]
    fn a_retry_gives_back_what_was_handed_out_behind_it_and_voids_the_receipts() {
        let (now, mut hands) = (Instant::now(), Hands::default());
        let until = now + Duration::from_secs(5);
        let all = [("a", 1), ("a", 2), ("b", 3), ("a", 4)];
        let receipts = all.map(|(key, id)| hands.give(hand(key, id), until));
        let retry = Settlement::Retry { after: Duration::from_secs(1) };
        let said = [
            (receipts[0].clone(), Settlement::Ack),
            (receipts[1].clone(), retry),
            (receipts[3].clone(), Settlement::Ack),
        ];
        let settled = hands.settle(&said, now, until);
        let [(again, untried, _)] = settled.retry.as_slice() else { panic!("{settled:?}") };
        assert_eq!((ids(&settled.done), ids([again]), ids(untried)), (vec![1], vec![2], vec![4]));
        assert!(settled.still.is_empty());
        let rest = hands.settle(&[(receipts[2].clone(), Settlement::Ack)], now, until);
        assert_eq!(ids(&rest.done), [3]);
    }

    #[test]
    fn a_late_receipt_is_void_and_work_on_a_key_gives_its_rest_more_time() {
        let (now, mut hands) = (Instant::now(), Hands::default());
        let second = |n| now + Duration::from_secs(n);
        let receipts = [1, 2, 3].map(|id| hands.give(hand("a", id), second(id as u64 * 2)));
        let ack = |nth: usize| [(receipts[nth].clone(), Settlement::Ack)];
        assert_eq!(hands.settle(&ack(0), second(2), second(9)), Settled::default());
        let settled = hands.settle(&ack(1), second(3), second(9));
        assert_eq!((ids(&settled.done), ids(&settled.still)), (vec![2], vec![3]));
        assert_eq!(ids(&hands.settle(&ack(2), second(8), second(20)).done), [3]);
    }
}
