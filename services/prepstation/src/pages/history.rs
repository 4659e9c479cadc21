//! Ended tickets, newest first, with Recall for what was handed over a moment ago.

use super::{
    Office,
    board::{at_local_time, customer},
};
use crate::{
    cursor,
    domain::{
        availability::business_day_began,
        restaurant::Restaurant,
        staff::Task,
        ticket::{RejectReason, State as TicketState},
    },
    kitchen::Kitchen,
    store::tickets::{self, Ticket},
    usecases::Refusal,
};
use axum::{Router, extract::State, routing::get};
use database::Tx;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use web::{PathOf, Problem, QueryOf, signed_in::SignedIn};

const PAGE: u32 = 50;

/// The routes of this page.
pub fn routes() -> Router<Kitchen> {
    Router::new().route("/r/{slug}/history", get(show))
}

#[derive(Debug, Deserialize)]
struct From {
    cursor: Option<String>,
}

async fn show(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf(slug): PathOf<String>,
    QueryOf(from): QueryOf<From>,
) -> Result<Markup, Problem> {
    let before = cursor::read(from.cursor.as_deref())?;
    let (now, who) = (kitchen.context.clock.now(), person.clone());
    let read = move |tx: &mut Tx<'_>| {
        let office = Office::enter(tx, &slug, &who, Task::See, now)?;
        let ended = tickets::ended(tx, office.restaurant.id, before, PAGE + 1)?;
        Ok::<_, Refusal>((office, ended))
    };
    let (office, mut ended) = kitchen.context.database.read(read).await?;
    let next = cursor::next(&mut ended, PAGE);
    let body = body(&office.restaurant, &ended, next.as_deref(), now);
    Ok(office.page(&kitchen.context, &person, "History", "history", &body))
}

fn body(restaurant: &Restaurant, ended: &[Ticket], next: Option<&str>, now: Timestamp) -> Markup {
    let today = business_day_began(&restaurant.hours, now);
    let is_today = |ticket: &&Ticket| ticket.progress.since >= today;
    let (fresh, older): (Vec<&Ticket>, Vec<&Ticket>) = ended.iter().partition(is_today);
    html! {
        h1 { "History" }
        @if ended.is_empty() { p { "No ticket has ended yet. Those that do are kept here." } }
        @if !fresh.is_empty() { (table("Today", restaurant, &fresh, now)) }
        @if !older.is_empty() { (table("Earlier", restaurant, &older, now)) }
        @if let Some(next) = next {
            p { a.btn.btn-quiet href={ "/r/" (restaurant.slug) "/history?cursor=" (next) } { "Older tickets" } }
        }
    }
}

fn table(title: &str, restaurant: &Restaurant, tickets: &[&Ticket], now: Timestamp) -> Markup {
    html! {
        section.stack {
            h2 { (title) }
            div.table-box tabindex="0" role="region" aria-label=(title) {
                table.table.table-stacks {
                    thead { tr {
                        th scope="col" { "Code" } th scope="col" { "Ended" } th scope="col" { "State" }
                        th scope="col" { "For" } th scope="col" { "What" } th scope="col" { "Total" }
                        th scope="col" { span.visually-hidden { "Recall" } }
                    } }
                    tbody { @for ticket in tickets { (row(restaurant, ticket, now)) } }
                }
            }
        }
    }
}

fn row(restaurant: &Restaurant, ticket: &Ticket, now: Timestamp) -> Markup {
    let progress = ticket.progress;
    let date = progress.since.to_zoned(restaurant.hours.zone.rules().clone()).strftime("%-d %b");
    let what: Vec<String> =
        ticket.lines.iter().map(|line| format!("{}× {}", line.quantity, line.name)).collect();
    html! {
        tr {
            th scope="row" { (ticket.code) }
            td { (date.to_string()) ", " (at_local_time(restaurant, progress.since)) }
            td {
                (progress.state.label())
                @if !ticket.reason.is_empty() { br; span.quiet { (reason(ticket)) } }
            }
            td { (customer(ticket)) }
            td { (what.join(", ")) }
            td { (ticket.total) }
            td {
                @if progress.state == TicketState::HandedOver && progress.can_recall(now) {
                    form method="post" action={ "/r/" (restaurant.slug) "/tickets/" (ticket.id) "/recall" } {
                        input type="hidden" name="version" value=(progress.version);
                        button.btn.btn-quiet type="submit" aria-label={ "Recall " (ticket.code) } { "Recall" }
                    }
                }
            }
        }
    }
}

fn reason(ticket: &Ticket) -> &str {
    RejectReason::from_key(&ticket.reason).map_or(ticket.reason.as_str(), |reason| reason.label())
}
