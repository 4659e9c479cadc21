//! Orders for later: scheduled at once, asked of the kitchen in time, called off when they cannot be
//! kept; by use-cases on each engine and through the outer door.

use crate::{
    order_usecases::{MIGRATIONS, after, command, follow, later, offer, place, state},
    timers::{Replica, told},
    town::{Place, api_path, id_of, lupo, margherita, menu, order_body, six},
};
use contracts::prepstation::v1;
use database::{Database, Error, sql};
use jiff::SignedDuration;
use kernel::{
    Clock, Currency, ManualClock,
    hours::Week,
    ids::{EventId, Id, OrderId, PersonId},
    menu::Menu,
};
use orderhub::{
    domain::{
        offer::Offer,
        order::{Command, Refused, RejectReason, State},
        pricing::When,
    },
    usecases::erase_person::erase_person,
    usecases::orders::{
        Applied, CancelOrder, MoveRefusal, PlaceOrder, Placed, ReleaseOrder, cancel_order,
        release_order,
    },
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::eventually;

/// Lupo needs 15 minutes to cook and 10 to answer.
fn for_later(key: &str, minutes: i64) -> PlaceOrder {
    let mut command = command(key);
    command.request.when = When::At(later(minutes));
    command
}

async fn schedule(db: &Database, key: &str, minutes: i64) -> Placed {
    let placed = place(db, for_later(key, minutes)).await.unwrap();
    assert_eq!(placed.state, "scheduled");
    placed
}

async fn release(
    db: &Database,
    id: OrderId,
    minute: i64,
    offer: Option<Offer>,
) -> Result<State, MoveRefusal> {
    let command = ReleaseOrder { id, offer: offer.map(Arc::new) };
    let released = db.write(move |tx| release_order(tx, &after(minute), &command)).await?;
    Ok(released.progress.state)
}

/// What was told of orders, in order.
async fn events(db: &Database) -> Vec<String> {
    let kinds = sql!("SELECT kind FROM outbox ORDER BY sequence");
    let rows: Vec<(String,)> = db.read::<_, Error, _>(move |tx| tx.all(kinds, &[])).await.unwrap();
    let short = |(kind,): (String,)| {
        kind.trim_start_matches("comanda.orderhub.").trim_end_matches(".v1").to_owned()
    };
    rows.into_iter().map(short).collect()
}

/// Why an order ended, as its history says.
async fn reason(db: &Database, id: OrderId) -> String {
    let last = sql!("SELECT reason FROM order_history WHERE order_id = $1 ORDER BY version DESC");
    let (reason,): (String,) =
        db.read::<_, Error, _>(move |tx| tx.one(last, &[&id])).await.unwrap();
    reason
}

#[test]
fn an_order_for_later_is_told_at_once_and_asked_in_time() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let placed = schedule(&db, "one", 120).await;
        assert_eq!(placed.expires_at, later(105));
        let early = release(&db, placed.id, 94, Some(offer())).await;
        assert!(matches!(early, Err(MoveRefusal::Refused(Refused::NotYet(at))) if at == later(95)));
        assert_eq!(release(&db, placed.id, 95, Some(offer())).await.unwrap(), State::Placed);
        let again = release(&db, placed.id, 96, Some(offer())).await;
        assert!(matches!(again, Err(MoveRefusal::Refused(_))), "asked once");
        assert_eq!(events(&db).await, ["order.scheduled", "order.placed"]);
        let accepted = follow(&db, placed.id, 3, Command::Accept(later(120))).await.unwrap();
        assert_eq!(accepted, Applied::Moved);
        assert_eq!(state(&db, placed.id).await, ("accepted".to_owned(), 3, 3));
    });
}

#[test]
fn a_scheduled_order_is_cancelled_freely_and_may_be_rejected_early() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let one = schedule(&db, "one", 120).await.id;
        let two = schedule(&db, "two", 120).await.id;
        let cancel = CancelOrder { id: one, reason: String::new() };
        db.write(move |tx| cancel_order(tx, &after(1), &cancel)).await.unwrap();
        follow(&db, two, 2, Command::Reject(RejectReason::TooBusy)).await.unwrap();
        for (id, state) in [(one, State::Cancelled), (two, State::Rejected)] {
            let late = release(&db, id, 95, Some(offer())).await;
            assert!(matches!(late, Err(MoveRefusal::Refused(Refused::Over(is))) if is == state));
        }
        assert_eq!(events(&db).await, ["order.scheduled", "order.scheduled", "order.cancelled"]);
    });
}

#[test]
fn what_cannot_be_kept_is_called_off_with_the_reason_and_a_pause_does_not_break_a_promise() {
    let closed = || {
        let mut offer = offer();
        offer.hours.weekly = Week::default();
        offer
    };
    let sold_out = || {
        let mut menu = menu();
        menu.sections[0].items[0].available = false;
        Offer { menu: Some(Arc::new(menu)), ..offer() }
    };
    let without = || Offer { menu: Some(Arc::new(Menu::empty(Currency::EUR))), ..offer() };
    let cases: [(i64, Option<Offer>, &str); 6] = [
        (95, Some(closed()), "Lupo is closed at that time after all."),
        (95, Some(sold_out()), "Lupo has run out of Margherita."),
        (95, Some(without()), "Lupo has run out of Margherita."),
        (95, Some(Offer { menu: None, ..offer() }), "Lupo has taken its menu down."),
        (95, None, "Lupo takes no orders any more."),
        (120, Some(offer()), "we could not ask Lupo in time."),
    ];
    testkit::on_each_engine(MIGRATIONS, async |db| {
        for (number, (minute, offer, words)) in cases.iter().enumerate() {
            let id = schedule(&db, &format!("case {number}"), 120).await.id;
            let ended = release(&db, id, *minute, offer.clone()).await.unwrap();
            assert_eq!(ended, State::Cancelled, "{words}");
            assert_eq!(reason(&db, id).await, *words);
        }
        let id = schedule(&db, "paused", 120).await.id;
        let paused = Offer { pause: Some((later(180), "rush".to_owned())), ..offer() };
        assert_eq!(release(&db, id, 95, Some(paused)).await.unwrap(), State::Placed);
    });
}

