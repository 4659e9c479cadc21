//! What breaks: panics, killed backends, full queues; the database answers and goes on.

use crate::{Refusal, TABLES};
use database::{Error, Tx, sql};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn count(tx: &mut Tx<'_>) -> Result<i64, Refusal> {
    let (count,): (i64,) = tx.one(sql!("SELECT COUNT(*) FROM counters"), &[])?;
    Ok(count)
}

#[test]
fn a_panic_in_a_use_case_is_an_error_and_the_writer_survives_it() {
    testkit::on_each_engine(&[TABLES], async |db| {
        for round in 0..10_i64 {
            let panicked = db
                .write(move |tx| -> Result<(), Refusal> {
                    tx.execute(
                        sql!("INSERT INTO counters (name, value) VALUES ('p', $1)"),
                        &[&round],
                    )?;
                    panic!("as the test wants it");
                })
                .await;
            assert!(matches!(panicked, Err(Refusal::Database(Error::Panicked))));
        }
        let name = "after".to_owned();
        db.write(move |tx| {
            tx.execute(sql!("INSERT INTO counters (name, value) VALUES ($1, 1)"), &[&name])
        })
        .await
        .unwrap();
        assert_eq!(db.read(count).await.unwrap(), 1);
    });
}

#[test]
fn all_registered_texts_are_good_sql_and_a_bad_one_is_found() {
    fn never_run(tx: &mut Tx<'_>) -> Result<u64, Error> {
        tx.execute(sql!("SELECT no_such_column FROM counters"), &[])
    }
    let _ = never_run;
    for target in testkit::TestDatabase::each() {
        drop(target.open(&[TABLES]));
        // The tests of copies have tables of their own.
        let texts = database::registered("it").filter(|text| text.module != "it::copy");
        let refused = target.location.refused(texts).unwrap();
        let texts = refused.iter().map(|(text, _)| text.text);
        let texts: Vec<_> = texts.filter(|text| !text.contains("pg_")).collect();
        assert_eq!(texts, ["SELECT no_such_column FROM counters"], "{}", target.engine);
    }
}

#[test]
fn a_killed_postgres_backend_loses_nothing_and_repeats_the_use_case() {
    let Some(target) = testkit::TestDatabase::postgres() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = target.open(&[TABLES]);
    let killed = Arc::new(AtomicBool::new(false));
    let outcome = runtime.block_on(db.write(move |tx| {
        tx.execute(sql!("INSERT INTO counters (name, value) VALUES ('k', 1)"), &[])?;
        if !killed.swap(true, Ordering::SeqCst) {
            let (pid,): (i64,) = tx.one(sql!("SELECT CAST(pg_backend_pid() AS BIGINT)"), &[])?;
            kill(pid);
        }
        tx.execute(sql!("INSERT INTO counters (name, value) VALUES ('l', 1)"), &[])?;
        Ok::<_, Refusal>(())
    }));
    outcome.unwrap();
    assert_eq!(runtime.block_on(db.read(count)).unwrap(), 2);
}

#[test]
fn a_postgres_that_is_away_is_said_to_be_away() {
    let location = database::Location::Postgres {
        url: "postgres://nobody@127.0.0.1:1/none".into(),
        schema: None,
    };
    let opened = database::Database::open(&location, &[TABLES], database::Options::default());
    assert!(matches!(opened, Err(Error::Unavailable { .. } | Error::Migration { .. })));
}

fn kill(backend: i64) {
    let url = testkit::postgres_url().unwrap();
    std::thread::spawn(move || {
        let mut admin = database::connect_to_postgres(&url).unwrap();
        admin
            .execute("SELECT pg_terminate_backend($1)", &[&i32::try_from(backend).unwrap()])
            .unwrap();
    })
    .join()
    .unwrap();
}
