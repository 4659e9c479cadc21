//! A turn at some work that one replica has and the others wait for: a row in the database that they
//! share, timed by the clock of that database, so that clocks of machines may differ.

use crate::store;
use database::Database;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// A replica that dies is followed by another after this time.
pub const TURN: Duration = Duration::from_secs(5);

/// One replica's claim to a turn. A holder that was paused may believe in it for too long, so what
/// it does must be refused by the state that it would change: a lease spares work and repeats, it is
/// not a lock.
#[derive(Debug)]
pub struct Lease {
    name: &'static str,
    db: Database,
    holder: Uuid,
    length: Duration,
    held_until: Option<Instant>,
}

impl Lease {
    /// A claim to the work of this name in a service's database, for [`TURN`] at a time. The holder
    /// is an id that no other replica has.
    #[must_use]
    pub fn new(name: &'static str, db: Database, holder: Uuid) -> Self {
        Self { name, db, holder, length: TURN, held_until: None }
    }

    /// With turns of another length: for work that is done now and then.
    #[must_use]
    pub fn lasting(self, length: Duration) -> Self {
        Self { length, ..self }
    }

    /// Whether the turn is ours and lasts for so long from now.
    #[must_use]
    pub fn lasts(&self, work: Duration) -> bool {
        self.held_until.is_some_and(|until| Instant::now() + work < until)
    }

    /// Takes the turn, or has it for longer. `false`: another replica has it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn take(&mut self) -> Result<bool, database::Error> {
        // Before the question: in doubt our turn ends earlier than the others believe.
        let asked = Instant::now();
        let Self { name, holder, length, .. } = *self;
        let held = self.db.write(move |tx| store::take_lease(tx, name, holder, length)).await?;
        self.held_until = held.then(|| asked + length);
        Ok(held)
    }

    /// The turn is ours for a moment at least: kept, or taken now. For each step of a longer work.
    ///
    /// # Errors
    /// The database refused.
    pub async fn hold(&mut self) -> Result<bool, database::Error> {
        Ok(self.lasts(self.length / 5) || self.take().await?)
    }

    /// Lets another replica go on at once. When the database is away the turn ends by itself.
    pub async fn release(&mut self) {
        self.held_until = None;
        let Self { name, holder, .. } = *self;
        if let Err(error) = self.db.write(move |tx| store::release_lease(tx, name, holder)).await {
            tracing::warn!(lease = name, %error, "a turn ends by itself");
        }
    }
}
