//! Every command in every state against the table, and histories that chance writes.

use super::*;
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// Ten minutes to answer, fifteen to cook.
const PACE: Pace = Pace { answer_minutes: 10, prep_minutes: 15 };

fn standing(state: State) -> Progress {
    let early = matches!(state, State::Scheduled | State::Placed);
    let ready_at = (!early).then(|| at(900));
    Progress { state, ready_at, ..Progress::place(at(0), PACE, None).0 }
}

fn commands() -> Vec<Command> {
    vec![
        Command::Cancel("too late for us".to_owned()),
        Command::Expire,
        Command::Receive,
        Command::Acknowledge,
        Command::Accept(at(900)),
        Command::Reject(RejectReason::TooBusy),
        Command::Start,
        Command::Delay(at(1500)),
        Command::Finish,
        Command::Recall,
        Command::HandOver,
        Command::Withdraw("the oven went out".to_owned()),
        Command::Release,
        Command::CallOff("it has run out".to_owned()),
    ]
}

/// Every state × every command of `commands`, after the time to answer is over. `.` is refused.
const TABLE: &[(State, [&str; 14])] = &[
    (
        State::Scheduled,
        [
            "cancelled",
            ".",
            "scheduled",
            "scheduled",
            ".",
            "rejected",
            ".",
            ".",
            ".",
            ".",
            ".",
            "cancelled",
            "placed",
            "cancelled",
        ],
    ),
    (
        State::Placed,
        [
            "cancelled",
            "expired",
            "placed",
            "placed",
            "accepted",
            "rejected",
            ".",
            ".",
            ".",
            ".",
            ".",
            "cancelled",
            ".",
            ".",
        ],
    ),
    (
        State::Accepted,
        [
            ".",
            ".",
            "accepted",
            "accepted",
            ".",
            ".",
            "preparing",
            "accepted",
            "ready",
            ".",
            "completed",
            "cancelled",
            ".",
            ".",
        ],
    ),
    (
        State::Preparing,
        [
            ".",
            ".",
            "preparing",
            "preparing",
            ".",
            ".",
            ".",
            "preparing",
            "ready",
            ".",
            "completed",
            "cancelled",
            ".",
            ".",
        ],
    ),
    (
        State::Ready,
        [
            ".",
            ".",
            "ready",
            "ready",
            ".",
            ".",
            ".",
            ".",
            ".",
            "preparing",
            "completed",
            "cancelled",
            ".",
            ".",
        ],
    ),
    (State::Completed, [".", ".", ".", ".", ".", ".", ".", ".", "ready", ".", ".", ".", ".", "."]),
    (State::Rejected, ["."; 14]),
    (State::Expired, ["."; 14]),
    (State::Cancelled, ["."; 14]),
];

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    assert_eq!(TABLE.len(), State::ALL.len());
    for (state, outcomes) in TABLE {
        for (command, outcome) in commands().into_iter().zip(outcomes) {
            let before = standing(*state);
            let after = before.clone().apply(command.clone(), at(700));
            let told = after.as_ref().map_or(".", |(next, _)| next.state.key());
            assert_eq!(told, *outcome, "{command:?} on {state:?}");
            if let Ok((next, change)) = after {
                assert_eq!(next.version, before.version + 1);
                assert_eq!((change.version, change.to), (next.version, next.state));
                assert_eq!(change.from, Some(*state));
            }
        }
    }
}

#[test]
fn nobody_expires_an_order_before_its_time() {
    let placed = standing(State::Placed);
    let early = placed.clone().apply(Command::Expire, at(599));
    assert_eq!(early, Err(Refused::NotYet(at(600))));
    assert!(placed.apply(Command::Expire, at(600)).is_ok());
}

#[test]
fn a_restaurant_answers_within_three_to_fifteen_minutes() {
    for (set, held) in [(0, 3), (3, 3), (10, 10), (15, 15), (600, 15)] {
        assert_eq!(
            Progress::place(at(0), Pace { answer_minutes: set, ..PACE }, None).0.expires_at,
            at(held * 60)
        );
    }
}

