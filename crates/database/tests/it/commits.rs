//! Transactions: what commits together, what rolls back alone, and who waits for whom.

use crate::{Refusal, TABLES};
use database::{Error, Tx, sql};
use futures_util::future::join_all;
use kernel::ids::{Id, OrderId};

fn add(tx: &mut Tx<'_>, number: u32) -> Result<u32, Refusal> {
    let name = format!("thing {number}");
    tx.execute(
        sql!("INSERT INTO things (id, name) VALUES ($1, $2)"),
        &[&OrderId::from_natural_key(&name), &name],
    )?;
    tx.execute(
        sql!("INSERT INTO counters (name, value) VALUES ('things', 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1"),
        &[],
    )?;
    if number.is_multiple_of(3) { Err(Refusal::Rule) } else { Ok(number) }
}

#[test]
fn of_64_concurrent_writers_each_third_refuses_and_only_its_work_is_gone() {
    testkit::on_each_engine(&[TABLES], async |db| {
        let outcomes = join_all((0..64 * 8).map(|n| db.write(move |tx| add(tx, n)))).await;
        let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as i64;
        assert_eq!(kept, (0..64 * 8).filter(|n| n % 3 != 0).count() as i64);
        assert!(outcomes.iter().enumerate().all(|(n, outcome)| outcome.is_err() == (n % 3 == 0)));
        let stored: (i64, i64) = db
            .read(|tx| tx.one(sql!("SELECT COUNT(*), (SELECT value FROM counters WHERE name = 'things') FROM things"), &[]))
            .await
            .unwrap();
        assert_eq!(stored, (kept, kept));
    });
}

#[test]
fn who_has_an_answer_finds_the_change_through_another_connection() {
    testkit::on_each_engine(&[TABLES], async |db| {
        for number in [1, 2, 4, 5, 7] {
            db.write(move |tx| add(tx, number)).await.unwrap();
            let seen: Option<(String,)> = db
                .read(move |tx| {
                    tx.optional(
                        sql!("SELECT name FROM things WHERE name = $1"),
                        &[&format!("thing {number}")],
                    )
                })
                .await
                .map_err(|error: Error| error)
                .unwrap();
            assert!(seen.is_some());
        }
    });
}

#[test]
fn a_lost_update_cannot_happen_under_a_lock() {
    testkit::on_each_engine(&[TABLES], async |db| {
        db.write(|tx| tx.execute(sql!("INSERT INTO counters (name, value) VALUES ('c', 0)"), &[]))
            .await
            .unwrap();
        let raise = |tx: &mut Tx<'_>| {
            let (value,): (i64,) = tx
                .lock(sql!("SELECT value FROM counters WHERE name = 'c'"), &[])?
                .ok_or(Refusal::Rule)?;
            tx.execute(sql!("UPDATE counters SET value = $1 WHERE name = 'c'"), &[&(value + 1)])?;
            Ok::<_, Refusal>(())
        };
        for outcome in join_all((0..50).map(|_| db.write(raise))).await {
            outcome.unwrap();
        }
        let value: (i64,) =
            db.read(|tx| tx.one(sql!("SELECT value FROM counters"), &[])).await.unwrap();
        assert_eq!(value, (50,));
    });
}

#[test]
fn news_is_announced_after_its_commit_and_a_refusal_announces_nothing() {
    testkit::on_each_engine(&[TABLES], async |db| {
        let news = db.announcements();
        let announce = |number| {
            move |tx: &mut Tx<'_>| {
                tx.announce();
                add(tx, number)
            }
        };
        assert!(db.write(announce(3)).await.is_err());
        assert!(!news.has_changed().unwrap());
        db.write(announce(4)).await.unwrap();
        assert!(news.has_changed().unwrap());
    });
}

#[test]
fn reading_cannot_write() {
    testkit::on_each_engine(&[TABLES], async |db| {
        let write = db
            .read(|tx| tx.execute(sql!("INSERT INTO counters (name, value) VALUES ('r', 1)"), &[]))
            .await;
        assert!(write.is_err());
    });
}

#[test]
fn what_was_committed_is_there_when_the_database_is_opened_again() {
    for target in testkit::TestDatabase::each() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let first = target.open(&[TABLES]);
        runtime.block_on(first.write(|tx| add(tx, 1))).unwrap();
        drop(first);
        let again = target.open(&[TABLES]);
        let (count,): (i64,) = runtime
            .block_on(again.read(|tx| tx.one(sql!("SELECT COUNT(*) FROM things"), &[])))
            .unwrap();
        assert_eq!(count, 1, "{}", target.engine);
    }
}
