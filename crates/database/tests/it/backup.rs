//! A back-up of files that are being written to.

use crate::TABLES;
use database::{Database, Error, Location, Options, sql};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

async fn value(db: &Database) -> i64 {
    let read = db.read(|tx| tx.optional::<(i64,)>(sql!("SELECT value FROM counters"), &[]));
    read.await.map_err(|error: Error| error).unwrap().map_or(0, |(value,)| value)
}

async fn set(db: &Database, value: i64) {
    let set = move |tx: &mut database::Tx<'_>| {
        tx.execute(
            sql!("INSERT INTO counters (name, value) VALUES ('b', $1) ON CONFLICT (name) DO UPDATE SET value = $1"),
            &[&value],
        )
    };
    db.write(set).await.map_err(|error: Error| error).unwrap();
}

/// One writer sets the first file, then the second, then the next value: at any instant the second
/// has what the first has, or one less.
#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_of_two_files_is_of_one_instant_and_has_what_was_answered_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| {
        let location = Location::File(folder.path().join(name));
        Database::open(&location, &[TABLES], Options::default()).unwrap()
    };
    let (first, second) = (open("first.db"), open("second.db"));
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let writing = tokio::spawn({
        let (stop, answered) = (stop.clone(), answered.clone());
        async move {
            while !stop.load(Ordering::Relaxed) {
                let next = answered.load(Ordering::SeqCst) + 1;
                set(&first, next).await;
                set(&second, next).await;
                answered.store(next, Ordering::SeqCst);
            }
        }
    });
    for round in 0..10 {
        testkit::eventually("more writes", async || {
            (answered.load(Ordering::SeqCst) > round * 10).then_some(())
        })
        .await;
        let before = answered.load(Ordering::SeqCst);
        let pair = |name: &str| {
            let target = format!("{round}-{name}");
            (folder.path().join(name), folder.path().join(target))
        };
        // The second first: the order of the list must not matter.
        let files = [pair("second.db"), pair("first.db")];
        tokio::task::spawn_blocking(move || database::back_up(&files)).await.unwrap().unwrap();
        let restored = |name: &str| open(&format!("{round}-{name}"));
        let kept = (value(&restored("first.db")).await, value(&restored("second.db")).await);
        assert!(kept.1 >= before, "{before} was answered before, {} is kept", kept.1);
        assert!(kept.0 == kept.1 || kept.0 == kept.1 + 1, "{kept:?} are of two instants");
    }
    stop.store(true, Ordering::Relaxed);
    writing.await.unwrap();
}

#[test]
fn a_back_up_of_what_is_not_there_is_refused_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("none.db"), folder.path().join("copy.db"));
    let refused = database::back_up(&[(source.clone(), target.clone())]).unwrap_err();
    assert!(refused.to_string().contains("is not there"), "{refused}");
    assert!(!source.exists() && !target.exists());
}
