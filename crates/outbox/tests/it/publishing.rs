//! The outbox and its relay: nothing lost, nothing told that was not committed.

use crate::town::{Fault, Faulty, Refusal, in_each_town};
use database::sql;
use outbox::{HandlerError, Outgoing, dead_letters};
use std::sync::{Arc, atomic::AtomicU64};

#[test]
fn what_is_committed_reaches_the_consumer_and_what_is_rolled_back_never_does() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        town.consume();
        for number in 0..9 {
            let event = town.event("a", number);
            let use_case = move |tx: &mut database::Tx<'_>| {
                outbox::append(tx, &event)?;
                if number % 3 == 1 { Err(Refusal::Rule) } else { Ok(()) }
            };
            assert_eq!(town.db.write(use_case).await.is_err(), number % 3 == 1);
        }
        assert_eq!(town.until_effects("a", 6).await, [0, 2, 3, 5, 6, 8]);
        town.until_all_published().await;
        assert_eq!(town.log(6).await.len(), 6);
    });
}

#[test]
fn a_broker_that_fails_every_third_publish_loses_and_reorders_nothing() {
    in_each_town(async |town| {
        let fault = Fault::Fails { every: 3, calls: AtomicU64::new(0) };
        town.relay(Arc::new(Faulty { broker: town.broker.clone(), fault }));
        town.consume();
        town.count(&["a", "b"], 60).await;
        for key in ["a", "b"] {
            assert_eq!(town.until_effects(key, 60).await, (0..60).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_broker_too_slow_for_a_large_batch_gets_everything_in_smaller_ones() {
    in_each_town(async |town| {
        town.count(&["a"], 150).await;
        let fault = Fault::Slow { above: 100 };
        town.relay(Arc::new(Faulty { broker: town.broker.clone(), fault }));
        town.until_all_published().await;
        assert_eq!(town.log(150).await.len(), 150);
    });
}

#[test]
fn two_relays_on_one_database_publish_each_event_once_and_in_order() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        town.relay(Arc::new(town.broker.clone()));
        town.count(&["a", "b"], 100).await;
        town.until_all_published().await;
        let log = town.log(200).await;
        assert_eq!(log.len(), 200);
        for key in ["a", "b"] {
            let numbers: Vec<_> = log.iter().filter(|(k, _)| k == key).map(|(_, n)| *n).collect();
            assert_eq!(numbers, (0..100).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_relay_killed_between_publish_and_mark_repeats_and_the_inbox_drops_the_repeat() {
    in_each_town(async |town| {
        town.count(&["a"], 5).await;
        let first = town.relay(Arc::new(town.broker.clone()));
        town.until_all_published().await;
        first.abort();
        // The state that a kill between the two leaves behind.
        let unmark = |tx: &mut database::Tx<'_>| {
            tx.execute(sql!("DELETE FROM outbox_lease"), &[])?;
            tx.execute(sql!("UPDATE outbox SET published_at = NULL WHERE sequence > 2"), &[])
        };
        town.db.write(unmark).await.unwrap();
        town.relay(Arc::new(town.broker.clone()));
        town.consume();
        town.until_all_published().await;
        assert_eq!(town.log(8).await.len(), 8);
        town.count(&["b"], 1).await;
        town.until_effects("b", 1).await;
        assert_eq!(town.until_effects("a", 5).await, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn a_range_can_be_published_again_for_a_broker_that_lost_it() {
    in_each_town(async |town| {
        town.count(&["a"], 3).await;
        let middle =
            jiff::Timestamp::from_microsecond(town.event("a", 0).occurred_at.as_microsecond());
        town.count(&["b"], 3).await;
        town.relay(Arc::new(town.broker.clone()));
        town.until_all_published().await;
        let middle = middle.unwrap();
        let again = town.db.write(move |tx| outbox::republish(tx, middle)).await.unwrap();
        assert_eq!(again, 3);
        town.until_all_published().await;
        let log = town.log(9).await;
        let repeated: Vec<_> = log[6..].iter().map(|(key, n)| (key.as_str(), *n)).collect();
        assert_eq!(repeated, [("b", 0), ("b", 1), ("b", 2)]);
    });
}

#[test]
fn an_event_that_no_broker_carries_is_refused_with_its_size_and_a_large_menu_is_not() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        town.consume();
        let random = kernel::Random::seeded(1);
        let noise: String =
            (0..40_000).flat_map(|_| random.bytes::<8>()).map(|b| format!("{b:02x}")).collect();
        let mut event = town.event("a", 1);
        event.payload = noise;
        let refused = town.db.write(move |tx| outbox::append(tx, &event)).await.unwrap_err();
        assert!(matches!(refused, outbox::Error::TooLarge(_)), "{refused}");
        let mut event = town.event("a", 2);
        event.payload = format!("{}2", " ".repeat(500_000));
        town.db.write(move |tx| outbox::append(tx, &event)).await.unwrap();
        assert_eq!(town.until_effects("a", 1).await, [2]);
    });
}

#[test]
fn a_forgotten_event_leaves_broker_and_outbox_once_every_group_has_had_it() {
    in_each_town(async |town| {
        for (number, subject) in [(0, "ord_1"), (1, "ord_2"), (2, "ord_1")] {
            let event = Outgoing { personal: Some(subject.to_owned()), ..town.event("a", number) };
            town.db.write(move |tx| outbox::append(tx, &event)).await.unwrap();
        }
        let forget = |tx: &mut database::Tx<'_>| outbox::forget(tx, "ord_1");
        let forgotten: Result<(), database::Error> = town.db.write(forget).await;
        forgotten.unwrap();
        // What waits to be published is published first, and reaches who listens.
        town.relay(Arc::new(town.broker.clone()));
        town.consume();
        assert_eq!(town.until_effects("a", 3).await, [0, 1, 2]);
        testkit::eventually("two events to be gone", async || {
            (town.outbox().await == 1 && town.log(1).await == [("a".to_owned(), 1)]).then_some(())
        })
        .await;
        let again: Result<u64, database::Error> =
            town.db.write(|tx| outbox::republish(tx, jiff::Timestamp::UNIX_EPOCH)).await;
        assert_eq!(again.unwrap(), 1, "what is gone is not published again");
    });
}

#[test]
fn dead_letters_about_somebody_who_is_forgotten_go_too() {
    in_each_town(async |town| {
        town.relay(Arc::new(town.broker.clone()));
        for (number, subject) in [(0, "ord_1"), (1, "ord_2")] {
            let payload = format!(r#"{{"subject": "{subject}", "name": "Ana"}}"#);
            let event = Outgoing { payload, ..town.event("a", number) };
            town.db.write(move |tx| outbox::append(tx, &event)).await.unwrap();
        }
        let poison = async |_: &broker::Message| Err(HandlerError::Poison("no".to_owned()));
        tokio::spawn(town.consumer().run(poison, town.stop.clone()));
        let letters = async || {
            let found: Result<_, database::Error> =
                town.db.read(|tx| dead_letters::list(tx, 10)).await;
            found.unwrap()
        };
        testkit::eventually("two dead letters", async || {
            (letters().await.len() == 2).then_some(())
        })
        .await;
        let forget = |tx: &mut database::Tx<'_>| outbox::forget(tx, "ord_1");
        let forgotten: Result<(), database::Error> = town.db.write(forget).await;
        forgotten.unwrap();
        let left = letters().await;
        assert_eq!(left.len(), 1);
        let event: serde_json::Value = left[0].message.json().unwrap();
        assert_eq!(event["subject"], "ord_2");
    });
}

#[test]
fn the_data_map_names_every_column() {
    testkit::check_data_map(&outbox::DATA_MAP, outbox::MIGRATIONS);
}
