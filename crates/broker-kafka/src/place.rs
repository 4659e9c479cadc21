//! Where a group stands in a partition: the offset of its oldest open message, and, in the metadata
//! of that committed offset, which later messages are done and how often the open ones were tried.

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use std::collections::BTreeMap;

/// Kafka's default for `offset.metadata.max.bytes`.
pub(crate) const METADATA_BYTES: usize = 4096;
/// The first letter of our metadata; another program's is no reason to stop.
const VERSION: char = '1';

/// A place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The oldest message that is not done; the next one when all are.
    pub(crate) offset: i64,
    /// From here on nothing has been tried. Before it everything is done except `open`.
    pub(crate) top: i64,
    /// What is not done below `top`, and how often it was delivered.
    pub(crate) open: BTreeMap<i64, u32>,
}

impl Place {
    /// Everything before `offset` is done, nothing after it.
    pub(crate) fn at(offset: i64) -> Self {
        Self { offset, top: offset, open: BTreeMap::new() }
    }

    /// What a commit said. Words that are not ours mean that nothing was done after the offset.
    pub(crate) fn read(offset: i64, metadata: &str) -> Self {
        let place = Self::at(offset);
        let Some(text) = metadata.strip_prefix(VERSION) else { return place };
        let Ok(bytes) = BASE64_STANDARD_NO_PAD.decode(text) else { return place };
        place.clone().with_runs(&bytes).unwrap_or(place)
    }

    fn with_runs(mut self, bytes: &[u8]) -> Option<Self> {
        let mut numbers = Numbers(bytes);
        while !numbers.0.is_empty() {
            let (done, length, attempts) = (numbers.next()?, numbers.next()?, numbers.next()?);
            let first = self.top.checked_add(i64::try_from(done).ok()?)?;
            self.top = first.checked_add(i64::try_from(length).ok()?)?;
            // More than a commit can hold is damage.
            if self.open.len() as u64 + length > 100_000 {
                return None;
            }
            let attempts = u32::try_from(attempts).ok()?;
            self.open.extend((first..self.top).map(|offset| (offset, attempts)));
        }
        Some(self)
    }

    /// For a commit, in at most [`METADATA_BYTES`]. What does not fit is left out from the end, as
    /// if it had not been tried: it may come again, and its attempts are forgotten.
    pub(crate) fn metadata(&self) -> String {
        let room = (METADATA_BYTES - 1) / 4 * 3;
        let mut bytes = Vec::new();
        let mut at = self.offset;
        for (first, length, attempts) in self.runs() {
            let before = bytes.len();
            for number in [(first - at) as u64, length, u64::from(attempts)] {
                write(&mut bytes, number);
            }
            if bytes.len() > room {
                bytes.truncate(before);
                break;
            }
            at = first + length as i64;
        }
        if bytes.is_empty() {
            return String::new();
        }
        format!("{VERSION}{}", BASE64_STANDARD_NO_PAD.encode(bytes))
    }

    /// Open messages side by side with the same count, and at the end, with none, what is done up
    /// to the top.
    fn runs(&self) -> Vec<(i64, u64, u32)> {
        let mut runs: Vec<(i64, u64, u32)> = Vec::new();
        for (offset, attempts) in &self.open {
            match runs.last_mut() {
                Some((first, length, same))
                    if *first + *length as i64 == *offset && same == attempts =>
                {
                    *length += 1;
                }
                _ => runs.push((*offset, 1, *attempts)),
            }
        }
        let end = runs.last().map_or(self.offset, |(first, length, _)| first + *length as i64);
        if end < self.top {
            runs.push((self.top, 0, 0));
        }
        runs
    }

    /// How many of the messages up to `end` are not done.
    pub(crate) fn lag(&self, end: i64) -> u64 {
        let new = u64::try_from(end - self.top).unwrap_or(0);
        self.open.range(..end).count() as u64 + new
    }
}

/// LEB128: seven bits a byte, the low ones first.
fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(offset: i64, top: i64, open: &[(i64, u32)]) -> Place {
        Place { offset, top, open: open.iter().copied().collect() }
    }

    #[test]
    fn a_place_comes_back_as_it_was_committed() {
        let many = (0..300).map(|n| (7 + n * 3000, n as u32 % 5)).collect::<Vec<_>>();
        for place in [
            place(0, 0, &[]),
            place(5, 9, &[(5, 1)]),
            place(5, 8, &[(5, 1), (6, 1), (7, 0)]),
            place(1 << 40, (1 << 40) + 10_000_000, &[(1 << 40, 9), ((1 << 40) + 9_999_999, 0)]),
            place(7, 1_000_000, &many),
        ] {
            let metadata = place.metadata();
            assert!(metadata.len() <= METADATA_BYTES, "{}", metadata.len());
            assert_eq!(Place::read(place.offset, &metadata), place);
        }
        assert_eq!(place(0, 0, &[]).metadata(), "");
    }

    #[test]
    fn what_does_not_fit_is_forgotten_from_the_end() {
        let open: Vec<_> = (0..5000).map(|n| (n * 2, 1)).collect();
        let metadata = place(0, 10_000, &open).metadata();
        assert!(metadata.len() <= METADATA_BYTES && metadata.len() > METADATA_BYTES - 10);
        let read = Place::read(0, &metadata);
        assert!(read.open.len() > 1000 && read.top < 10_000);
        assert!(read.open.iter().eq(open[..read.open.len()].iter().map(|(o, n)| (o, n))));
    }

    #[test]
    fn the_words_of_others_say_nothing() {
        for metadata in ["", "consumer-1", "1!", "1gICAgICAgICAgIA", "1AA"] {
            assert_eq!(Place::read(5, metadata), Place::at(5), "{metadata}");
        }
    }

    #[test]
    fn lag_counts_what_is_open_and_what_is_new() {
        assert_eq!(place(5, 9, &[(5, 1)]).lag(12), 4);
        assert_eq!(place(5, 5, &[]).lag(5), 0);
    }
}
