//! A topic's log in the bucket: entries with ascending numbers, each written once. It is what a
//! newcomer and a broadcast subscriber read, and what settles the order of everything.
//!
//! An entry's name holds its number counted from the end, so that the first name that the bucket
//! lists is the newest entry. Old ones go by the bucket's own rule.

use crate::{client::Failure, envelope::Entry, store::Store};
use broker::{Error, Start};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};

/// For so long the end that is known here is good for a first try. A wrong one is told by the entry
/// that stands there already, but only while the bucket keeps that entry, which is a day or more.
const TRUSTED: SignedDuration = SignedDuration::from_hours(1);

/// The newest entry, or where there was none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
}

pub(crate) struct Log {
    store: Arc<Store>,
    front: String,
    /// As far as it is known here: publishing seldom needs to look.
    end: Mutex<Option<End>>,
}

impl Log {
    pub(crate) fn new(store: Arc<Store>, front: String) -> Self {
        Self { store, front, end: Mutex::default() }
    }

    /// Writes an entry behind the last one; its number, and when it counts as published.
    pub(crate) async fn append(
        &self,
        now: Timestamp,
        entry: impl Fn(Timestamp) -> Entry,
    ) -> Result<(u64, Timestamp), Error> {
        loop {
            let end = self.known_end(now).await?;
            let at = now.max(end.at);
            if self.append_behind(end, &entry(at)).await? {
                return Ok((end.number + 1, at));
            }
        }
    }

    /// Writes an entry behind this end, unless it is not the end any more.
    pub(crate) async fn append_behind(&self, end: End, entry: &Entry) -> Result<bool, Error> {
        let body = serde_json::to_vec(entry).map_err(Error::unavailable)?;
        let number = end.number + 1;
        let written = self.store.put_new(&self.name(number), body.into()).await?;
        let known = written.then_some(End { number, at: entry.at });
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(written)
    }

    async fn known_end(&self, now: Timestamp) -> Result<End, Error> {
        let known = *self.end.lock().unwrap_or_else(PoisonError::into_inner);
        match known {
            Some(end) if now.duration_since(end.at) < TRUSTED => Ok(end),
            _ => self.end(now).await,
        }
    }

    /// The newest entry. A log in which nothing is left goes on above all numbers that it had: each
    /// day has a thousand million of them, and whoever looks on that day begins with the same.
    pub(crate) async fn end(&self, now: Timestamp) -> Result<End, Error> {
        if let Some(number) = self.newest().await?
            && let Some(entry) = self.read(number).await?
        {
            return Ok(End { number, at: entry.at });
        }
        let day = u64::try_from(now.as_second()).unwrap_or(0) / (24 * 60 * 60);
        Ok(End { number: day * 1_000_000_000, at: Timestamp::MIN })
    }

    async fn newest(&self) -> Result<Option<u64>, Failure> {
        let name = self.store.first(&self.front).await?;
        let rest = name.as_deref().and_then(|name| name.strip_prefix(&self.front)?.parse().ok());
        Ok(rest.map(|from_the_end: u64| u64::MAX - from_the_end))
    }

    pub(crate) async fn read(&self, number: u64) -> Result<Option<Entry>, Error> {
        let Some(body) = self.store.get(&self.name(number)).await? else { return Ok(None) };
        serde_json::from_slice(&body).map(Some).map_err(Error::unavailable)
    }

    pub(crate) async fn is_there(&self, number: u64) -> Result<bool, Error> {
        Ok(self.store.has(&self.name(number)).await?)
    }

    /// The number after which a start begins.
    pub(crate) async fn before(&self, start: Start, now: Timestamp) -> Result<u64, Error> {
        let end = self.end(now).await?.number;
        match start {
            Start::Now => Ok(end),
            Start::Earliest => self.before_oldest(end).await,
            Start::At(instant) => {
                let mut search = Search { low: self.before_oldest(end).await?, high: end };
                while let Some(number) = search.look() {
                    let entry = self.read(number).await?;
                    search.found(number, entry.is_none_or(|entry| entry.at < instant));
                }
                Ok(search.low)
            }
        }
    }

    /// The number before the oldest entry that is kept, from the newest on backwards.
    pub(crate) async fn before_oldest(&self, end: u64) -> Result<u64, Error> {
        let (mut kept, mut step) = (end + 1, 1_u64);
        let mut search = loop {
            let look = kept.saturating_sub(step);
            if look == 0 || !self.is_there(look).await? {
                break Search { low: look, high: kept - 1 };
            }
            (kept, step) = (look, step.saturating_mul(2));
        };
        while let Some(number) = search.look() {
            search.found(number, !self.is_there(number).await?);
        }
        Ok(search.low)
    }

    fn name(&self, number: u64) -> String {
        format!("{}{:020}", self.front, u64::MAX - number)
    }
}

/// By halving: the last number up to `high` for which something holds, when it holds for `low` and
/// up to somewhere.
struct Search {
    low: u64,
    high: u64,
}

impl Search {
    /// Of which number it must be known next.
    fn look(&self) -> Option<u64> {
        (self.low < self.high).then(|| self.high - (self.high - self.low) / 2)
    }

    fn found(&mut self, number: u64, holds: bool) {
        if holds { self.low = number } else { self.high = number - 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_that_holds_is_found_wherever_it_is() {
        for last in 3..=20 {
            let mut search = Search { low: 3, high: 20 };
            while let Some(number) = search.look() {
                search.found(number, number <= last);
            }
            assert_eq!(search.low, last);
        }
    }
}
