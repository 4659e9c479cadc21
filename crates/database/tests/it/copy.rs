//! A copy from any place to any other: nothing is lost, doubled or of another type, wherever it is
//! stopped, and nobody serves meanwhile.

use crate::{Refusal, TABLES};
use database::{
    Compared, CopyError, Database, Error, Json, Location, Migration, Migrations, Options, Step, sql,
};
use kernel::ids::{Id, OrderId};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use testkit::TestDatabase;

/// What the small tables lack: a counted key, a reference, a key of two columns.
const MORE: Migrations = Migrations {
    owner: "more",
    list: &[Migration {
        name: "V1__more",
        sqlite: "CREATE TABLE parts (thing_id BLOB NOT NULL REFERENCES things (id), number INTEGER NOT NULL, note TEXT, PRIMARY KEY (thing_id, number)) STRICT, WITHOUT ROWID;
                 CREATE TABLE events (sequence INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
        postgres: "CREATE TABLE parts (thing_id UUID NOT NULL REFERENCES things (id), number BIGINT NOT NULL, note TEXT, PRIMARY KEY (thing_id, number));
                   CREATE TABLE events (sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL);",
    }],
};
const ALL: [Migrations; 2] = [TABLES, MORE];
const THINGS: u32 = 2500;

fn fill(tx: &mut database::Tx<'_>) -> Result<(), Refusal> {
    let at: jiff::Timestamp = "2026-11-22T18:30:00.123456Z".parse().unwrap();
    for number in 0..THINGS {
        let (id, name) = (OrderId::from_natural_key(&number.to_string()), format!("näme {number}"));
        let some = number % 3 > 0;
        tx.execute(
            sql!("INSERT INTO things (id, name, at, cents, flag, body, bytes, ratio) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
            &[&id, &name, &some.then_some(at), &(-i64::from(number)), &some,
              &Json(vec![number]), &number.to_be_bytes().to_vec(), &(f64::from(number) / 3.0)],
        )?;
        tx.execute(
            sql!("INSERT INTO parts (thing_id, number, note) VALUES ($1, $2, $3)"),
            &[&id, &number, &some.then_some("a note")],
        )?;
        tx.execute(sql!("INSERT INTO events (name) VALUES ($1)"), &[&name])?;
    }
    Ok(())
}

/// A filled place that nobody has open any more.
fn filled(target: &TestDatabase) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = target.open(&ALL);
    runtime.block_on(db.write(fill)).unwrap();
}

/// Whoever had it open a moment ago may need one to close.
fn copy(
    from: &Location,
    to: &Location,
    tell: impl Fn(Step<'_>),
) -> Result<Vec<Compared>, CopyError> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    loop {
        match from.copy_to(to, &ALL, &tell) {
            Err(CopyError::InUse { .. }) => runtime.block_on(testkit::pause()),
            other => return other,
        }
    }
}

fn assert_equal(compared: &[Compared], what: &str) {
    let tables: Vec<_> = compared.iter().map(|c| (c.table.as_str(), c.target.rows)).collect();
    let all = u64::from(THINGS);
    assert_eq!(
        tables,
        [("counters", 0), ("events", all), ("things", all), ("parts", all)],
        "{what}"
    );
    assert!(compared.iter().all(Compared::is_equal), "{what}: {compared:?}");
}

#[test]
fn from_every_place_to_every_other_everything_comes_and_new_rows_continue() {
    for source in TestDatabase::each() {
        filled(&source);
        for target in TestDatabase::each() {
            let what = format!("{} to {}", source.engine, target.engine);
            assert_equal(&copy(&source.location, &target.location, |_| ()).unwrap(), &what);
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let db = target.open(&ALL);
            let (last,): (i64,) = runtime
                .block_on(db.write(|tx| {
                    tx.one(sql!("INSERT INTO events (name) VALUES ('new') RETURNING sequence"), &[])
                }))
                .map_err(|error: Error| error)
                .unwrap();
            assert_eq!(last, i64::from(THINGS) + 1, "{what}");
        }
    }
}

/// Dies at a step, as by a power cut: without a word.
fn die_at(is_last: impl Fn(&Step<'_>) -> bool) -> impl Fn(Step<'_>) {
    move |step| {
        if is_last(&step) {
            resume_unwind(Box::new("killed"));
        }
    }
}

fn after_a_batch(step: &Step<'_>) -> bool {
    matches!(step, Step::Batch { .. })
}

/// `None`: it was killed.
fn run(
    from: &Location,
    to: &Location,
    tell: impl Fn(Step<'_>),
) -> Option<Result<Vec<Compared>, CopyError>> {
    catch_unwind(AssertUnwindSafe(|| copy(from, to, tell))).ok()
}

#[test]
fn a_copy_that_is_stopped_after_any_batch_goes_on_there_and_nobody_serves_it_before() {
    let source = TestDatabase::sqlite();
    filled(&source);
    for target in TestDatabase::each() {
        // Each run dies after its first batch.
        let mut runs = 0;
        let compared = loop {
            match run(&source.location, &target.location, die_at(after_a_batch)) {
                Some(done) => break done.unwrap(),
                None => runs += 1,
            }
            let served = Database::open(&target.location, &ALL, Options::default());
            let refused = served.unwrap_err().to_string();
            let reasons = ["unfinished copy", "works on it"];
            assert!(reasons.iter().any(|reason| refused.contains(reason)), "{refused}");
        };
        assert_eq!(runs, 9, "{}: three batches of three tables", target.engine);
        assert_equal(&compared, target.engine);
        // Once more does no harm.
        assert_equal(&copy(&source.location, &target.location, |_| ()).unwrap(), target.engine);
    }
}

#[test]
fn a_target_with_other_data_and_a_copy_from_elsewhere_are_refused() {
    let (one, two) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    filled(&one);
    filled(&two);
    let change = sql!("UPDATE things SET cents = 1 WHERE name = 'näme 7'");
    for target in TestDatabase::each() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        copy(&one.location, &target.location, |_| ()).unwrap();
        let db = target.open(&ALL);
        runtime
            .block_on(db.write(move |tx| tx.execute(change, &[])))
            .map_err(|e: Error| e)
            .unwrap();
        drop(db);
        let refused = copy(&one.location, &target.location, |_| ());
        assert!(matches!(refused, Err(CopyError::OtherData { .. })), "{refused:?}");
    }
    let target = TestDatabase::sqlite();
    assert!(run(&one.location, &target.location, die_at(after_a_batch)).is_none());
    let refused = copy(&two.location, &target.location, |_| ());
    assert!(matches!(refused, Err(CopyError::OtherSource { .. })), "{refused:?}");
}

#[test]
fn a_place_that_is_served_is_neither_copied_nor_copied_into() {
    for served in TestDatabase::each() {
        let db = served.open(&ALL);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(db.write(fill)).unwrap();
        let other = TestDatabase::sqlite();
        let from = served.location.copy_to(&other.location, &ALL, |_| ());
        assert!(matches!(from, Err(CopyError::InUse { .. })), "{}: {from:?}", served.engine);
        filled(&other);
        let to = loop {
            match other.location.copy_to(&served.location, &ALL, |_| ()) {
                Err(CopyError::InUse { place }) if place == other.location.to_string() => {}
                to => break to,
            }
        };
        assert!(matches!(to, Err(CopyError::InUse { .. })), "{}: {to:?}", served.engine);
        drop(db);
    }
    let nowhere = Location::File("/nowhere/at/all.db".into());
    let missing = nowhere.copy_to(&TestDatabase::sqlite().location, &ALL, |_| ());
    assert!(matches!(missing, Err(CopyError::Missing { .. })), "{missing:?}");
}

#[test]
fn a_source_that_went_on_since_the_copy_began_is_found_by_the_comparison() {
    let (source, target) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    filled(&source);
    let at_the_end = |step: &Step<'_>| matches!(step, Step::Compare);
    assert!(run(&source.location, &target.location, die_at(at_the_end)).is_none());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = source.open(&ALL);
    let change = sql!("UPDATE things SET cents = 1 WHERE name = 'näme 7'");
    runtime.block_on(db.write(move |tx| tx.execute(change, &[]))).map_err(|e: Error| e).unwrap();
    drop(db);
    let compared = copy(&source.location, &target.location, |_| ()).unwrap();
    let differing = compared.iter().filter(|c| !c.is_equal()).map(|c| c.table.as_str());
    assert_eq!(differing.collect::<Vec<_>>(), ["things"]);
    let served = Database::open(&target.location, &ALL, Options::default());
    assert!(served.is_err(), "an unequal copy must not be served");
}
