//! A topic that is silent for so long that the bucket lets go of its whole log.

use crate::{KEPT, PATIENCE, everything, message, open_by, operator, server, town};
use broker::{Group, Subscription};
use http::Request;
use kernel::{Clock, Env, ManualClock};
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_began_before_and_after_a_long_silence_go_on_in_one_log() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let env = Env::system();
    let bucket = format!("b{}", env.uuid().simple());
    let url = format!("{url}&bucket={bucket}");
    let clock = ManualClock::at(env.now);
    let old = open_by(&url, clock.clone());
    old.publish(&[message(&env, "a", 1)]).await.unwrap();
    let kept = empty(&url, &bucket).await;
    assert_eq!(kept, 1, "the log had the one entry");
    clock.advance(KEPT);
    let new = open_by(&url, clock.clone());
    let all = Subscription { group: Group::Broadcast, ..everything() };
    let mut listener = new.subscribe(all).await.unwrap();
    new.publish(&[message(&env, "a", 2)]).await.unwrap();
    old.publish(&[message(&env, "a", 3)]).await.unwrap();
    new.publish(&[message(&env, "a", 4)]).await.unwrap();
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let next = timeout(PATIENCE, listener.next(9)).await;
        heard.extend(next.expect("all of it is heard").unwrap());
    }
    let numbers = heard.iter().map(|one| one.message.json::<u32>().unwrap());
    assert!(numbers.eq(2..=4));
    assert!(heard.iter().all(|one| one.published_at == clock.now()));
}

/// Removes everything from the bucket, as its rules do; how much it was.
async fn empty(url: &str, bucket: &str) -> usize {
    let bucket = format!("{}/{bucket}", operator::endpoint(url));
    let listing = operator::ask("s3", Request::get(format!("{bucket}?list-type=2")), String::new());
    let listing = listing.await;
    let keys = listing.split("<Key>").skip(1).map(|rest| rest.split_once('<').unwrap().0);
    let keys: Vec<_> = keys.collect();
    for key in &keys {
        operator::ask("s3", Request::delete(format!("{bucket}/{key}")), String::new()).await;
    }
    keys.len()
}
