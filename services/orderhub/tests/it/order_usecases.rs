//! Placing, cancelling, expiring and following orders, on each engine.

use crate::town::{large, lupo, margherita, menu, six};
use database::{Database, Error, sql};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Currency, Env, Random,
    hours::{OpeningHours, Week, Zone},
    ids::{EventId, Id, OrderId, PersonId},
    menu::Menu,
};
use orderhub::{
    domain::{
        contact::Contact,
        offer::{Offer, Seller},
        order::{Command, Refused, RejectReason, State},
        pricing::{IfUnavailable, QuoteRequest, RequestedLine, RequestedOption},
    },
    usecases::erase_person::{erase_person, forget_ended_orders, forget_old_guests},
    usecases::orders::{
        Applied, CancelOrder, MoveRefusal, PlaceOrder, PlaceRefusal, Placed, TicketEvent,
        apply_ticket_event, cancel_order, expire_order, place_order,
    },
};
use std::sync::Arc;

pub(crate) const MIGRATIONS: &[database::Migrations] = &[outbox::MIGRATIONS, orderhub::MIGRATIONS];

pub(crate) fn after(minutes: i64) -> Env {
    Env::new(later(minutes), Random::system())
}

pub(crate) fn later(minutes: i64) -> Timestamp {
    six() + SignedDuration::from_mins(minutes)
}

pub(crate) fn offer() -> Offer {
    let zone = Zone::utc();
    Offer {
        seller: Seller {
            id: lupo(),
            slug: "lupo".to_owned(),
            name: "Lupo".to_owned(),
            address: "Linzer Gasse 12".to_owned(),
            phone: "+43 662 5550100".to_owned(),
            zone: zone.clone(),
        },
        menu: Some(Arc::new(menu())),
        empty_menu: Menu::empty(Currency::EUR),
        hours: OpeningHours::new(zone, Week::around_the_clock()),
        pause: None,
        pickup: true,
        delivery: None,
        prep_minutes: 15,
        busy: None,
        answer_minutes: 10,
    }
}

pub(crate) fn command(key: &str) -> PlaceOrder {
    let line = RequestedLine {
        item_id: margherita(),
        quantity: 2,
        options: vec![RequestedOption { option_id: large(), quantity: 1 }],
        note: "well done".to_owned(),
        if_unavailable: IfUnavailable::Call,
    };
    PlaceOrder {
        scope: "guest".to_owned(),
        key: key.to_owned(),
        body_hash: [1; 32],
        person: None,
        offer: Some(Arc::new(offer())),
        request: QuoteRequest { lines: vec![line], ..QuoteRequest::default() },
        contact: Contact {
            name: " Ana ".to_owned(),
            phone: "+43 662 5550100".to_owned(),
            email: None,
        },
        agreed_total: None,
        cart: None,
    }
}

/// As the service does: a race for the code or the key is run again.
pub(crate) async fn place(db: &Database, command: PlaceOrder) -> Result<Placed, PlaceRefusal> {
    for _ in 0..5 {
        let command = command.clone();
        match db.write(move |tx| place_order(tx, &after(0), &command)).await {
            Err(refusal) if refusal.is_race() => {}
            placed => return placed,
        }
    }
    panic!("five races in a row");
}

pub(crate) async fn follow(
    db: &Database,
    order: OrderId,
    version: u64,
    command: Command,
) -> Result<Applied, MoveRefusal> {
    let event = EventId::from_natural_key(&format!("{order}-{version}-{command:?}"));
    let fact = TicketEvent { event, order, ticket_version: version, command, out_of_stock: vec![] };
    db.write(move |tx| apply_ticket_event(tx, &after(1), &fact)).await
}

/// Orders, entries of history, events on their way out.
async fn counts(db: &Database) -> (i64, i64, i64) {
    let counts = sql!(
        "SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM order_history),
         (SELECT COUNT(*) FROM outbox)"
    );
    db.read::<_, Error, _>(move |tx| tx.one(counts, &[])).await.unwrap()
}

pub(crate) async fn state(db: &Database, id: OrderId) -> (String, i64, i64) {
    db.read::<_, Error, _>(move |tx| {
        tx.one(sql!("SELECT state, version, ticket_version FROM orders WHERE id = $1"), &[&id])
    })
    .await
    .unwrap()
}

