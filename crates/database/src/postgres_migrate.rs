//! Migrating on PostgreSQL while others read and write.

use crate::{
    Error, Migrations,
    postgres_connect::{UNFINISHED_COPY, one_at_a_time},
};
use postgres::{Client, error::SqlState};
use std::{iter::successors, thread, time::Duration};

/// Who waits for a table holds up everybody who comes for it later, behind one long reader. So a
/// migration does not wait for long: it lets them pass and tries again.
const WAIT_BRIEFLY: &str = "SET lock_timeout = '2s'";
const WAIT_AS_BEFORE: &str = "RESET lock_timeout";
/// After so many tries something holds the table for good.
const TRIES: u32 = 30;
/// Between two tries, and longer each time.
const PAUSE: Duration = Duration::from_millis(50);

/// Applies what is missing. Replicas that start at once wait for each other here.
pub(crate) fn migrate(client: &mut Client, migrations: &[Migrations]) -> Result<(), Error> {
    one_at_a_time(client, |client| {
        let sql = "SELECT to_regclass($1) IS NOT NULL";
        let unfinished = client.query_one(sql, &[&UNFINISHED_COPY]);
        if unfinished.map_err(|source| Error::postgres(sql, source))?.get(0) {
            return Err(Error::unfinished_copy());
        }
        let set = |client: &mut Client, sql| {
            client.batch_execute(sql).map_err(|source| Error::postgres(sql, source))
        };
        set(client, WAIT_BRIEFLY)?;
        let done = migrations.iter().try_for_each(|set| apply(client, set));
        set(client, WAIT_AS_BEFORE)?;
        done
    })
}

fn apply(client: &mut Client, set: &Migrations) -> Result<(), Error> {
    for attempt in 1..=TRIES {
        match set.run_on(client, |migration| migration.postgres) {
            Err(error) if table_is_in_use(&error) => {
                tracing::warn!(set = set.owner, attempt, "a migration waits for a table in use");
                thread::sleep(PAUSE * attempt);
            }
            done => return done,
        }
    }
    Err(Error::unavailable(format!(
        "a migration of {} needs a table that another connection has kept locked through {TRIES} \
         tries; end that transaction, which pg_locks shows, and start again",
        set.owner
    )))
}

fn table_is_in_use(error: &Error) -> bool {
    successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source())
        .filter_map(|error| error.downcast_ref::<postgres::Error>())
        .any(|error| error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
}
