//! Feeds: order, resuming, many lookers-on, slow ones.

use crate::Book;
use live::{Cut, Options};
use std::{sync::atomic::Ordering, time::Duration};

#[tokio::test]
async fn a_subscriber_first_gets_what_it_missed_and_then_what_happens() {
    let book = Book::default();
    let feed = book.feed(Options::default());
    for word in ["one", "two", "three"] {
        book.write(word);
    }
    let mut reader = feed.subscribe("k", Some(1)).await.unwrap();
    assert_eq!(reader.next().await.unwrap().content, "two");
    assert_eq!(reader.next().await.unwrap().content, "three");
    book.write("four");
    feed.poke(&"k");
    assert_eq!(reader.next().await.unwrap().content, "four");
}

#[tokio::test]
async fn many_readers_see_every_frame_once_in_order_while_a_writer_writes() {
    let book = Book::default();
    let feed = book.feed(Options { backlog: 4096, ..Options::default() });
    let mut readers = Vec::new();
    for round in 0..20 {
        let mut reader = feed.subscribe("k", Some(0)).await.unwrap();
        readers.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            while seen.len() < 200 {
                seen.push(reader.next().await.unwrap().seq);
            }
            seen
        }));
        for _ in 0..10 {
            book.write(&format!("round {round}"));
            feed.poke(&"k");
            tokio::task::yield_now().await;
        }
    }
    for reader in readers {
        assert_eq!(reader.await.unwrap(), (1..=200).collect::<Vec<u64>>());
    }
}

#[tokio::test]
async fn the_store_is_read_once_per_poke_however_many_look_on() {
    let book = Book::default();
    let feed = book.feed(Options::default());
    let mut readers = Vec::new();
    for _ in 0..50 {
        readers.push(feed.subscribe("k", Some(0)).await.unwrap());
    }
    let before = book.reads.load(Ordering::SeqCst);
    book.write("one");
    feed.poke(&"k");
    for reader in &mut readers {
        assert_eq!(reader.next().await.unwrap().content, "one");
    }
    assert!(book.reads.load(Ordering::SeqCst) <= before + 2);
}

#[tokio::test]
async fn a_slow_reader_is_cut_and_comes_back_for_the_rest() {
    let book = Book::default();
    let feed = book.feed(Options { backlog: 2, ..Options::default() });
    let mut slow = feed.subscribe("k", Some(0)).await.unwrap();
    let mut quick = feed.subscribe("k", Some(0)).await.unwrap();
    for number in 1..=10 {
        book.write("word");
        feed.poke(&"k");
        assert_eq!(quick.next().await.unwrap().seq, number);
    }
    assert_eq!(slow.next().await, Err(Cut::Slow));
    drop(slow);
    let mut back = feed.subscribe("k", Some(0)).await.unwrap();
    for number in 1..=10 {
        assert_eq!(back.next().await.unwrap().seq, number);
    }
}

#[tokio::test]
async fn a_key_that_nobody_watches_costs_nothing() {
    let book = Book::default();
    let feed = book.feed(Options::default());
    feed.poke(&"k");
    assert_eq!(book.reads.load(Ordering::SeqCst), 0);
    let reader = feed.subscribe("k", None).await.unwrap();
    assert_eq!(feed.watched(), 1);
    drop(reader);
    assert_eq!(feed.watched(), 0);
}

#[tokio::test]
async fn a_store_that_was_away_is_read_again_and_nothing_is_lost() {
    let book = Book::default();
    let feed = book.feed(Options { retry: Duration::from_millis(1), ..Options::default() });
    let mut reader = feed.subscribe("k", Some(0)).await.unwrap();
    book.broken.store(true, Ordering::SeqCst);
    assert!(feed.subscribe("other", None).await.is_err());
    assert_eq!(feed.watched(), 1);
    book.write("one");
    feed.poke(&"k");
    let before = book.reads.load(Ordering::SeqCst);
    testkit::eventually("another try", async || {
        (book.reads.load(Ordering::SeqCst) > before + 2).then_some(())
    })
    .await;
    book.broken.store(false, Ordering::SeqCst);
    assert_eq!(reader.next().await.unwrap().content, "one");
}