#[test]
fn the_same_key_a_hundred_times_at_once_is_one_order() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let answers = join_all((0..100).map(|_| place(&db, command("one")))).await;
        let first = answers[0].as_ref().unwrap();
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap() == first));
        assert_eq!(counts(&db).await, (1, 1, 1));
    });
}

#[test]
fn a_key_with_another_body_is_refused_and_the_first_order_stays() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let first = place(&db, command("one")).await.unwrap();
        let other = PlaceOrder { body_hash: [2; 32], ..command("one") };
        assert!(matches!(place(&db, other).await, Err(PlaceRefusal::KeyReused)));
        // Even when the restaurant has gone meanwhile, the first answer is repeated.
        let gone = PlaceOrder { offer: None, ..command("one") };
        assert_eq!(place(&db, gone).await.unwrap(), first);
        assert_eq!(counts(&db).await, (1, 1, 1));
    });
}

#[test]
fn open_orders_of_a_kitchen_have_different_codes() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let keys: Vec<String> = (0..200).map(|number| format!("key {number}")).collect();
        let placed = join_all(keys.iter().map(|key| place(&db, command(key)))).await;
        let mut codes: Vec<String> =
            placed.into_iter().map(|placed| placed.unwrap().code).collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), 200);
        assert_eq!(counts(&db).await, (200, 200, 200));
    });
}

#[test]
fn what_stands_in_the_way_is_told_whole_and_nothing_is_written() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let mut bad = command("bad");
        bad.contact.phone = "none".to_owned();
        bad.request.lines[0].quantity = 0;
        let Err(PlaceRefusal::Refused(refusals)) = place(&db, bad).await else { panic!() };
        let codes: Vec<_> = refusals.iter().map(|refusal| refusal.code).collect();
        assert_eq!(codes, ["quantity_out_of_bounds", "phone_invalid"]);
        let mut dearer = command("dearer");
        dearer.agreed_total = Some(kernel::Money::new(1, Currency::EUR));
        let Err(PlaceRefusal::PriceChanged(quote)) = place(&db, dearer).await else { panic!() };
        assert_eq!(quote.total.minor, 2560);
        assert_eq!(counts(&db).await, (0, 0, 0));
    });
}

#[test]
fn a_customer_cancels_until_the_kitchen_accepts_and_the_first_decision_wins() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let one = place(&db, command("one")).await.unwrap().id;
        let two = place(&db, command("two")).await.unwrap().id;
        let cancel = |id| {
            move |tx: &mut database::Tx<'_>| {
                cancel_order(tx, &after(2), &CancelOrder { id, reason: String::new() })
            }
        };
        let cancelled = db.write(cancel(one)).await.unwrap();
        assert_eq!(cancelled.progress.state, State::Cancelled);
        assert_eq!(
            follow(&db, one, 1, Command::Accept(later(20))).await.unwrap(),
            Applied::Ignored
        );
        assert_eq!(state(&db, one).await, ("cancelled".to_owned(), 2, 1));

        assert_eq!(follow(&db, two, 1, Command::Accept(later(20))).await.unwrap(), Applied::Moved);
        let late = db.write(cancel(two)).await;
        let refused = Refused::NeedsTheRestaurant(State::Accepted);
        assert!(matches!(late, Err(MoveRefusal::Refused(why)) if why == refused));
        // Placed twice, cancelled once; the kitchen's own facts are not echoed.
        assert_eq!(counts(&db).await, (2, 4, 3));
    });
}

#[test]
fn an_order_expires_at_its_time_and_a_late_accept_changes_nothing() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let id = place(&db, command("one")).await.unwrap().id;
        let early = db.write(move |tx| expire_order(tx, &after(9), id)).await;
        assert!(matches!(early, Err(MoveRefusal::Refused(Refused::NotYet(_)))));
        let expired = db.write(move |tx| expire_order(tx, &after(10), id)).await.unwrap();
        assert_eq!(expired.progress.state, State::Expired);
        let late = follow(&db, id, 2, Command::Accept(later(30))).await.unwrap();
        assert_eq!(late, Applied::Ignored);
        assert_eq!(state(&db, id).await, ("expired".to_owned(), 2, 2));
    });
}

