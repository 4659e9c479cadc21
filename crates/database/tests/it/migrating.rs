//! Migrations beside others who use the tables.

use crate::{Refusal, TABLES};
use database::{Error, Migration, Migrations, Tx, sql};
use std::sync::mpsc;

const LATER: Migrations = Migrations {
    owner: "later",
    list: &[Migration {
        name: "V1__note",
        sqlite: "ALTER TABLE counters ADD COLUMN note TEXT;",
        postgres: "ALTER TABLE counters ADD COLUMN note TEXT;",
    }],
};

/// Whether somebody waits for the table, and with it all who come later.
fn is_waited_for(tx: &mut Tx<'_>) -> Result<bool, Refusal> {
    let waiting = sql!(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted
         AND relation = CAST('counters' AS regclass)
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    );
    let (waiting,): (bool,) = tx.one(waiting, &[])?;
    Ok(waiting)
}

#[test]
fn a_migration_behind_a_long_reader_lets_others_pass_and_is_applied_after_it() {
    let Some(target) = testkit::TestDatabase::postgres() else { return };
    let db = target.open(&[TABLES]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (reads, is_read) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let long = db.clone();
        let read = move |tx: &mut Tx<'_>| {
            let count: (i64,) = tx.one(sql!("SELECT COUNT(*) FROM counters"), &[])?;
            let _ = (reads.send(()), ended.recv());
            Ok::<_, Refusal>(count)
        };
        let reader = tokio::spawn(async move { long.read(read).await });
        tokio::task::spawn_blocking(move || is_read.recv()).await.unwrap().unwrap();
        let migrated = tokio::task::spawn_blocking(move || {
            drop(target.open(&[TABLES, LATER]));
            target
        });
        for (what, waits) in [("the migration waits", true), ("it lets others pass", false)] {
            testkit::eventually(what, async || {
                (db.read(is_waited_for).await.unwrap() == waits).then_some(())
            })
            .await;
        }
        assert!(!migrated.is_finished(), "the long reader is still there");
        drop(end);
        reader.await.unwrap().unwrap();
        let target = migrated.await.unwrap();
        let note = sql!(
            "SELECT COUNT(*) FROM pg_attribute
             WHERE attrelid = CAST('counters' AS regclass) AND attname = 'note'"
        );
        let (columns,): (i64,) = db.read::<_, Error, _>(move |tx| tx.one(note, &[])).await.unwrap();
        assert_eq!(columns, 1);
        drop(target);
    });
}
