//! What every store promises.

use bytes::Bytes;
use kernel::photo::PhotoName;
use std::sync::Arc;
use uploads::{Name, Store, examine};

/// A folder that two processes open.
#[tokio::test]
async fn a_folder_keeps_what_every_store_promises() {
    let place = tempfile::tempdir().unwrap();
    let open = || crate::folder(&place.path().join("uploads"));
    store_promises(&open(), &open()).await;
}

/// What a disk that is full or read-only has taken before proves nothing.
#[tokio::test]
async fn a_folder_is_written_each_time_that_it_is_examined() {
    let place = tempfile::tempdir().unwrap();
    let store = crate::folder(place.path());
    examine(store.as_ref()).await.unwrap();
    let shelf = place.path().join("00");
    let files = || std::fs::read_dir(&shelf).unwrap().map(|file| file.unwrap().path());
    let probe = files().next().unwrap();
    std::fs::write(&probe, "of last year").unwrap();
    examine(store.as_ref()).await.unwrap();
    assert!(files().eq([probe.clone()]), "nothing else stays");
    // A file cannot take the place of a folder, whoever writes it.
    std::fs::remove_file(&probe).unwrap();
    std::fs::create_dir(&probe).unwrap();
    examine(store.as_ref()).await.unwrap_err();
    assert!(files().eq([probe]), "nothing stays of what could not be kept");
}

#[cfg(feature = "s3")]
#[tokio::test]
async fn a_bucket_keeps_what_every_store_promises() {
    let Some(server) = testkit::counterpart("COMANDA_TEST_S3") else { return };
    make_bucket(&server).await;
    let run = kernel::Env::system().uuid();
    let open = |prefix: &str| {
        let url = format!("s3://town/{run}/{prefix}?region=us-east-1&endpoint={server}");
        uploads::Address::parse(&url, "data".as_ref()).unwrap().open().unwrap()
    };
    store_promises(&open("a/prefix"), &open("a/prefix")).await;
    let name = name(1);
    open("one").put(&name, Bytes::from_static(b"one")).await.unwrap();
    assert_eq!(open("another").get(&name).await.unwrap(), None, "a prefix is a place of its own");
}

fn name(number: u8) -> Name {
    Name::of(&PhotoName::of_hash([number; 32]), 800)
}

/// `one` and `other` are two replicas on one store.
async fn store_promises(one: &Arc<dyn Store>, other: &Arc<dyn Store>) {
    let thing = Bytes::from((0..700_000_u32).map(|at| at.to_le_bytes()[1]).collect::<Vec<_>>());
    let has = async |store: &Arc<dyn Store>, number| {
        let found = store.get(&name(number)).await.unwrap();
        found.inspect(|found| assert!(*found == thing, "other bytes under {number}")).is_some()
    };
    assert!(!has(one, 1).await, "nothing is there at first");

    one.put(&name(1), thing.clone()).await.unwrap();
    assert!(has(one, 1).await);
    assert!(has(other, 1).await, "the other replica sees it");
    assert!(!has(other, 2).await);

    // The same thing once more, and by both at the same time.
    one.put(&name(1), thing.clone()).await.unwrap();
    let third = name(3);
    let both = tokio::join!(one.put(&third, thing.clone()), other.put(&third, thing.clone()));
    both.0.unwrap();
    both.1.unwrap();
    assert!(has(one, 1).await && has(other, 3).await);

    examine(one.as_ref()).await.unwrap();
    examine(other.as_ref()).await.unwrap();
}

#[tokio::test]
async fn a_store_that_is_not_there_fails_in_words() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let store = crate::folder(&file.path().join("uploads"));
    let error = examine(store.as_ref()).await.unwrap_err();
    assert!(kernel::in_words(&error).contains("uploads"), "{error:?}");
}

/// Makes the bucket `town`; it may be there. The servers of tests let everybody in.
#[cfg(feature = "s3")]
async fn make_bucket(server: &str) {
    let http = reqwest::Client::builder().build().unwrap();
    let answer = http.put(format!("{server}/town")).send().await.unwrap();
    let status = answer.status().as_u16();
    assert!(matches!(status, 200 | 409), "{status}: {}", answer.text().await.unwrap());
}