#[test]
fn the_kitchens_facts_move_the_order_once_and_in_their_order() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let id = place(&db, command("one")).await.unwrap().id;
        let facts = [
            Command::Receive,
            Command::Acknowledge,
            Command::Accept(later(20)),
            Command::Start,
            Command::Finish,
            Command::Recall,
            Command::Finish,
            Command::HandOver,
        ];
        for (version, command) in (1..).zip(facts) {
            let moved = follow(&db, id, version, command.clone()).await.unwrap();
            assert_eq!(moved, Applied::Moved, "{command:?}");
            let again = follow(&db, id, version, command).await.unwrap();
            assert_eq!(again, Applied::Ignored, "the inbox knows it");
        }
        let old = follow(&db, id, 3, Command::Reject(RejectReason::Other)).await.unwrap();
        assert_eq!(old, Applied::Ignored, "an old version of the ticket");
        assert_eq!(state(&db, id).await, ("completed".to_owned(), 9, 8));
    });
}

#[test]
fn a_fact_that_overtook_another_waits_for_it() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let id = place(&db, command("one")).await.unwrap().id;
        let early = follow(&db, id, 3, Command::Start).await;
        assert!(matches!(early, Err(MoveRefusal::Gap)));
        follow(&db, id, 2, Command::Accept(later(20))).await.unwrap();
        assert_eq!(follow(&db, id, 3, Command::Start).await.unwrap(), Applied::Moved);
        let unknown = follow(&db, OrderId::from_natural_key("?"), 1, Command::Receive).await;
        assert!(matches!(unknown, Err(MoveRefusal::Unknown)));
    });
}

#[test]
fn of_an_accept_and_a_cancellation_at_the_same_moment_one_wins() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        for round in 0..20 {
            let id = place(&db, command(&format!("round {round}"))).await.unwrap().id;
            let cancel = db.write(move |tx| {
                cancel_order(tx, &after(1), &CancelOrder { id, reason: String::new() })
            });
            let accept = follow(&db, id, 1, Command::Accept(later(20)));
            let (cancelled, accepted) = tokio::join!(cancel, accept);
            let won = (cancelled.is_ok(), accepted.unwrap() == Applied::Moved);
            assert!(won == (true, false) || won == (false, true), "{won:?}");
        }
    });
}

#[test]
fn a_hand_over_that_is_taken_back_puts_the_order_on_the_counter_again() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let id = place(&db, command("back")).await.unwrap().id;
        let way = [Command::Accept(later(20)), Command::Finish, Command::HandOver];
        for (version, command) in (1..).zip(way) {
            assert_eq!(follow(&db, id, version, command).await.unwrap(), Applied::Moved);
        }
        assert_eq!(state(&db, id).await, ("completed".to_owned(), 4, 3));
        assert_eq!(follow(&db, id, 4, Command::Finish).await.unwrap(), Applied::Moved);
        assert_eq!(state(&db, id).await, ("ready".to_owned(), 5, 4));
        assert_eq!(follow(&db, id, 5, Command::HandOver).await.unwrap(), Applied::Moved);
        assert_eq!(state(&db, id).await, ("completed".to_owned(), 6, 5));
    });
}

#[test]
fn an_acceptance_that_crosses_the_customers_cancellation_changes_nothing() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let id = place(&db, command("cross")).await.unwrap().id;
        let cancel = CancelOrder { id, reason: String::new() };
        db.write(move |tx| cancel_order(tx, &after(1), &cancel)).await.unwrap();
        let late = follow(&db, id, 2, Command::Accept(later(20))).await.unwrap();
        assert_eq!(late, Applied::Ignored);
        assert_eq!(state(&db, id).await, ("cancelled".to_owned(), 2, 2));
    });
}

/// Name, telephone and owner of an order.
async fn who(db: &Database, id: OrderId) -> (String, Option<PersonId>) {
    db.read::<_, Error, _>(move |tx| {
        tx.one(sql!("SELECT contact, person_id FROM orders WHERE id = $1"), &[&id])
    })
    .await
    .unwrap()
}

/// Rows that hold the customer's own words about an order.
async fn words(db: &Database, id: OrderId) -> i64 {
    let found = sql!(
        "SELECT (SELECT COUNT(*) FROM orders WHERE id = $1 AND document LIKE '%well done%')
         + (SELECT COUNT(*) FROM order_history WHERE order_id = $1 AND reason LIKE '%Ana%')"
    );
    let (count,): (i64,) = db.read::<_, Error, _>(move |tx| tx.one(found, &[&id])).await.unwrap();
    count
}

