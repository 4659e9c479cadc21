//! A ticket on the board: the slip as the kitchen sees it.

use maud::{Markup, html};

use crate::icons;

/// How urgent, told by shape and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Age {
    /// ◔
    #[default]
    InTime,
    /// ▲
    Soon,
    /// ■
    Late,
}

impl Age {
    const fn class(self) -> &'static str {
        match self {
            Self::InTime => "age-in-time",
            Self::Soon => "age-soon",
            Self::Late => "age-late",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::InTime => "in time",
            Self::Soon => "due soon",
            Self::Late => "late",
        }
    }
}

/// One line of a ticket.
#[derive(Debug, Clone, Copy, Default)]
pub struct TicketLine<'a> {
    /// How many.
    pub quantity: u32,
    /// What.
    pub name: &'a str,
    /// Chosen options, one text each.
    pub options: &'a [&'a str],
    /// What the customer wrote.
    pub note: &'a str,
    /// Whether it was taken off the order.
    pub struck: bool,
}

/// A ticket.
#[derive(Debug, Clone, Default)]
pub struct Ticket<'a> {
    /// Id of the element, unique on the board.
    pub id: &'a str,
    /// The short code: the name of the article.
    pub code: &'a str,
    /// Version, for the guard against stale orders.
    pub version: i64,
    /// Whether nobody has acknowledged it: the outline.
    pub is_new: bool,
    /// How urgent.
    pub age: Age,
    /// The time shown, e.g. "8:12".
    pub timer: &'a str,
    /// When the timer began, in milliseconds since 1970, for the script that counts on.
    pub since_ms: Option<i64>,
    /// When it is due, the same way; shape and colour follow from both.
    pub due_ms: Option<i64>,
    /// A line: "Pickup · due 19:40 · Ana".
    pub line: &'a str,
    /// The lines.
    pub lines: &'a [TicketLine<'a>],
    /// What the customer wrote for the whole order.
    pub note: &'a str,
    /// Allergies, e.g. "nuts".
    pub allergy: &'a str,
    /// Why it stands still: "Cancelled by the customer".
    pub stopped: &'a str,
}

impl Ticket<'_> {
    /// The ticket with its `actions` (forms with buttons of 56 px and more).
    #[must_use]
    pub fn render(&self, actions: &Markup) -> Markup {
        let fresh = if self.is_new { "is-new" } else { "is-known" };
        let stopped = if self.stopped.is_empty() { "is-going" } else { "is-stopped" };
        html! {
            article.ticket.(fresh).(stopped).(self.age.class()) id=(self.id) aria-label=(self.code)
                data-version=(self.version) data-since=[self.since_ms] data-due=[self.due_ms] {
                header.ticket-head {
                    h3.ticket-code { (self.code) }
                    p.ticket-age {
                        span.ticket-shape aria-hidden="true" {}
                        span.visually-hidden data-age-word="" { (self.age.word()) ", " }
                        span.ticket-timer data-timer="" { (self.timer) }
                    }
                }
                div.ticket-body {
                    p.ticket-line { (self.line) }
                    ul.ticket-lines { @for line in self.lines { (line.render()) } }
                    @if !self.note.is_empty() { p.ticket-note { (icons::pencil()) span { (self.note) } } }
                    @if !self.allergy.is_empty() {
                        p.ticket-allergy { (icons::warning()) span { b { "ALLERGY: " } (self.allergy) } }
                    }
                    @if !self.stopped.is_empty() { p.ticket-stopped { (icons::close()) span { (self.stopped) } } }
                    div.ticket-actions { (actions) }
                }
            }
        }
    }
}

impl TicketLine<'_> {
    fn render(&self) -> Markup {
        let struck = if self.struck { "is-struck" } else { "is-due" };
        html! {
            li.ticket-item.(struck) {
                span.ticket-quantity { (self.quantity) "×" }
                div {
                    span.ticket-name { (self.name) }
                    @for option in self.options { span.ticket-option { (option) } }
                    @if !self.note.is_empty() { span.ticket-item-note { "“" (self.note) "”" } }
                }
            }
        }
    }
}
