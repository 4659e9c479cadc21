//! Time and randomness as arguments. A use-case receives an [`Env`]: the instant of the call and a
//! source of ids, so that a test decides both.

use crate::{TraceParent, ids::Id};
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock, in microseconds: what is stored is what was said.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

/// A clock that stands still until it is moved: for tests of timers and hours.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock on.
    pub fn advance(&self, by: std::time::Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// A source of random bytes.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

impl Random {
    /// The system's source.
    ///
    /// # Panics
    /// When the system has no randomness to give: nothing safe can be done then.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
        Self(Arc::new(|bytes| getrandom::fill(bytes).expect("the system gives random bytes")))
    }

    /// The same bytes for the same seed: for tests and simulations, never for secrets.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let state = Mutex::new(seed);
        Self(Arc::new(move |bytes| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            for chunk in bytes.chunks_mut(8) {
                chunk.copy_from_slice(&split_mix(&mut state).to_le_bytes()[..chunk.len()]);
            }
        }))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The circumstances of one use-case: when it happens, what caused it, and fresh ids for it.
#[derive(Debug, Clone)]
pub struct Env {
    /// The instant of the call.
    pub now: Timestamp,
    /// The step of a trace that the use-case is: its events name it as their cause.
    pub trace: Option<TraceParent>,
    random: Random,
}

/// Letters of order codes: none that is read for another (no 0 O, 1 I L, 5 S, 8 B, 2 Z, U V).
const CODE_ALPHABET: &[u8; 23] = b"34679ACDEFGHJKMNPQRTWXY";

impl Env {
    /// An environment at an instant.
    #[must_use]
    pub fn new(now: Timestamp, random: Random) -> Self {
        Self { now, trace: None, random }
    }

    /// The same within a trace.
    #[must_use]
    pub fn traced(self, trace: TraceParent) -> Self {
        Self { trace: Some(trace), ..self }
    }

    /// The real one.
    #[must_use]
    pub fn system() -> Self {
        Self::new(SystemClock.now(), Random::system())
    }

    /// A fresh id, in order of creation (UUIDv7).
    #[must_use]
    pub fn id<T: Id>(&self) -> T {
        let millis = u64::try_from(self.now.as_millisecond()).unwrap_or(0);
        let random: [u8; 10] = self.random.bytes();
        T::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// A fresh raw UUIDv7.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.id::<crate::ids::EventId>().uuid()
    }

    /// A short order code that can be called across a counter: `K7Q`.
    #[must_use]
    pub fn order_code(&self) -> String {
        self.random
            .bytes::<3>()
            .iter()
            .map(|byte| char::from(CODE_ALPHABET[usize::from(*byte) % 23]))
            .collect()
    }

    /// 256 random bits, for secrets.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        self.random.bytes()
    }

    /// The source of randomness.
    #[must_use]
    pub fn random(&self) -> &Random {
        &self.random
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrderId;

    #[test]
    fn ids_sort_by_the_time_of_their_creation() {
        let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
        let random = Random::seeded(1);
        let first: OrderId = Env::new(clock.now(), random.clone()).id();
        clock.advance(std::time::Duration::from_millis(1));
        let second: OrderId = Env::new(clock.now(), random).id();
        assert!(first < second);
    }

    #[test]
    fn the_same_seed_tells_the_same_story() {
        let env = |seed| Env::new(Timestamp::UNIX_EPOCH, Random::seeded(seed));
        assert_eq!(env(7).order_code(), env(7).order_code());
        assert_eq!(env(7).order_code().len(), 3);
        assert_ne!(env(7).secret(), env(8).secret());
    }
}
