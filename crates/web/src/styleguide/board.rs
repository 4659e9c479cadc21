//! The board, composed; and the board in trouble.

use maud::{Markup, html};

use crate::{
    components::kitchen::{
        Age, Ticket, TicketLine, Topbar, column, connection_banner, drawer, minutes, pause_banner,
    },
    icons,
};

pub(super) fn render() -> Markup {
    html! {
        (topbar(true).render())
        (connection_banner(false))
        div.board {
            (column("new", "New", 1, false, &fresh()))
            (column("doing", "In progress", 4, true, &doing()))
            (column("ready", "Ready", 2, false, &ready()))
        }
    }
}

pub(super) fn render_states() -> Markup {
    let stopped = Ticket {
        id: "t-x",
        code: "R5T",
        timer: "2:10",
        line: "Pickup · due 19:55 · Lea",
        lines: &[line(2, "Carbonara", &[])],
        stopped: "Cancelled by the customer",
        ..Ticket::default()
    };
    let changed = Ticket {
        id: "t-y",
        code: "W2N",
        timer: "4:10",
        line: "Delivery · due 20:05 · Oskar",
        lines: &[
            TicketLine { struck: true, ..line(1, "Tartufo", &[]) },
            line(1, "Lasagne", &["no cheese on top"]),
        ],
        note: "Please ring twice, the bell is quiet.",
        ..Ticket::default()
    };
    let later = Ticket {
        id: "t-z",
        code: "M4D",
        timer: "Tue 18:05",
        line: "Pickup · for Tue 18:30 · Mira",
        lines: &[line(1, "Margherita", &[])],
        ..Ticket::default()
    };
    html! {
        (topbar(false).render())
        (connection_banner(true))
        (pause_banner("Until 20:15, by Marco.", &html! { button.tool type="button" { (icons::play()) "Resume orders" } }))
        div.board {
            (column("new", "New", 0, false, &html! { p.column-empty { "No new orders. The bell will ring." } }))
            (column("doing", "In progress", 2, true, &html! { (stopped.render(&go("Seen"))) (changed.render(&go("Ready"))) }))
            (column("ready", "Ready", 0, false, &html! { p.column-empty { "Nothing waits at the counter." } }))
            (drawer("later", "For later", 1, &html! { div.ticket-slot { (later.render(&html! { div.row { button.big.big-no type="button" { "Reject" } } })) } }))
        }
        div.undo role="status" { "K7Q is ready." button.tool type="button" { (icons::undo()) "Undo" } }
    }
}

fn topbar(sound: bool) -> Topbar<'static> {
    Topbar {
        name: "Trattoria Lupo",
        href: "#",
        clock: "19:31",
        sound,
        tools: Some(html! {
            a.tool href="#" { "All stations" (icons::chevron_down()) }
            a.tool href="#" { "All day" }
            a.tool href="#" { "86" }
        }),
        actions: Some(html! {
            button.tool type="button" { "Busy +0" }
            button.tool type="button" { (icons::pause()) "Pause orders" }
        }),
    }
}

fn line(
    quantity: u32,
    name: &'static str,
    options: &'static [&'static str],
) -> TicketLine<'static> {
    TicketLine { quantity, name, options, ..TicketLine::default() }
}

fn go(label: &str) -> Markup {
    html! { button.big.big-go type="button" { (label) } }
}

fn fresh() -> Markup {
    let ticket = Ticket {
        id: "t-1",
        code: "M4D",
        is_new: true,
        timer: "0:18",
        line: "Pickup · as soon as possible · Jonas",
        lines: &[line(2, "Quattro Formaggi", &["no gorgonzola"]), line(1, "Tiramisù", &[])],
        allergy: "nuts",
        ..Ticket::default()
    };
    ticket.render(&html! {
        form {
            (minutes("ready_in_minutes", "t-1", &[10, 15, 20, 30], 15))
            button.big.big-go type="button" { "Accept" }
        }
        button.big.big-no type="button" { "Reject" }
    })
}

fn doing() -> Markup {
    let tickets = [
        Ticket {
            id: "t-2",
            code: "K7Q",
            timer: "8:12",
            line: "Pickup · due 19:40 · Ana",
            lines: &[line(1, "Margherita", &["extra basil", "well done"]), line(1, "Diavola", &[])],
            ..Ticket::default()
        },
        Ticket {
            id: "t-3",
            code: "C9R",
            timer: "21:05",
            age: Age::Late,
            line: "Pickup · due 19:25 · 6 min late",
            lines: &[line(1, "Tartufo", &[]), line(2, "Caesar", &["dressing aside"])],
            ..Ticket::default()
        },
        Ticket {
            id: "t-4",
            code: "P2X",
            timer: "14:40",
            age: Age::Soon,
            line: "Delivery · due 19:38",
            lines: &[line(3, "Marinara", &[]), line(1, "Lasagne", &[])],
            ..Ticket::default()
        },
        Ticket {
            id: "t-5",
            code: "T1B",
            timer: "2:30",
            line: "Pickup · due 19:50",
            lines: &[line(1, "Carbonara", &[])],
            ..Ticket::default()
        },
    ];
    html! {
        @for ticket in &tickets {
            (ticket.render(&html! {
                @if ticket.age == Age::Late {
                    div.row { button.big.big-calm type="button" { "+5 min" } button.big.big-go type="button" { "Ready" } }
                } @else { (go("Ready")) }
            }))
        }
    }
}

fn ready() -> Markup {
    let tickets = [
        Ticket {
            id: "t-6",
            code: "H8L",
            timer: "3:10",
            line: "Pickup · Mira",
            lines: &[line(1, "Diavola", &[])],
            ..Ticket::default()
        },
        Ticket {
            id: "t-7",
            code: "Z3E",
            timer: "0:45",
            line: "Delivery · rider waiting",
            lines: &[line(2, "Tiramisù", &[])],
            ..Ticket::default()
        },
    ];
    html! { @for ticket in &tickets { (ticket.render(&go("Handed over"))) } }
}
