//! Orders for later on the board: known at once, silent until their time, then like any other.

use super::{House, at, env, facts, furnish, order, receive, restaurant_id, tickets::act};
use crate::MIGRATIONS;
use contracts::orderhub::v1::{OrderCancelled, OrderPlaced};
use database::Database;
use kernel::ids::EventId;
use prepstation::{
    domain::ticket::{RejectReason, State},
    store::tickets::{self, Ticket},
    usecases::tickets::{
        accept::accept_ticket,
        end_order::{Ended, end_order},
        mark_received::mark_received,
        receive_order::{receive_order, receive_scheduled},
        reject::reject_ticket,
    },
};
use std::collections::BTreeSet;

/// Placed at minute 0 and wanted two hours later: asked at 95, given up at 105.
fn for_later(code: &str) -> OrderPlaced {
    OrderPlaced { due_at: Some(at(120)), expires_at: at(105), ..order(code, 0) }
}

async fn schedule(db: &Database, code: &str) -> Ticket {
    let (event, order): (EventId, _) = (env(0).id(), for_later(code));
    let receive = move |tx: &mut database::Tx<'_>| {
        let first = receive_scheduled(tx, &env(0), "test", event, &order)?;
        assert_eq!(receive_scheduled(tx, &env(0), "test", event, &order)?, None, "once");
        Ok::<_, prepstation::usecases::tickets::Refusal>(first)
    };
    db.write(receive).await.unwrap().unwrap()
}

async fn release(db: &Database, code: &str) -> Option<Ticket> {
    let (event, order): (EventId, _) = (env(0).id(), for_later(code));
    db.write(move |tx| receive_order(tx, &env(95), "test", event, &order)).await.unwrap()
}

#[test]
fn a_scheduled_order_is_known_at_once_and_rings_when_its_time_has_come() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let ticket = schedule(&db, "K7Q").await;
        assert_eq!(ticket.progress.state, State::Scheduled);
        let seq = ticket.board_seq;
        let shown =
            move |tx: &mut database::Tx<'_>| mark_received(tx, &env(1), restaurant_id("lupo"), seq);
        db.write(shown).await.unwrap();
        let received = facts(&db).await.into_iter().filter(|(kind, ..)| kind == "ticket.received");
        assert_eq!(received.count(), 0, "nothing is told of a screen that does not ring yet");
        let early = act(&ticket);
        let accept = db.write(move |tx| accept_ticket(tx, &env(2), &early, 20)).await;
        assert!(accept.is_err(), "it is not asked yet");
        let rings = release(&db, "K7Q").await.unwrap();
        assert_eq!((rings.id, rings.progress.state), (ticket.id, State::New));
        assert!(rings.board_seq > ticket.board_seq);
        assert_eq!(rings.progress.expires_at, at(105));
        assert_eq!(release(&db, "K7Q").await, None, "it rings already");
        let now = act(&rings);
        let accepted = db.write(move |tx| accept_ticket(tx, &env(96), &now, 24)).await.unwrap();
        assert_eq!(accepted.progress.ready_at, Some(at(120)));
    });
}

#[test]
fn a_kitchen_rejects_early_and_the_release_changes_nothing() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let reject = act(&schedule(&db, "K7Q").await);
        let rejected = db
            .write(move |tx| {
                reject_ticket(tx, &env(5), &reject, RejectReason::TooBusy, &BTreeSet::new())
            })
            .await
            .unwrap();
        assert_eq!(rejected.progress.state, State::Rejected);
        let told: Vec<String> = facts(&db).await.into_iter().map(|(kind, ..)| kind).collect();
        assert_eq!(told, ["ticket.created", "ticket.rejected"], "orderhub is told");
        assert_eq!(release(&db, "K7Q").await, None);
    });
}

#[test]
fn a_scheduled_order_that_orderhub_ends_leaves_the_board_and_its_late_event_makes_no_ticket_of_it()
{
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let ticket = schedule(&db, "K7Q").await;
        let ended = Ended::Cancelled(OrderCancelled {
            order_id: ticket.order_id,
            restaurant_id: ticket.restaurant_id,
            at: at(5),
            reason: String::new(),
        });
        let event: EventId = env(0).id();
        db.write(move |tx| end_order(tx, &env(5), "test", event, &ended)).await.unwrap().unwrap();
        let again: EventId = env(0).id();
        let order = for_later("K7Q");
        let late = db.write(move |tx| receive_scheduled(tx, &env(6), "test", again, &order)).await;
        assert_eq!(late.unwrap(), None);
        assert_eq!(db.read(|tx| tickets::open(tx, restaurant_id("lupo"))).await.unwrap(), []);
    });
}

#[test]
fn the_board_is_in_the_order_in_which_orders_are_wanted() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        schedule(&db, "DUE120").await;
        receive(&db, order("AT90", 90)).await;
        receive(&db, order("AT130", 130)).await;
        release(&db, "DUE120").await.unwrap();
        let open = db.read(|tx| tickets::open(tx, restaurant_id("lupo"))).await.unwrap();
        let codes: Vec<&str> = open.iter().map(|ticket| ticket.code.as_str()).collect();
        assert_eq!(codes, ["AT90", "DUE120", "AT130"]);
    });
}

#[test]
fn the_page_says_for_when_it_is_and_when_it_will_ring() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        schedule(house.database(), "K7Q").await;
        let board = house.get("cook", "/r/lupo/board").await.text().await.unwrap();
        assert!(board.contains("data-column=\"later\"") && board.contains("for 22:00"), "{board}");
        assert!(board.contains("Reject") && !board.contains("Accept"));
    });
}
