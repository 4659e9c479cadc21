//! The catalogue follows what prepstation says, whatever comes twice, late or crooked.

use crate::shop::{MIGRATIONS, Shop, friday_evening};
use broker::{Message, Payload};
use contracts::{
    CloudEvent, Fact,
    prepstation::v1::{
        ItemAvailabilityChanged, MenuPublished, OnSale, RestaurantAvailabilityChanged,
        RestaurantChanged,
    },
};
use database::{Error, sql};
use kernel::{Env, Random, ids::Id, menu::Menu};
use orderhub::{
    catalogue::{Catalogue, Restaurant},
    domain::standing::Standing,
    events::consume_catalogue::take_in,
};
use uuid::Uuid;

fn message<T: Fact>(number: u64, version: u64, fact: T) -> Message {
    let id = Env::new(friday_evening(), Random::seeded(number)).id();
    let event = CloudEvent::new("prepstation", id, friday_evening(), version, fact);
    Message {
        id: id.uuid(),
        topic: "prepstation".to_owned(),
        key: event.head.partitionkey.clone(),
        kind: event.head.kind.clone(),
        payload: Payload::pack(event.to_json().unwrap().as_bytes()).unwrap(),
    }
}

fn lupo() -> (RestaurantChanged, Menu) {
    let found =
        crate::demo_town::restaurants().into_iter().find(|r| r.profile.slug == "trattoria-lupo");
    let found = found.unwrap();
    (found.profile.clone(), found.menu.as_deref().unwrap().clone())
}

/// A profile, a menu and an 86, as they come from prepstation.
fn story() -> Vec<Message> {
    let (profile, menu) = lupo();
    let restaurant_id = profile.restaurant_id;
    let item = menu.sections[0].items[0].id;
    let off = |available| ItemAvailabilityChanged {
        restaurant_id,
        what: OnSale::Item(item),
        available,
        until: None,
    };
    let newer = Menu { version: 2, ..menu.clone() };
    vec![
        message(1, 1, profile.clone()),
        message(2, 1, MenuPublished { restaurant_id, menu }),
        message(3, 2, RestaurantChanged { story: "Newer.".to_owned(), ..profile }),
        message(4, 1, off(false)),
        message(5, 2, MenuPublished { restaurant_id, menu: newer }),
        message(6, 2, off(true)),
        message(7, 3, off(false)),
        message(
            8,
            1,
            RestaurantAvailabilityChanged {
                restaurant_id,
                paused_until: Some("2026-11-20T18:00:00Z".parse().unwrap()),
                pause_reason: "oven on strike".to_owned(),
                busy_extra_minutes: 10,
                busy_until: None,
            },
        ),
    ]
}

fn lupo_in(catalogue: &Catalogue) -> Restaurant {
    (*catalogue.by_slug("trattoria-lupo").unwrap()).clone()
}

#[test]
fn what_prepstation_says_stands_in_the_catalogue() {
    testkit::on_each_engine(&MIGRATIONS, async |db| {
        let shop = Shop::empty(db);
        for message in story() {
            take_in(&shop.browse, &message).await.unwrap();
        }
        let lupo = lupo_in(&shop.browse.catalogue);
        let menu = lupo.menu_at(friday_evening()).unwrap();
        assert_eq!((menu.version, lupo.profile.story.as_str()), (2, "Newer."));
        assert!(!menu.sections[0].items[0].available);
        assert!(menu.sections[0].items[1].available);
        assert!(matches!(lupo.state_at(friday_evening()), Standing::Paused { .. }));
        assert_eq!(lupo.ready_minutes_at(friday_evening()).0, 25);
        let later = "2026-11-20T18:00:00Z".parse().unwrap();
        assert!(matches!(lupo.state_at(later), Standing::Open { .. }));
    });
}

