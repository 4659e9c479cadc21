//! The time that the replicas of a service share: the machine's clock, put right by the database's.
//! A machine whose clock is wrong would end orders before their time, or release them too late.

use database::{Database, Error, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::Clock;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Less than this is the way to the database and back, and does no harm.
const TOLERATED: SignedDuration = SignedDuration::from_secs(1);
/// How often the clocks are compared.
const EVERY: Duration = Duration::from_secs(60);

/// A clock that follows a database's.
pub(crate) struct SharedClock {
    own: Arc<dyn Clock>,
    /// Microseconds that our own clock is ahead.
    ahead: AtomicI64,
}

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        let (own, ahead) = (self.own.now(), self.ahead.load(Ordering::Relaxed));
        own.checked_sub(SignedDuration::from_micros(ahead)).unwrap_or(own)
    }
}

impl SharedClock {
    /// Our own clock, until it is compared.
    pub(crate) fn new(own: Arc<dyn Clock>) -> Self {
        Self { own, ahead: AtomicI64::new(0) }
    }

    /// Compares the clocks, and follows the database's when they differ. An answer that took long
    /// changes nothing.
    pub(crate) async fn compare(&self, database: &Database) -> Result<(), Error> {
        let asked = self.own.now().as_microsecond();
        let read = |tx: &mut Tx<'_>| tx.now().map(Timestamp::as_microsecond);
        let theirs = database.read::<_, Error, _>(read).await?;
        let answered = self.own.now().as_microsecond();
        if SignedDuration::from_micros(answered.saturating_sub(asked)) > TOLERATED {
            // Nobody knows when on this long way the clock was read.
            return Ok(());
        }
        let halfway = i64::midpoint(asked, answered);
        let ahead = SignedDuration::from_micros(halfway.saturating_sub(theirs));
        let follow = ahead.abs() > TOLERATED;
        if follow {
            let seconds = ahead.as_secs();
            tracing::warn!(
                seconds,
                "this machine's clock is ahead of the database's, which we follow"
            );
        }
        let ahead = if follow { halfway.saturating_sub(theirs) } else { 0 };
        self.ahead.store(ahead, Ordering::Relaxed);
        Ok(())
    }

    /// Compares the clocks now and then, until the process stops.
    pub(crate) async fn follow(self: Arc<Self>, database: Database, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = self.compare(&database).await {
                tracing::warn!(%error, "the clocks are not compared");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SystemClock;

    struct Skewed(SignedDuration);

    impl Clock for Skewed {
        fn now(&self) -> Timestamp {
            SystemClock.now() + self.0
        }
    }

    #[test]
    fn a_machine_that_is_ten_minutes_off_goes_by_the_databases_clock() {
        testkit::on_each_engine(&[], async |database| {
            for minutes in [-10, 0, 10] {
                let wrong = Arc::new(Skewed(SignedDuration::from_mins(minutes)));
                let clock = SharedClock::new(wrong);
                clock.compare(&database).await.expect("the database answers");
                let off = clock.now().duration_since(SystemClock.now()).abs();
                assert!(off < SignedDuration::from_mins(1), "{minutes}: {off}");
            }
        });
    }
}
