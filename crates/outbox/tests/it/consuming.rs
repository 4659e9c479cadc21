//! The consumer loop: once each, in order per key, retries, dead letters.

use crate::town::{in_each_town, record};
use broker::Message;
use kernel::{Clock, SystemClock, ids::Id};
use outbox::{HandlerError, dead_letters};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

#[test]
fn poison_becomes_a_dead_letter_while_neighbours_go_on_and_can_be_replayed() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        let (db, mended) = (town.db.clone(), Arc::new(AtomicBool::new(false)));
        let switch = mended.clone();
        let handler = async move |message: &Message| {
            if message.key == "a" && message.json::<i64>()? == 1 && !switch.load(Ordering::SeqCst) {
                return Err(HandlerError::Poison("of no known shape".to_owned()));
            }
            record(&db, message).await
        };
        tokio::spawn(town.consumer().run(handler, town.stop.clone()));
        town.count(&["a", "b"], 3).await;
        assert_eq!(town.until_effects("b", 3).await, [0, 1, 2]);
        assert_eq!(town.until_effects("a", 2).await, [0, 2]);
        let letters = town.db.read(|tx| dead_letters::list(tx, 10)).await.unwrap();
        let [letter] = letters.as_slice() else { panic!("{letters:?}") };
        assert_eq!((letter.reason.as_str(), letter.attempts), ("of no known shape", 1));
        mended.store(true, Ordering::SeqCst);
        let event = kernel::ids::EventId::from_uuid(letter.message.id);
        let ask =
            move |tx: &mut database::Tx<'_>| dead_letters::replay(tx, event, SystemClock.now());
        assert!(town.db.write(ask).await.unwrap());
        assert_eq!(town.until_effects("a", 3).await, [0, 2, 1]);
        testkit::eventually("no dead letter", async || {
            town.db.read(|tx| dead_letters::list(tx, 10)).await.unwrap().is_empty().then_some(())
        })
        .await;
    });
}

#[test]
fn a_failing_event_is_tried_as_often_as_the_policy_says_and_holds_up_its_key_only() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        let (db, tries) = (town.db.clone(), Arc::new(AtomicU32::new(0)));
        let seen = tries.clone();
        let handler = async move |message: &Message| {
            if message.key == "a" && message.json::<i64>()? == 0 {
                seen.fetch_add(1, Ordering::SeqCst);
                return Err(HandlerError::Retry("not yet".to_owned()));
            }
            record(&db, message).await
        };
        tokio::spawn(town.consumer().run(handler, town.stop.clone()));
        town.count(&["a", "b"], 3).await;
        assert_eq!(town.until_effects("b", 3).await, [0, 1, 2]);
        assert_eq!(town.until_effects("a", 2).await, [1, 2]);
        assert_eq!(tries.load(Ordering::SeqCst), 3);
        assert_eq!(town.db.read(|tx| dead_letters::list(tx, 10)).await.unwrap().len(), 1);
    });
}

#[test]
fn a_handler_that_recovers_or_panics_once_keeps_the_order_of_its_key() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        let (db, tries) = (town.db.clone(), AtomicU32::new(0));
        let handler = async move |message: &Message| {
            if message.json::<i64>()? == 2 {
                match tries.fetch_add(1, Ordering::SeqCst) {
                    0 => panic!("as the test wants it"),
                    1 => return Err(HandlerError::Retry("once more".to_owned())),
                    _ => {}
                }
            }
            record(&db, message).await
        };
        tokio::spawn(town.consumer().run(handler, town.stop.clone()));
        town.count(&["a"], 20).await;
        assert_eq!(town.until_effects("a", 20).await, (0..20).collect::<Vec<_>>());
    });
}

#[test]
fn two_replicas_share_the_work_and_each_event_is_effective_once() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        town.consume();
        town.consume();
        town.count(&["a", "b", "c"], 40).await;
        for key in ["a", "b", "c"] {
            assert_eq!(town.until_effects(key, 40).await, (0..40).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_consumer_that_is_stopped_finishes_and_another_goes_on_where_it_was() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        let mut first = town.clone();
        first.stop = town.stop.child_token();
        let running = first.consume();
        town.count(&["a"], 10).await;
        town.until_effects("a", 1).await;
        first.stop.cancel();
        running.await.unwrap();
        town.consume();
        town.count(&["b"], 1).await;
        town.until_effects("b", 1).await;
        assert_eq!(town.until_effects("a", 10).await, (0..10).collect::<Vec<_>>());
    });
}

#[test]
fn a_handler_that_hangs_holds_up_its_own_key_until_it_is_given_up() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        let db = town.db.clone();
        let handler = async move |message: &Message| {
            if message.key == "a" && message.json::<i64>()? == 0 {
                std::future::pending::<()>().await;
            }
            record(&db, message).await
        };
        let mut consumer = town.consumer();
        consumer.policy.ack_wait = std::time::Duration::from_millis(200);
        tokio::spawn(consumer.run(handler, town.stop.clone()));
        town.count(&["a", "b"], 2).await;
        assert_eq!(town.until_effects("b", 2).await, [0, 1]);
        assert_eq!(town.until_effects("a", 1).await, [1]);
        let letters = town.db.read(|tx| dead_letters::list(tx, 10)).await.unwrap();
        assert!(letters[0].reason.contains("in time"), "{letters:?}");
    });
}
