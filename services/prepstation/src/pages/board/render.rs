//! The board as a page and in pieces.

use super::ticket::{at_local_time, column_of, slot};
use crate::{
    domain::{availability::Availability, restaurant::Restaurant, ticket::State},
    store::tickets::Ticket,
};
use jiff::Timestamp;
use maud::{Markup, html};
use web::{
    Page, Site,
    components::kitchen::{Topbar, column, connection_banner, drawer, pause_banner},
    icons,
    page::Look,
};

/// Everything the page shows.
pub(super) struct Shown<'a> {
    pub(super) restaurant: &'a Restaurant,
    pub(super) can_pause: bool,
    pub(super) availability: &'a Availability,
    pub(super) open: &'a [Ticket],
    pub(super) seq: i64,
    pub(super) now: Timestamp,
    pub(super) done: Option<&'a Ticket>,
    pub(super) refused: Option<&'a str>,
}

impl Shown<'_> {
    pub(super) fn page(&self, site: &Site) -> Markup {
        let title = format!("Board of {}", self.restaurant.profile.name);
        let refresh = html! { noscript { meta http-equiv="refresh" content="15"; } };
        Page::new(site, &title).look(Look::Board).no_index().head(refresh).render(&self.body())
    }

    fn body(&self) -> Markup {
        let slug = &self.restaurant.slug;
        let clock = at_local_time(self.restaurant, self.now);
        let topbar = Topbar {
            name: &self.restaurant.profile.name,
            href: "/",
            tools: Some(self.tools()),
            actions: self.can_pause.then(|| self.pausing()),
            clock: &clock,
            sound: false,
        };
        html! {
            (topbar.render())
            (connection_banner(false))
            @if let Some(until) = self.availability.pause_at(self.now) {
                @let words = format!("Until {}. {}", at_local_time(self.restaurant, until), self.availability.pause_reason);
                (pause_banner(words.trim(), &self.resume()))
            }
            div #notice-slot { @if let Some(sentence) = self.refused { (refusal(sentence)) } }
            (whole_board(self.restaurant, self.open, self.seq, self.now))
            div #undo-slot { @if let Some(ticket) = self.done { (undo(self.restaurant, ticket, self.now)) } }
            div #arrivals hidden {}
            div #leaving hidden {}
            dialog.dialog #ask aria-label="Before it is done" {}
            div #link hx-ws:connect={ "/r/" (slug) "/board/live" } hx-swap="none"
                hx-config="ws.pauseOnBackground:false ws.reconnectMaxDelay:5000" {}
            template #sound-on { (icons::bell()) "sound on" }
            template #sound-off { (icons::bell_off()) "sound off" }
        }
    }

    fn tools(&self) -> Markup {
        let slug = &self.restaurant.slug;
        html! {
            button.tool.tool-go type="button" #start-shift hidden { (icons::bell()) "Start shift" }
            a.tool href={ "/r/" (slug) "/history" } { "History" }
            a.tool href={ "/r/" (slug) "/menu" } { "Menu" }
        }
    }

    fn pausing(&self) -> Markup {
        if self.availability.pause_at(self.now).is_some() {
            return html! {};
        }
        let action = format!("/r/{}/availability", self.restaurant.slug);
        html! {
            form method="post" action=(action) {
                input type="hidden" name="do" value="pause";
                input type="hidden" name="pause_for" value="30";
                button.tool type="submit" { (icons::pause()) "Pause orders" }
            }
        }
    }

    fn resume(&self) -> Markup {
        html! {
            form method="post" action={ "/r/" (self.restaurant.slug) "/availability" } {
                input type="hidden" name="do" value="resume";
                button.tool type="submit" { (icons::play()) "Resume orders" }
            }
        }
    }
}

/// The three columns, what is wanted later, and the idle screen for when there is nothing.
fn whole_board(restaurant: &Restaurant, open: &[Ticket], seq: i64, now: Timestamp) -> Markup {
    let of = |column: &str| {
        let here = open.iter().filter(|t| column_of(t.progress.state) == Some(column));
        let here: Vec<&Ticket> = here.collect();
        (here.len(), html! { @for ticket in &here { (slot(restaurant, ticket, now)) } })
    };
    let ((new, fresh), (doing, cooking), (ready, waiting)) = (of("new"), of("doing"), of("ready"));
    let (later, scheduled) = of("later");
    html! {
        div.board #board data-seq=(seq) data-now=(now.as_millisecond())
            data-zone=(restaurant.hours.zone.name()) data-empty[open.is_empty()] {
            (column("new", "New", new, false, &fresh))
            (column("doing", "In progress", doing, true, &cooking))
            (column("ready", "Ready", ready, false, &waiting))
            (drawer("later", "For later", later, &scheduled))
            div.idle {
                p.idle-clock data-clock { (at_local_time(restaurant, now)) }
                p { "No orders. The bell will ring." }
            }
        }
    }
}

/// A ticket as it is after its change: it goes to the arrivals, and the page puts it in its place.
#[must_use]
pub fn change(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> Markup {
    html! {
        hx-partial hx-target="#arrivals" hx-swap="beforeend" { (slot(restaurant, ticket, now)) }
    }
}

/// The whole board, to be taken over as it is.
#[must_use]
pub fn whole(restaurant: &Restaurant, open: &[Ticket], seq: i64, now: Timestamp) -> Markup {
    html! {
        hx-partial hx-target="#board" hx-swap="outerMorph" {
            (whole_board(restaurant, open, seq, now))
        }
    }
}

/// What answers a command: the ticket, the way to take it back, and nothing more to complain of.
pub(super) fn done(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> Markup {
    html! {
        (change(restaurant, ticket, now))
        hx-partial hx-target="#undo-slot" hx-swap="innerHTML" { (undo(restaurant, ticket, now)) }
        hx-partial hx-target="#notice-slot" hx-swap="innerHTML" {}
    }
}

/// What answers a command that was refused: why, and the truth.
pub(super) fn refused(
    restaurant: &Restaurant,
    ticket: Option<&Ticket>,
    sentence: &str,
    now: Timestamp,
) -> Markup {
    html! {
        @if let Some(ticket) = ticket { (change(restaurant, ticket, now)) }
        hx-partial hx-target="#notice-slot" hx-swap="innerHTML" { (refusal(sentence)) }
    }
}

fn refusal(sentence: &str) -> Markup {
    html! {
        div.banner.banner-lost.banner-refusal role="alert" {
            (icons::warning())
            p { (sentence) }
            button.tool type="button" data-close-notice { "Close" }
        }
    }
}

/// "K7Q is ready. Undo": for the last bump, while it can be taken back.
fn undo(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> Markup {
    let words = match ticket.progress.state {
        State::Ready => "is ready.",
        State::HandedOver => "is handed over.",
        _ => return html! {},
    };
    let action = format!("/r/{}/tickets/{}/recall", restaurant.slug, ticket.id);
    html! {
        @if ticket.progress.can_recall(now) {
            div.undo role="status" data-undo=(ticket.id) {
                p { (ticket.code) " " (words) }
                form method="post" action=(action) hx-post=(action) hx-swap="none" data-command {
                    input type="hidden" name="version" value=(ticket.progress.version);
                    button.tool type="submit" { (icons::undo()) "Undo" }
                }
            }
        }
    }
}
