//! Tickets by their use-cases: once per order, in order, first decision wins, nothing for strangers.

use super::{at, env, facts, furnish, order, person, receive, restaurant_id};
use crate::MIGRATIONS;
use contracts::orderhub::v1::{OrderAnonymised, OrderCancelled, OrderExpired};
use database::Database;
use kernel::{
    Env,
    ids::{EventId, Id, ItemId},
};
use prepstation::{
    domain::ticket::{RejectReason, State},
    store::{
        availability, ticket_history,
        tickets::{self, Ticket},
    },
    usecases::{
        Actor,
        tickets::{
            Act, Refusal, accept::accept_ticket, acknowledge::acknowledge_ticket,
            delay::delay_ticket, end_order, forget_customer::forget_customer,
            hand_over::hand_over_ticket, mark_received::mark_received, ready::ready_ticket,
            recall::recall_ticket, receive_order::receive_order, reject::reject_ticket,
            start::start_ticket,
        },
    },
};
use std::collections::BTreeSet;

pub(super) fn act(ticket: &Ticket) -> Act {
    let actor = Actor::Person(person("cook"));
    Act { ticket: ticket.id, actor, version: ticket.progress.version }
}

type Verb = fn(&mut database::Tx<'_>, &Env, &Act) -> Result<Ticket, Refusal>;

async fn follow(
    db: &Database,
    ticket: &Ticket,
    minute: i64,
    verb: Verb,
) -> Result<Ticket, Refusal> {
    let act = act(ticket);
    db.write(move |tx| verb(tx, &env(minute), &act)).await
}

#[test]
fn an_order_becomes_one_ticket_however_often_its_event_arrives() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let first: EventId = env(0).id();
        let second: EventId = env(0).id();
        for (event, is_new) in [(first, true), (first, false), (second, false)] {
            let order = order("K7Q", 0);
            let got = db.write(move |tx| receive_order(tx, &env(0), "test", event, &order)).await;
            assert_eq!(got.unwrap().is_some(), is_new);
        }
        let open = db.read(|tx| tickets::open(tx, restaurant_id("lupo"))).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].code.as_str(), open[0].progress.version), ("K7Q", 1));
    });
}

#[test]
fn a_ticket_goes_its_way_and_each_step_is_told_once_with_its_version() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let mut ticket = receive(&db, order("K7Q", 0)).await;
        let seq = ticket.board_seq;
        for _ in 0..2 {
            db.write(move |tx| mark_received(tx, &env(0), restaurant_id("lupo"), seq))
                .await
                .unwrap();
        }
        let way: [Verb; 9] = [
            acknowledge_ticket,
            |tx, env, act| accept_ticket(tx, env, act, 20),
            start_ticket,
            |tx, env, act| delay_ticket(tx, env, act, 5),
            ready_ticket,
            recall_ticket,
            ready_ticket,
            hand_over_ticket,
            recall_ticket,
        ];
        for (minute, verb) in (1..).zip(way) {
            let next = follow(&db, &ticket, minute, verb).await.unwrap();
            assert!(next.board_seq > ticket.board_seq);
            ticket = next;
        }
        assert_eq!(ticket.progress.state, State::Ready);
        assert_eq!(ticket.progress.ready_at, Some(at(2 + 25)));
        let told = facts(&db).await;
        let told: Vec<(&str, u64)> = told.iter().map(|(k, v, _)| (k.as_str(), *v)).collect();
        let kinds = [
            ("ticket.created", 1),
            ("ticket.received", 1),
            ("ticket.acknowledged", 2),
            ("ticket.accepted", 3),
            ("ticket.started", 4),
            ("ticket.delayed", 5),
            ("ticket.ready", 6),
            ("ticket.recalled", 7),
            ("ticket.ready", 8),
            ("ticket.handed_over", 9),
            ("ticket.ready", 10),
        ];
        assert_eq!(told, kinds);
        let id = ticket.id;
        let steps = db.read(move |tx| ticket_history::of(tx, id)).await.unwrap();
        let versions: Vec<u32> = steps.iter().map(|step| step.version).collect();
        assert_eq!(versions, (1..=10).collect::<Vec<u32>>());
        assert!(steps.windows(2).all(|pair| pair[0].to == pair[1].from));
    });
}

#[test]
fn of_two_decisions_the_first_wins_and_the_second_sees_the_truth() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let ticket = receive(&db, order("K7Q", 0)).await;
        let accept: Verb = |tx, env, act| accept_ticket(tx, env, act, 15);
        let reject: Verb =
            |tx, env, act| reject_ticket(tx, env, act, RejectReason::TooBusy, &BTreeSet::new());
        let both = tokio::join!(follow(&db, &ticket, 1, accept), follow(&db, &ticket, 1, reject));
        let (won, lost) = match both {
            (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
            other => panic!("one must win: {other:?}"),
        };
        let Refusal::Stale(truth) = lost else { panic!("stale, not {lost:?}") };
        assert_eq!(*truth, won);
        let told: Vec<String> = facts(&db).await.into_iter().map(|(kind, ..)| kind).collect();
        assert_eq!(told.len(), 2, "created and decided once: {told:?}");
    });
}