#[test]
fn a_time_soon_is_placed_at_once_and_a_code_stays_with_its_scheduled_order() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let soon = place(&db, for_later("soon", 20)).await.unwrap();
        assert_eq!((soon.state.as_str(), soon.expires_at), ("placed", later(5)));
        let scheduled = schedule(&db, "later", 120).await;
        let taken = db
            .write::<_, Error, _>(move |tx| {
                tx.execute(
                    sql!("UPDATE orders SET code = $1 WHERE id = $2"),
                    &[&scheduled.code, &soon.id],
                )
            })
            .await;
        assert!(matches!(taken, Err(Error::Unique { .. })), "{taken:?}");
    });
}

#[test]
fn two_replicas_release_each_order_once() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let clock = ManualClock::at(six());
        let _replicas = (Replica::start(&db, &clock).await, Replica::start(&db, &clock).await);
        for number in 0..6 {
            schedule(&db, &format!("order {number}"), 120).await;
        }
        clock.advance(Duration::from_secs(95 * 60));
        // These replicas know no restaurant, so that every promise is broken, once.
        eventually("all are called off", async || {
            (told(&db, "cancelled").await == (6, 6)).then_some(())
        })
        .await;
    });
}

fn body_for(instant: jiff::Timestamp) -> Value {
    let mut body = order_body();
    body["when"] = json!(instant);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_an_order_for_later_from_its_quote_to_the_kitchen() {
    let place = Place::open().await;
    let due = place.clock.now() + SignedDuration::from_hours(26);
    let body = body_for(due);
    let (status, quote) = place.post("/api/v1/quotes", None, &body).await;
    assert_eq!((status, &quote["refusals"]), (200, &json!([])), "{quote}");
    assert_eq!(quote["ready"]["earliest"], json!(due));
    let (status, order) = place.post("/api/v1/orders", Some("later"), &body).await;
    assert_eq!((status, &order["state"]), (201, &json!("scheduled")), "{order}");
    let again = place.post("/api/v1/orders", Some("later"), &body).await;
    assert_eq!(again, (201, order.clone()), "the same answer");
    let shown = place.tracked(&order).await;
    assert_eq!((&shown["due_at"], &shown["state"]), (&json!(due), &json!("scheduled")));
    let (_, page) = place.get(&api_path(&order, "").replace("/api/v1", "")).await;
    let page = page.as_str().unwrap();
    assert!(
        page.contains("Order scheduled for tomorrow 20:00.") && page.contains("Cancel this order")
    );
    // The release is due minus the kitchen's minutes to cook and to answer.
    let release: jiff::Timestamp = shown["release_at"].as_str().unwrap().parse().unwrap();
    place.clock.set(release);
    let placed = place.until_state(&order, "placed").await;
    assert_eq!(placed["history"][1]["actor"], "system");
    let ticket = place.ticket(id_of(&order));
    place.tell(3, v1::TicketAccepted { ticket, ready_at: due }).await;
    place.until_state(&order, "accepted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dish_that_has_run_out_until_the_release_is_told_plainly() {
    let place = Place::open().await;
    let due = place.clock.now() + SignedDuration::from_hours(2);
    let (status, order) = place.post("/api/v1/orders", Some("later"), &body_for(due)).await;
    assert_eq!(status, 201, "{order}");
    let (restaurant_id, what) = (lupo(), v1::OnSale::Item(margherita()));
    place
        .tell(2, v1::ItemAvailabilityChanged { restaurant_id, what, available: false, until: None })
        .await;
    eventually("the dish is gone", async || {
        let (_, quote) = place.post("/api/v1/quotes", None, &order_body()).await;
        (quote["refusals"] != json!([])).then_some(())
    })
    .await;
    place.clock.set(due - SignedDuration::from_mins(60));
    let release: jiff::Timestamp =
        place.tracked(&order).await["release_at"].as_str().unwrap().parse().unwrap();
    place.clock.set(release);
    let ended = place.until_state(&order, "cancelled").await;
    assert_eq!(ended["history"][1]["actor"], "system");
    let (_, page) = place.get(&api_path(&order, "").replace("/api/v1", "")).await;
    assert!(page.as_str().unwrap().contains("we had to cancel your order"), "{page}");
    assert!(page.as_str().unwrap().contains("has run out of Margherita."));
}

#[test]
fn an_erased_persons_order_for_later_is_cancelled_and_the_kitchen_is_told() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let person = PersonId::from_natural_key("ana");
        let mine = PlaceOrder { person: Some(person), ..for_later("mine", 120) };
        let mine = place(&db, mine).await.unwrap().id;
        let guests = schedule(&db, "guest", 120).await.id;
        let event = EventId::from_natural_key("erased");
        db.write(move |tx| erase_person(tx, &after(1), event, person)).await.unwrap();
        assert_eq!(state(&db, mine).await.0, "cancelled");
        assert_eq!(state(&db, guests).await.0, "scheduled");
        let told = ["order.scheduled", "order.scheduled", "order.cancelled", "order.anonymised"];
        assert_eq!(events(&db).await, told);
        let late = release(&db, mine, 95, Some(offer())).await;
        assert!(matches!(late, Err(MoveRefusal::Refused(Refused::Over(State::Cancelled)))));
    });
}
