//! The outbox and its relay: nothing lost, nothing told that was not committed.

use crate::town::{Faulty, Refusal, in_each_town};
use database::sql;
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
        let (broker, calls) = (town.broker.clone(), AtomicU64::new(0));
        town.relay(Arc::new(Faulty { broker, every: 3, calls }));
        town.consume();
        town.count(&["a", "b"], 60).await;
        for key in ["a", "b"] {
            assert_eq!(town.until_effects(key, 60).await, (0..60).collect::<Vec<_>>());
        }
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
