//! Timers on two replicas over one database: each thing happens once, and goes on when one dies.

use crate::{
    order_usecases::{MIGRATIONS, command},
    town::{lupo, six},
};
use database::{Database, Error, sql};
use kernel::{Env, ManualClock, Random};
use orderhub::{
    browse,
    orders::Orders,
    usecases::orders::{Placed, place_order},
};
use outbox::Lease;
use runtime::{Settings, Town};
use std::{sync::Arc, time::Duration};
use testkit::eventually;

/// A running replica; it stops with the value.
pub(crate) struct Replica {
    town: Town,
    _folder: tempfile::TempDir,
}

impl Replica {
    pub(crate) async fn start(database: &Database, clock: &ManualClock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = [("data_dir", folder.path().to_str().unwrap().to_owned())];
        let settings = Settings::read(None, std::iter::empty(), &own, None).unwrap();
        let town = Town::with_clock(&settings, Arc::new(clock.clone()), Random::system()).await;
        let town = town.unwrap();
        let mut context = town.context(orderhub::SERVICE, settings).unwrap();
        context.database = database.clone();
        let browse = browse::start(&context).await.unwrap();
        Orders::start(context, browse).await.unwrap();
        Self { town, _folder: folder }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.town.tasks().stop();
    }
}

async fn place(db: &Database, count: usize) -> Vec<Placed> {
    let mut placed = Vec::new();
    for number in 0..count {
        let command = command(&format!("order {number}"));
        let env = Env::new(six(), Random::system());
        placed.push(db.write(move |tx| place_order(tx, &env, &command)).await.unwrap());
    }
    placed
}

/// How many orders of the kitchen are in a state, and how often that was told.
pub(crate) async fn told(db: &Database, state: &'static str) -> (i64, i64) {
    let kind = format!("comanda.orderhub.order.{state}.v1");
    let counts = sql!(
        "SELECT (SELECT COUNT(*) FROM orders WHERE restaurant_id = $1 AND state = $2),
         (SELECT COUNT(*) FROM outbox WHERE kind = $3)"
    );
    db.read::<_, Error, _>(move |tx| tx.one(counts, &[&lupo(), &state, &kind])).await.unwrap()
}

#[test]
fn two_replicas_end_each_overdue_order_once() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let clock = ManualClock::at(six());
        let _replicas = (Replica::start(&db, &clock).await, Replica::start(&db, &clock).await);
        place(&db, 12).await;
        clock.advance(Duration::from_secs(601));
        let ended = eventually("all have expired", async || {
            let ended = told(&db, "expired").await;
            (ended.0 == 12).then_some(ended)
        });
        assert_eq!(ended.await, (12, 12));
    });
}

#[test]
fn when_the_replica_that_held_the_lease_is_killed_another_goes_on() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let clock = ManualClock::at(six());
        // What a kill leaves behind: a lease that nobody lets go of.
        let killed = Env::new(six(), Random::system()).uuid();
        assert!(Lease::new("expiry", db.clone(), killed).take().await.unwrap());
        place(&db, 3).await;
        clock.advance(Duration::from_secs(601));
        let _replica = Replica::start(&db, &clock).await;
        eventually("all have expired", async || {
            (told(&db, "expired").await == (3, 3)).then_some(())
        })
        .await;
    });
}

#[test]
fn an_order_that_cannot_be_moved_holds_up_none_behind_it() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let clock = ManualClock::at(six());
        let stuck = place(&db, 3).await[0].id;
        let break_it = sql!("UPDATE orders SET document = '{}', expires_at = 0 WHERE id = $1");
        db.write::<_, Error, _>(move |tx| tx.execute(break_it, &[&stuck])).await.unwrap();
        clock.advance(Duration::from_secs(601));
        let _replica = Replica::start(&db, &clock).await;
        eventually("those behind it have expired", async || {
            (told(&db, "expired").await == (2, 2)).then_some(())
        })
        .await;
    });
}