#[test]
fn rejecting_for_want_of_stock_takes_the_items_off_sale_in_the_same_act() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let ticket = receive(&db, order("K7Q", 0)).await;
        let reject = async |items: &[&str]| {
            let (act, named) = (act(&ticket), items.iter().map(|n| ItemId::from_natural_key(n)));
            let named: BTreeSet<ItemId> = named.collect();
            let reason = RejectReason::OutOfStock;
            db.write(move |tx| reject_ticket(tx, &env(1), &act, reason, &named)).await
        };
        assert!(matches!(reject(&[]).await, Err(Refusal::Invalid("out_of_stock", _))));
        assert!(matches!(reject(&["Lasagne"]).await, Err(Refusal::Invalid("out_of_stock", _))));
        assert_eq!(reject(&["Tiramisù"]).await.unwrap().progress.state, State::Rejected);
        let off = db.read(|tx| availability::off_sale(tx, restaurant_id("lupo"))).await.unwrap();
        assert_eq!(off.0.len(), 1);
        let told: Vec<String> = facts(&db).await.into_iter().map(|(kind, ..)| kind).collect();
        assert_eq!(told, ["ticket.created", "ticket.rejected", "item.availability_changed"]);
    });
}

#[test]
fn what_orderhub_ends_is_over_whatever_the_kitchen_decided() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let accepted = receive(&db, order("K7Q", 0)).await;
        let accepted = follow(&db, &accepted, 1, |tx, env, act| accept_ticket(tx, env, act, 15))
            .await
            .unwrap();
        let waiting = receive(&db, order("M4D", 0)).await;
        let cancelled = end_order::Ended::Cancelled(OrderCancelled {
            order_id: accepted.order_id,
            restaurant_id: accepted.restaurant_id,
            at: at(2),
            reason: "plans changed".to_owned(),
        });
        let expired = end_order::Ended::Expired(OrderExpired {
            order_id: waiting.order_id,
            restaurant_id: waiting.restaurant_id,
            at: at(10),
            reached_a_screen: false,
        });
        for (ended, state) in [(cancelled, State::Cancelled), (expired, State::Expired)] {
            let again = ended.clone();
            let (one, two): (EventId, EventId) = (env(0).id(), env(0).id());
            let end = move |tx: &mut database::Tx<'_>| {
                end_order::end_order(tx, &env(11), "test", one, &ended)
            };
            assert_eq!(db.write(end).await.unwrap().unwrap().progress.state, state);
            let end = move |tx: &mut database::Tx<'_>| {
                end_order::end_order(tx, &env(11), "test", two, &again)
            };
            assert!(db.write(end).await.unwrap().is_none(), "it had ended already");
        }
        let late = follow(&db, &waiting, 12, |tx, env, act| accept_ticket(tx, env, act, 15)).await;
        assert!(matches!(late, Err(Refusal::Stale(_))));
        let open = db.read(|tx| tickets::open(tx, restaurant_id("lupo"))).await.unwrap();
        assert_eq!(open, []);
    });
}

#[test]
fn who_does_not_work_there_learns_nothing_and_who_only_looks_may_not_cook() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let ticket = receive(&db, order("K7Q", 0)).await;
        for (name, forbidden) in [("rival", false), ("stranger", false), ("viewer", true)] {
            let act = Act { actor: Actor::Person(person(name)), ..act(&ticket) };
            let refused = db.write(move |tx| acknowledge_ticket(tx, &env(0), &act)).await;
            match refused {
                Err(Refusal::Forbidden(_)) => assert!(forbidden, "{name}"),
                Err(Refusal::NotFound) => assert!(!forbidden, "{name}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    });
}

#[test]
fn places_on_the_board_rise_in_the_order_of_the_commits_without_a_gap() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let orders = (0..40).map(|n| receive(&db, order(&format!("C{n}"), 0)));
        futures_util::future::join_all(orders).await;
        let changed =
            db.read(|tx| tickets::changed_after(tx, restaurant_id("lupo"), 0, 100)).await.unwrap();
        let places: Vec<i64> = changed.iter().map(|ticket| ticket.board_seq).collect();
        assert_eq!(places, (1..=40).collect::<Vec<i64>>());
    });
}

#[test]
fn a_ticket_forgets_its_customer_when_orderhub_has_and_keeps_what_was_cooked() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        furnish(&db).await;
        let mine = receive(&db, order("K7Q", 0)).await;
        let other = receive(&db, order("M4D", 0)).await;
        for ticket in [&mine, &other] {
            let ended = end_order::Ended::Cancelled(OrderCancelled {
                order_id: ticket.order_id,
                restaurant_id: ticket.restaurant_id,
                at: at(2),
                reason: "Ana is ill".to_owned(),
            });
            let event: EventId = env(0).id();
            let end = move |tx: &mut database::Tx<'_>| {
                end_order::end_order(tx, &env(2), "test", event, &ended)
            };
            db.write(end).await.unwrap().unwrap();
        }
        let fact = OrderAnonymised {
            order_id: mine.order_id,
            restaurant_id: mine.restaurant_id,
            at: at(3),
        };
        let event: EventId = env(0).id();
        for _ in 0..2 {
            let fact = fact.clone();
            let forget =
                move |tx: &mut database::Tx<'_>| forget_customer(tx, &env(3), "test", event, &fact);
            db.write(forget).await.unwrap();
        }
        let read = async |id| {
            db.read(move |tx| {
                let ticket = tickets::by_id(tx, id)?.unwrap();
                Ok::<_, database::Error>((ticket, ticket_history::of(tx, id)?))
            })
            .await
            .unwrap()
        };
        let (ticket, history) = read(mine.id).await;
        let who = [&ticket.customer_name, &ticket.customer_phone, &ticket.reason];
        assert!(who.iter().all(|text| text.is_empty()), "{ticket:?}");
        assert!(ticket.lines.iter().all(|line| line.note.is_empty()));
        assert!(history.iter().all(|step| step.reason.is_empty()));
        assert_eq!((ticket.lines.len(), ticket.total), (mine.lines.len(), mine.total));
        let (ticket, history) = read(other.id).await;
        assert_eq!((ticket.customer_name.as_str(), ticket.reason.as_str()), ("Ana", "Ana is ill"));
        assert_eq!(history[1].reason, "Ana is ill");
    });
}
