//! A ticket with the buttons that fit its state.

use crate::{
    domain::{
        restaurant::Restaurant,
        ticket::{MOST_MINUTES, Pace, State, pace},
    },
    store::tickets::Ticket,
};
use contracts::orderhub::v1::PlacedLine;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use web::components::kitchen::{Age, Ticket as Slip, TicketLine, minutes};

/// The promises that one tap gives.
const PROMISES: [u32; 4] = [10, 15, 20, 30];
/// Minutes of the one delay button.
const DELAY: u32 = 5;

/// The column that a state stands in.
pub(super) const fn column_of(state: State) -> Option<&'static str> {
    match state {
        State::Scheduled => Some("later"),
        State::New | State::Acknowledged => Some("new"),
        State::Accepted | State::Preparing => Some("doing"),
        State::Ready => Some("ready"),
        State::HandedOver | State::Rejected | State::Cancelled | State::Expired => None,
    }
}

/// Wall-clock time at the restaurant: `19:40`.
pub(crate) fn at_local_time(restaurant: &Restaurant, at: Timestamp) -> String {
    at.to_zoned(restaurant.hours.zone.rules().clone()).strftime("%H:%M").to_string()
}

/// The ticket in its slot. The slot says where it belongs: column, order among others, version.
pub(super) fn slot(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> Markup {
    let progress = &ticket.progress;
    // An order that rang and ended elsewhere stays, struck through, until somebody has seen that.
    let column = column_of(progress.state);
    let rang = ticket.received_at.is_some();
    let ended = rang && matches!(progress.state, State::Cancelled | State::Expired);
    let place = column.unwrap_or(if ended { "stopped" } else { "gone" });
    html! {
        div.ticket-slot id={ "slot-" (ticket.id) } data-ticket=(ticket.id) data-column=(place)
            data-state=(progress.state.key()) data-version=(progress.version)
            data-order=(ticket.due_at.unwrap_or(ticket.placed_at).as_millisecond()) {
            @if column.is_some() || ended { (article(restaurant, ticket, now)) }
        }
    }
}

fn article(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> Markup {
    let progress = &ticket.progress;
    let (since, due) = span(restaurant, ticket);
    let waits = progress.state == State::Scheduled;
    let timer = if waits {
        time_of(restaurant, release_at(restaurant, ticket), now)
    } else {
        elapsed(since, now)
    };
    let age = due.map_or(Age::InTime, |due| match pace(since, due, now) {
        Pace::InTime => Age::InTime,
        Pace::Soon => Age::Soon,
        Pace::Late => Age::Late,
    });
    let options: Vec<Vec<String>> = ticket.lines.iter().map(options).collect();
    let options: Vec<Vec<&str>> =
        options.iter().map(|list| list.iter().map(String::as_str).collect()).collect();
    let lines = ticket.lines.iter().zip(&options).map(|(line, options)| TicketLine {
        quantity: line.quantity,
        name: &line.name,
        options,
        note: &line.note,
        struck: false,
    });
    let id = format!("t-{}", ticket.id);
    let slip = Slip {
        id: &id,
        code: &ticket.code,
        version: progress.version.into(),
        is_new: progress.state == State::New,
        age,
        timer: &timer,
        since_ms: (!waits).then(|| since.as_millisecond()),
        due_ms: due.map(Timestamp::as_millisecond),
        line: &headline(restaurant, ticket, now),
        lines: &lines.collect::<Vec<_>>(),
        note: "",
        allergy: allergy(&ticket.lines),
        stopped: stopped(ticket),
    };
    slip.render(&actions(restaurant, ticket, now))
}

/// What the timer counts from, and to: an answer, a meal, or nothing while it waits at the counter.
fn span(restaurant: &Restaurant, ticket: &Ticket) -> (Timestamp, Option<Timestamp>) {
    let progress = &ticket.progress;
    match progress.state {
        State::New | State::Acknowledged => {
            (ticket.placed_at.max(release_at(restaurant, ticket)), Some(progress.expires_at))
        }
        State::Accepted | State::Preparing => {
            (progress.accepted_at.unwrap_or(progress.since), progress.ready_at)
        }
        _ => (progress.since, None),
    }
}

/// When the kitchen is asked: so long before orderhub gives up as it has to answer.
fn release_at(restaurant: &Restaurant, ticket: &Ticket) -> Timestamp {
    let answer = SignedDuration::from_mins(restaurant.profile.answer_minutes.into());
    ticket.progress.expires_at.checked_sub(answer).unwrap_or(ticket.placed_at)
}

/// `19:40`, on another day `Tue 19:40`.
fn time_of(restaurant: &Restaurant, at: Timestamp, now: Timestamp) -> String {
    let local = |at: Timestamp| at.to_zoned(restaurant.hours.zone.rules().clone());
    let form = if local(at).date() == local(now).date() { "%H:%M" } else { "%a %H:%M" };
    local(at).strftime(form).to_string()
}

/// `8:12`, from an hour on `1:08:12`.
fn elapsed(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        format!("{minutes}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

fn headline(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> String {
    let when = match (ticket.progress.ready_at, ticket.due_at, ticket.progress.state) {
        (.., State::Ready) => None,
        (Some(at), ..) => Some(format!("due {}", time_of(restaurant, at, now))),
        (None, Some(at), _) => Some(format!("for {}", time_of(restaurant, at, now))),
        (None, None, _) => Some("as soon as possible".to_owned()),
    };
    let parts = [Some(ticket.kind.label().to_owned()), when, Some(customer(ticket))];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Whom to call, and where. The number stays in one piece.
pub(crate) fn customer(ticket: &Ticket) -> String {
    let parts = [ticket.customer_name.clone(), ticket.customer_phone.replace(' ', "\u{a0}")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn options(line: &PlacedLine) -> Vec<String> {
    let text = |option: &contracts::orderhub::v1::PlacedOption| match option.quantity {
        1 => option.name.clone(),
        count => format!("{count}× {}", option.name),
    };
    line.options.iter().map(text).collect()
}

/// A note that speaks of an allergy is shown again where nobody can miss it. The word begins alike
/// in the languages around us.
fn allergy(lines: &[PlacedLine]) -> &str {
    let speaks = |note: &str| {
        let note = note.to_lowercase();
        ["allerg", "alerg", "anaphyl", "intoler"].iter().any(|word| note.contains(word))
    };
    lines.iter().map(|line| line.note.as_str()).find(|note| speaks(note)).unwrap_or("")
}

const fn stopped(ticket: &Ticket) -> &'static str {
    match ticket.progress.state {
        State::Cancelled => "Cancelled. Do not cook it.",
        State::Expired => "Expired: nobody answered in time.",
        _ => "",
    }
}

fn actions(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> Markup {
    let at = |verb: &str| format!("/r/{}/tickets/{}/{verb}", restaurant.slug, ticket.id);
    let button = |verb, label, class| {
        form(&at(verb), ticket, &html! { button.big.(class) type="submit" { (label) } })
    };
    match ticket.progress.state {
        State::Scheduled => html! { div.row { (asks(&at("reject"), "Reject", "big-no")) } },
        State::New | State::Acknowledged => html! {
            (form(&at("accept"), ticket, &html! {
                @let (promises, chosen) = promises(restaurant, ticket, now);
                (minutes("ready_in_minutes", &ticket.id.to_string(), &promises, chosen))
                button.big.big-go type="submit" { "Accept" }
            }))
            div.row {
                @if ticket.progress.state == State::New {
                    (button("acknowledge", "Seen", "big-calm"))
                }
                (asks(&at("reject"), "Reject", "big-no"))
            }
        },
        State::Accepted => html! {
            (later(&at("delay"), &at("cancel"), ticket))
            (button("start", "Start", "big-go"))
        },
        State::Preparing => html! {
            (later(&at("delay"), &at("cancel"), ticket))
            (button("ready", "Ready", "big-go"))
        },
        State::Ready => html! {
            (button("hand-over", "Handed over", "big-go"))
            @if ticket.progress.can_recall(now) { (button("recall", "Recall", "big-calm")) }
        },
        State::Cancelled | State::Expired => html! {
            button.big.big-calm type="button" data-dismiss { "Take it off the board" }
        },
        State::HandedOver | State::Rejected => html! {},
    }
}

fn later(delay: &str, cancel: &str, ticket: &Ticket) -> Markup {
    html! {
        div.row {
            (form(delay, ticket, &html! {
                input type="hidden" name="minutes" value=(DELAY);
                button.big.big-calm type="submit" { "+" (DELAY) " min" }
            }))
            (asks(cancel, "Call off", "big-calm"))
        }
    }
}

/// A command: an ordinary form, sent without leaving the board when scripts run.
fn form(action: &str, ticket: &Ticket, body: &Markup) -> Markup {
    html! {
        form method="post" action=(action) hx-post=(action) hx-swap="none" data-command {
            input type="hidden" name="version" value=(ticket.progress.version);
            (body)
        }
    }
}

/// A command that asks something first: a page, or a dialog when scripts run.
fn asks(action: &str, label: &str, class: &str) -> Markup {
    html! {
        form method="get" action=(action) hx-get=(action) hx-target="#ask" hx-swap="innerHTML" {
            button.big.(class) type="submit" { (label) }
        }
    }
}

/// The minutes to choose from, and those that are chosen: until it is wanted, or the promise nearest
/// to what the restaurant usually takes.
fn promises(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> (Vec<u32>, u32) {
    let wanted = ticket.due_at.map(|due| (due.duration_since(now).as_secs() + 59) / 60);
    let wanted = wanted.and_then(|left| u32::try_from(left).ok());
    if let Some(wanted) = wanted.filter(|left| (1..=MOST_MINUTES).contains(left)) {
        return (vec![wanted, (wanted + 10).min(MOST_MINUTES)], wanted);
    }
    let prep = restaurant.profile.prep_minutes;
    let usual = PROMISES.into_iter().find(|promise| *promise >= prep).unwrap_or(PROMISES[3]);
    (PROMISES.to_vec(), usual)
}
