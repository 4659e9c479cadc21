//! Every command in every state against the table, and histories that chance writes.

use super::*;
use proptest::prelude::*;
use transitions::{Command as C, Refusal};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + seconds).unwrap()
}

fn in_state(state: State) -> Progress {
    let accepted = !state.awaits_answer() && state != State::Scheduled;
    Progress {
        state,
        version: 5,
        since: at(0),
        expires_at: at(600),
        accepted_at: accepted.then(|| at(0)),
        ready_at: accepted.then(|| at(900)),
    }
}

const COMMANDS: [C; 12] = [
    C::Acknowledge,
    C::Accept { ready_in_minutes: 15 },
    C::Reject,
    C::Start,
    C::Delay { minutes: 5 },
    C::Ready,
    C::Recall,
    C::HandOver,
    C::Cancel,
    C::OrderCancelled,
    C::OrderExpired,
    C::OrderPlaced { expires_at: Timestamp::UNIX_EPOCH },
];

/// The table of the design: for each state the place after each of [`COMMANDS`]; `None` refuses.
fn table(state: State) -> [Option<State>; 12] {
    use State::{
        Accepted, Acknowledged, Cancelled, Expired, HandedOver, New, Preparing, Ready, Rejected,
        Scheduled,
    };
    let (x, gone, over) = (None, Some(Cancelled), Some(Expired));
    match state {
        Scheduled => [x, x, Some(Rejected), x, x, x, x, x, x, gone, over, Some(New)],
        New => {
            [Some(Acknowledged), Some(Accepted), Some(Rejected), x, x, x, x, x, x, gone, over, x]
        }
        Acknowledged => [x, Some(Accepted), Some(Rejected), x, x, x, x, x, x, gone, over, x],
        Accepted => [x, x, x, Some(Preparing), Some(Accepted), x, x, x, gone, gone, over, x],
        Preparing => [x, x, x, x, Some(Preparing), Some(Ready), x, x, gone, gone, over, x],
        Ready => [x, x, x, x, x, x, Some(Preparing), Some(HandedOver), x, gone, over, x],
        HandedOver => [x, x, x, x, x, x, Some(Ready), x, x, x, x, x],
        Rejected | Cancelled | Expired => [None; 12],
    }
}

#[test]
fn every_command_from_every_state_leads_where_the_table_says() {
    for state in State::ALL {
        for (command, expected) in COMMANDS.into_iter().zip(table(state)) {
            let before = in_state(state);
            let followed = before.follow(command, at(10));
            match expected {
                None => {
                    assert_eq!(followed, Err(Refusal::NotNow { state }), "{state:?} {command:?}")
                }
                Some(expected) => {
                    let (after, _) = followed.unwrap();
                    assert_eq!(after.state, expected, "{state:?} {command:?}");
                    assert_eq!(after.version, before.version + 1, "{state:?} {command:?}");
                }
            }
        }
    }
}

#[test]
fn accepting_promises_a_time_and_the_timer_begins() {
    let (after, event) =
        in_state(State::New).follow(C::Accept { ready_in_minutes: 20 }, at(30)).unwrap();
    assert_eq!(event, Event::Accepted { ready_at: at(30 + 20 * 60) });
    assert_eq!((after.accepted_at, after.ready_at), (Some(at(30)), Some(at(30 + 20 * 60))));
}

#[test]
fn accepting_at_the_expiry_or_later_is_too_late() {
    let ticket = in_state(State::New);
    let accept = C::Accept { ready_in_minutes: 20 };
    assert!(ticket.follow(accept, at(599)).is_ok());
    assert_eq!(ticket.follow(accept, at(600)), Err(Refusal::TooLate));
}

#[test]
fn the_time_to_answer_a_scheduled_order_counts_from_its_release() {
    let released = C::OrderPlaced { expires_at: at(5000) };
    let (ticket, _) = in_state(State::Scheduled).follow(released, at(4400)).unwrap();
    assert_eq!((ticket.since, ticket.expires_at), (at(4400), at(5000)));
    let accept = C::Accept { ready_in_minutes: 20 };
    assert!(ticket.follow(accept, at(4999)).is_ok());
    assert_eq!(ticket.follow(accept, at(5000)), Err(Refusal::TooLate));
}

#[test]
fn minutes_out_of_bounds_are_refused() {
    for count in [0, MOST_MINUTES + 1, u32::MAX] {
        let accept = C::Accept { ready_in_minutes: count };
        assert_eq!(in_state(State::New).follow(accept, at(1)), Err(Refusal::Minutes));
        let delay = C::Delay { minutes: count };
        assert_eq!(in_state(State::Preparing).follow(delay, at(1)), Err(Refusal::Minutes));
    }
}

#[test]
fn a_delay_moves_the_promise_on_and_never_into_the_past() {
    let promise = |now| {
        let (after, _) = in_state(State::Preparing).follow(C::Delay { minutes: 5 }, now).unwrap();
        assert_eq!(after.since, at(0), "its place on the board stays");
        after.ready_at.unwrap()
    };
    assert_eq!(promise(at(10)), at(900 + 300));
    assert_eq!(promise(at(2000)), at(2000 + 300));
}

#[test]
fn what_was_bumped_can_be_taken_back_for_ten_minutes() {
    for (state, back, event) in [
        (State::Ready, State::Preparing, Event::Recalled),
        (State::HandedOver, State::Ready, Event::Ready),
    ] {
        let (after, heard) = in_state(state).follow(C::Recall, at(600)).unwrap();
        assert_eq!((after.state, heard), (back, event));
        assert_eq!(in_state(state).follow(C::Recall, at(601)), Err(Refusal::TooLongAgo));
    }
}

#[test]
fn the_pace_changes_at_seventy_and_at_a_hundred_percent() {
    let at_percent = |percent: i64| pace(at(0), at(1000), at(percent * 10));
    assert_eq!(at_percent(0), Pace::InTime);
    assert_eq!(at_percent(69), Pace::InTime);
    assert_eq!(at_percent(70), Pace::Soon);
    assert_eq!(at_percent(100), Pace::Soon);
    assert_eq!(at_percent(101), Pace::Late);
    assert_eq!(pace(at(0), at(0), at(1)), Pace::Late);
}

proptest! {
    #[test]
    fn versions_have_no_gaps_and_what_is_final_stays(later in any::<bool>(), steps in prop::collection::vec((0_usize..12, 0_i64..400), 1..60)) {
        let state = if later { State::Scheduled } else { State::New };
        let mut ticket = Progress::begin(state, at(0), at(600));
        let mut now = 0;
        for (command, seconds) in steps {
            now += seconds;
            let before = ticket;
            match ticket.follow(COMMANDS[command], at(now)) {
                Ok((after, _)) => {
                    prop_assert!(!before.state.is_final());
                    prop_assert_eq!(after.version, before.version + 1);
                    prop_assert!(after.since >= before.since);
                    prop_assert_eq!(after.accepted_at.is_some(), after.ready_at.is_some());
                    ticket = after;
                }
                Err(_) => prop_assert_eq!(ticket, before),
            }
        }
    }
}