/// How often the kitchen was told that a customer is forgotten.
async fn anonymised(db: &Database) -> i64 {
    let told =
        sql!("SELECT COUNT(*) FROM outbox WHERE kind = 'comanda.orderhub.order.anonymised.v1'");
    let (count,): (i64,) = db.read::<_, Error, _>(move |tx| tx.one(told, &[])).await.unwrap();
    count
}

#[test]
fn an_erased_persons_orders_lose_their_name_as_soon_as_they_are_over() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let person = PersonId::from_natural_key("ana");
        let mine = |key: &str| PlaceOrder { person: Some(person), ..command(key) };
        let (over, open) = (place(&db, mine("over")).await, place(&db, mine("open")).await);
        let (over, open) = (over.unwrap().id, open.unwrap().id);
        let guest = place(&db, command("guest")).await.unwrap().id;
        follow(&db, guest, 1, Command::Reject(RejectReason::TooBusy)).await.unwrap();
        let cancel = CancelOrder { id: over, reason: "Ana is ill".to_owned() };
        db.write(move |tx| cancel_order(tx, &after(1), &cancel)).await.unwrap();
        let event = EventId::from_natural_key("erased");
        db.write(move |tx| erase_person(tx, &after(2), event, person)).await.unwrap();
        assert_eq!(who(&db, over).await, (r#"{"name":"","phone":""}"#.to_owned(), None));
        assert_eq!(words(&db, over).await, 0, "neither notes nor reasons are left");
        assert_eq!(anonymised(&db).await, 1);
        let (contact, owner) = who(&db, open).await;
        assert!(contact.contains("Ana") && owner == Some(person), "{contact}");
        follow(&db, open, 1, Command::Reject(RejectReason::TooBusy)).await.unwrap();
        assert_eq!(db.write(|tx| forget_ended_orders(tx, &after(3))).await.unwrap(), 1);
        assert_eq!(who(&db, open).await, (r#"{"name":"","phone":""}"#.to_owned(), None));
        assert_eq!(anonymised(&db).await, 2, "the kitchen is told of each order");
        assert!(who(&db, guest).await.0.contains("Ana"));
        assert_eq!(words(&db, guest).await, 1);
        let forgotten = forgotten_events(&db).await;
        assert_eq!(forgotten, [over, open, over].map(|id| id.to_string()), "with the cancellation");
    });
}

/// The orders whose personal events are to leave the outbox and the broker, in the order of telling.
async fn forgotten_events(db: &Database) -> Vec<String> {
    let rows: Vec<(String,)> = db
        .read(|tx| {
            tx.all(sql!("SELECT subject FROM outbox WHERE forgotten ORDER BY sequence"), &[])
        })
        .await
        .map_err(|error: database::Error| error)
        .unwrap();
    rows.into_iter().map(|(subject,)| subject).collect()
}

#[test]
fn a_guest_is_forgotten_ninety_days_after_the_order_and_the_note_of_the_erased_with_their_last_order()
 {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        const DAY: i64 = 24 * 60;
        let person = PersonId::from_natural_key("ana");
        let event = EventId::from_natural_key("erased");
        db.write(move |tx| erase_person(tx, &after(0), event, person)).await.unwrap();
        let over = place(&db, command("over")).await.unwrap().id;
        follow(&db, over, 1, Command::Reject(RejectReason::TooBusy)).await.unwrap();
        let open = place(&db, command("open")).await.unwrap().id;
        let forget = async |days| {
            db.write(move |tx| forget_old_guests(tx, &after(days * DAY))).await.unwrap()
        };
        assert_eq!(forget(89).await, 0);
        assert!(who(&db, over).await.0.contains("Ana"));
        assert_eq!(forget(91).await, 1);
        assert_eq!(who(&db, over).await, (r#"{"name":"","phone":""}"#.to_owned(), None));
        assert!(who(&db, open).await.0.contains("Ana"), "what is under way is not touched");
        assert_eq!(forgotten_events(&db).await, [over.to_string()]);
        let noted = |tx: &mut database::Tx<'_>| {
            tx.one::<(i64,)>(sql!("SELECT COUNT(*) FROM erased_people"), &[])
        };
        let noted: Result<(i64,), database::Error> = db.read(noted).await;
        assert_eq!(noted.unwrap().0, 0);
    });
}
