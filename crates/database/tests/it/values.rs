//! Every type goes in and comes out the same on both engines.

use crate::{Refusal, TABLES};
use database::{Error, Json, sql};
use kernel::ids::{Id, OrderId};

#[test]
fn every_kind_of_value_comes_back_as_it_went() {
    testkit::on_each_engine(&[TABLES], async |db| {
        let id = OrderId::from_natural_key("a");
        let at: jiff::Timestamp = "2026-11-22T18:30:00.123456Z".parse().unwrap();
        db.write(move |tx| {
            tx.execute(
                sql!("INSERT INTO things (id, name, at, cents, flag, body, bytes, ratio) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
                &[&id, &"it's $1 naïve", &at, &-1250_i64, &true, &Json(vec![1, 2]), &vec![0_u8, 255], &0.5],
            )
        })
        .await
        .unwrap();
        type Thing = (OrderId, String, jiff::Timestamp, i64, bool, Json<Vec<i32>>, Vec<u8>, f64);
        let thing: Thing = db
            .read(|tx| tx.one(sql!("SELECT id, name, at, cents, flag, body, bytes, ratio FROM things WHERE flag"), &[]))
            .await
            .unwrap();
        assert_eq!(
            thing,
            (id, "it's $1 naïve".into(), at, -1250, true, Json(vec![1, 2]), vec![0, 255], 0.5)
        );
    });
}

#[test]
fn null_is_an_option_and_a_wrong_type_is_an_error_that_names_the_column() {
    testkit::on_each_engine(&[TABLES], async |db| {
        db.write(|tx| {
            tx.execute(
                sql!("INSERT INTO things (id, name) VALUES ($1, 'n')"),
                &[&OrderId::from_natural_key("n")],
            )
        })
        .await
        .unwrap();
        let none: (Option<i64>,) =
            db.read(|tx| tx.one(sql!("SELECT cents FROM things"), &[])).await.unwrap();
        assert_eq!(none, (None,));
        let wrong: Result<(String, i64), Error> =
            db.read(|tx| tx.one(sql!("SELECT name, name FROM things"), &[])).await;
        assert!(matches!(wrong, Err(Error::Conversion { column: 1, .. })));
    });
}

#[test]
fn parameters_go_by_number_and_not_by_place() {
    testkit::on_each_engine(&[TABLES], async |db| {
        db.write(|tx| {
            tx.execute(sql!("INSERT INTO counters (value, name) VALUES ($2, $1)"), &[&"x", &7_i64])
        })
        .await
        .unwrap();
        let row: (String, i64) =
            db.read(|tx| tx.one(sql!("SELECT name, value FROM counters WHERE value = $1 AND name = $2 AND value = $1"), &[&7_i64, &"x"])).await.unwrap();
        assert_eq!(row, ("x".into(), 7));
    });
}

#[test]
fn a_unique_violation_is_a_refusal_that_leaves_nothing_behind() {
    testkit::on_each_engine(&[TABLES], async |db| {
        let insert = |key: &'static str| {
            move |tx: &mut database::Tx<'_>| {
                tx.execute(sql!("INSERT INTO counters (name, value) VALUES ($1, 1)"), &[&key])?;
                tx.execute(
                    sql!("INSERT INTO things (id, name) VALUES ($1, 'same')"),
                    &[&OrderId::from_natural_key(key)],
                )?;
                Ok::<_, Error>(())
            }
        };
        db.write(insert("first")).await.unwrap();
        assert!(matches!(db.write(insert("second")).await, Err(Error::Unique { .. })));
        let count: (i64,) =
            db.read(|tx| tx.one(sql!("SELECT COUNT(*) FROM counters"), &[])).await.unwrap();
        assert_eq!(count, (1,));
    });
}

#[test]
fn a_failed_statement_that_is_swallowed_still_loses_the_transaction() {
    testkit::on_each_engine(&[TABLES], async |db| {
        let outcome = db
            .write(|tx| {
                tx.execute(sql!("INSERT INTO counters (name, value) VALUES ('a', 1)"), &[])?;
                let _ = tx.execute(sql!("INSERT INTO counters (name, value) VALUES ('a', 2)"), &[]);
                Ok::<_, Refusal>(())
            })
            .await;
        assert!(matches!(outcome, Err(Refusal::Database(Error::Aborted))));
        let count: (i64,) =
            db.read(|tx| tx.one(sql!("SELECT COUNT(*) FROM counters"), &[])).await.unwrap();
        assert_eq!(count, (0,));
    });
}

#[test]
fn the_databases_clock_goes_on_and_agrees_with_this_machines() {
    testkit::on_each_engine(&[TABLES], async |db| {
        let now = async || {
            let read = |tx: &mut database::Tx<'_>| tx.now().map(jiff::Timestamp::as_microsecond);
            let now = db.write(read).await.map_err(|error: Error| error).unwrap();
            jiff::Timestamp::from_microsecond(now).unwrap()
        };
        let (first, here) = (now().await, kernel::Clock::now(&kernel::SystemClock));
        assert!(first.duration_since(here).abs() < jiff::SignedDuration::from_mins(1));
        testkit::eventually("a later instant", async || (now().await > first).then_some(())).await;
    });
}