#[test]
fn an_order_for_later_waits_until_its_kitchen_has_to_be_asked() {
    let hour = 3600;
    let (order, change) = Progress::place(at(0), PACE, Some(at(2 * hour)));
    assert_eq!((order.state, change.to), (State::Scheduled, State::Scheduled));
    assert_eq!(order.release_at, Some(at(2 * hour - 25 * 60)));
    assert_eq!(order.expires_at, at(2 * hour - 15 * 60));
    for timer in [Command::Release, Command::CallOff(String::new())] {
        let early = order.clone().apply(timer, at(2 * hour - 25 * 60 - 1));
        assert_eq!(early, Err(Refused::NotYet(at(2 * hour - 25 * 60))));
    }
    let (placed, change) = order.clone().apply(Command::Release, at(2 * hour - 25 * 60)).unwrap();
    assert_eq!((placed.state, change.actor), (State::Placed, Actor::System));
    assert_eq!(placed.expires_at, at(2 * hour - 15 * 60), "ten minutes to answer from the release");
    let (late, _) = order.apply(Command::Release, at(2 * hour - 16 * 60)).unwrap();
    assert_eq!(late.expires_at, at(2 * hour - 13 * 60), "three at least");
}

#[test]
fn an_order_for_soon_is_placed_at_once_and_expires_before_it_had_to_be_cooked() {
    for (due, expires) in [(25, 10), (24, 9), (20, 5), (18, 3), (15, 3)] {
        let (order, _) = Progress::place(at(0), PACE, Some(at(due * 60)));
        assert_eq!((order.state, order.release_at), (State::Placed, None), "{due}");
        assert_eq!(order.expires_at, at(expires * 60), "{due}");
    }
}

#[test]
fn a_late_accept_after_expiry_changes_nothing_and_is_told_the_truth() {
    let (expired, _) = standing(State::Placed).apply(Command::Expire, at(600)).unwrap();
    let late = expired.apply(Command::Accept(at(1200)), at(601));
    assert_eq!(late, Err(Refused::Over(State::Expired)));
}

#[test]
fn a_customer_cancels_freely_until_the_kitchen_has_accepted() {
    let (accepted, _) = standing(State::Placed).apply(Command::Accept(at(900)), at(60)).unwrap();
    let late = accepted.apply(Command::Cancel(String::new()), at(61));
    assert_eq!(late, Err(Refused::NeedsTheRestaurant(State::Accepted)));
}

#[test]
fn a_kitchen_is_received_and_acknowledged_once() {
    let (seen, change) = standing(State::Placed).apply(Command::Receive, at(1)).unwrap();
    assert_eq!(change.reason, "received");
    assert_eq!(seen.apply(Command::Receive, at(2)), Err(Refused::OutOfTurn(State::Placed)));
}

#[test]
fn keys_name_their_states() {
    for state in State::ALL {
        assert_eq!(State::from_key(state.key()), Some(*state));
    }
    assert_eq!(State::from_key("eaten"), None);
}

proptest! {
    #[test]
    fn whatever_is_tried_the_history_is_a_legal_path_without_gaps(
        later in prop::option::of(0..7200_i64),
        tries in prop::collection::vec((0..14_usize, 0..120_i64), 0..60)
    ) {
        let (mut order, first) = Progress::place(at(0), PACE, later.map(at));
        let (mut history, mut now) = (vec![first], 0);
        for (which, pause) in tries {
            now += pause;
            let command = commands().swap_remove(which);
            match order.clone().apply(command, at(now)) {
                Ok((next, change)) => {
                    let taken_back = (order.state, next.state) == (State::Completed, State::Ready);
                    prop_assert!(!order.state.is_terminal() || taken_back);
                    order = next;
                    history.push(change);
                }
                Err(Refused::Over(state)) => prop_assert!(state.is_terminal() && state == order.state),
                Err(_) => {}
            }
        }
        for (position, change) in history.iter().enumerate() {
            prop_assert_eq!(change.version as usize, position + 1);
        }
        for pair in history.windows(2) {
            prop_assert_eq!(pair[1].from, Some(pair[0].to));
            prop_assert!(pair[0].at <= pair[1].at);
        }
        prop_assert_eq!(history.last().map(|c| (c.version, c.to)), Some((order.version, order.state)));
        if order.state == State::Expired {
            prop_assert!(history.last().is_some_and(|c| c.at >= order.expires_at));
        }
    }
}
