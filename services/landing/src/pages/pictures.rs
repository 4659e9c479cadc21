//! The slip K7Q at each place of its way, drawn with the looks of the real pages. Pictures: what they
//! show is said in words beside them.

use maud::{Markup, html};
use web::{
    assets,
    components::{Plate, Slip, SlipLine, Step, StepState, art, steps},
};

/// The slip on the table, among plates.
pub(super) fn table() -> Markup {
    let plates = [("pizza", Plate::Rose), ("tomato", Plate::Basil), ("lemon", Plate::Sky)];
    let line = |name, details, price| SlipLine {
        quantity: 1,
        name,
        details,
        price,
        ..SlipLine::default()
    };
    let slip = Slip {
        code: Some("K7Q"),
        aside: &["Ana · pickup", "pay at the counter"],
        lines: &[line("Margherita", &["Fresh basil"], "10.30"), line("Diavola", &[], "12.40")],
        total: Some("€22.70"),
        ..Slip::default()
    };
    html! {
        div.welcome-table {
            @for (picture, plate) in plates {
                div.welcome-plate.(plate.class()) aria-hidden="true" {
                    @if let Some(url) = assets::art(picture) { (art(url, 168, true)) }
                }
            }
            (slip.render())
        }
    }
}

/// Two dishes of a menu.
pub(super) fn chosen() -> Markup {
    html! {
        div.mini-menu {
            (dish("Margherita", "€9.80", "pizza"))
            (dish("Diavola", "€12.40", "hot-pepper"))
            span.mini-button { "View slip" b { "€22.70" } }
        }
    }
}

fn dish(name: &str, price: &str, picture: &str) -> Markup {
    html! {
        div.mini-dish {
            span { b { (name) } (price) }
            span.wish-plate.plate-saffron { @if let Some(url) = assets::art(picture) { (art(url, 72, false)) } }
        }
    }
}

/// The ticket on the board, new.
pub(super) fn ringing() -> Markup {
    html! { div.mini-board { (k7q()) } }
}

/// A board in the evening: one ticket new, one in work.
pub(super) fn pass() -> Markup {
    html! {
        div.mini-board.mini-pass aria-hidden="true" {
            (k7q())
            (ticket("mini-known", "H8L", "8:05", &[("2×", "Lasagne", ""), ("1×", "Tiramisù", "")], "Ready"))
        }
    }
}

fn k7q() -> Markup {
    let lines = [("1×", "Margherita", "Fresh basil"), ("1×", "Diavola", "")];
    ticket("mini-new", "K7Q", "0:12", &lines, "Accept")
}

fn ticket(class: &str, code: &str, time: &str, lines: &[(&str, &str, &str)], verb: &str) -> Markup {
    html! {
        div.mini-ticket.(class) {
            div.mini-head { b { (code) } span { (time) } }
            @for (quantity, name, option) in lines {
                p { (quantity) " " (name) @if !option.is_empty() { span { (option) } } }
            }
            span.mini-go { (verb) }
        }
    }
}

/// What the customer watches.
pub(super) fn cooking() -> Markup {
    let step = |label, time, state| Step { label, time, state };
    html! {
        div.mini-way {
            p.mini-time { "19:40–19:45" }
            (steps(&[
                step("Sent to the kitchen", "19:22", StepState::Done),
                step("Seen and accepted", "19:23", StepState::Done),
                step("In the kitchen", "19:31", StepState::Now),
                step("Ready at the counter", "", StepState::Next),
            ]))
        }
    }
}