#[test]
fn repeated_and_older_events_change_nothing() {
    testkit::on_each_engine(&MIGRATIONS, async |db| {
        let shop = Shop::empty(db);
        for message in story() {
            take_in(&shop.browse, &message).await.unwrap();
        }
        let before = lupo_in(&shop.browse.catalogue);
        for message in story() {
            take_in(&shop.browse, &message).await.unwrap();
        }
        let (profile, menu) = lupo();
        let restaurant_id = profile.restaurant_id;
        let item = menu.sections[0].items[0].id;
        let old = [
            message(21, 1, RestaurantChanged { story: "Old.".to_owned(), ..profile }),
            message(22, 9, MenuPublished { restaurant_id, menu: Menu { version: 1, ..menu } }),
            message(
                23,
                2,
                ItemAvailabilityChanged {
                    restaurant_id,
                    what: OnSale::Item(item),
                    available: true,
                    until: None,
                },
            ),
        ];
        for message in old {
            take_in(&shop.browse, &message).await.unwrap();
        }
        assert_eq!(lupo_in(&shop.browse.catalogue), before);
    });
}

#[test]
fn a_catalogue_rebuilt_from_the_database_is_equal() {
    testkit::on_each_engine(&MIGRATIONS, async |db| {
        let shop = Shop::empty(db.clone());
        for message in story() {
            take_in(&shop.browse, &message).await.unwrap();
        }
        let rebuilt = Catalogue::default();
        rebuilt.load(&db).await.unwrap();
        assert_eq!(*rebuilt.all(), *shop.browse.catalogue.all());
        assert_eq!(rebuilt.search("margherita"), shop.browse.catalogue.search("margherita"));
    });
}

#[test]
fn a_message_that_cannot_be_read_is_poison_and_other_kinds_are_passed_over() {
    testkit::on_each_engine(&MIGRATIONS, async |db| {
        let shop = Shop::empty(db);
        let mut broken = story().remove(0);
        broken.payload = Payload::pack(b"{\"data\":1}").unwrap();
        let refused = take_in(&shop.browse, &broken).await;
        assert!(matches!(refused, Err(outbox::HandlerError::Poison(_))));
        broken.kind = "comanda.prepstation.ticket.ready.v1".to_owned();
        take_in(&shop.browse, &broken).await.unwrap();
    });
}

#[test]
fn a_change_by_another_replica_is_taken_in() {
    testkit::on_each_engine(&MIGRATIONS, async |db| {
        let (one, two) = (Shop::empty(db.clone()), Shop::empty(db.clone()));
        let stop = tokio_util::sync::CancellationToken::new();
        let following =
            two.browse.catalogue.clone().follow(db, two.browse.clock.clone(), stop.clone());
        let following = tokio::spawn(following);
        for message in story() {
            take_in(&one.browse, &message).await.unwrap();
        }
        testkit::eventually("the other replica knows the menu", async || {
            let known = two.browse.catalogue.by_slug("trattoria-lupo")?;
            (*known == lupo_in(&one.browse.catalogue)).then_some(())
        })
        .await;
        stop.cancel();
        following.await.unwrap();
    });
}

#[test]
fn a_restaurant_that_cannot_be_read_holds_up_none_behind_it() {
    testkit::on_each_engine(&MIGRATIONS, async |db| {
        let (one, two) = (Shop::empty(db.clone()), Shop::empty(db.clone()));
        let (lowest, highest) = (Uuid::nil(), Uuid::max());
        for id in [lowest, highest] {
            let now = friday_evening();
            let unreadable = sql!(
                "INSERT INTO restaurants (restaurant_id, revision, changed_at, profile)
                 VALUES ($1, 1, $2, '{}')"
            );
            db.write::<_, Error, _>(move |tx| tx.execute(unreadable, &[&id, &now])).await.unwrap();
        }
        for message in story() {
            take_in(&one.browse, &message).await.unwrap();
        }
        let stop = tokio_util::sync::CancellationToken::new();
        let following =
            two.browse.catalogue.clone().follow(db, two.browse.clock.clone(), stop.clone());
        let following = tokio::spawn(following);
        testkit::eventually("the restaurant between them is known", async || {
            two.browse.catalogue.by_slug("trattoria-lupo")
        })
        .await;
        stop.cancel();
        following.await.unwrap();
    });
}
