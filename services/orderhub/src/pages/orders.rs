//! `/orders`: my orders, newest first.

use axum::extract::State;
use database::Error;
use kernel::ids::OrderId;
use maud::{Markup, html};
use serde::Deserialize;
use web::{
    Page, Problem, QueryOf, assets,
    components::Empty,
    signed_in::{SignedIn, Visitor},
};

use super::{order_words, parts, tracking};
use crate::{
    domain::order::State as OrderState,
    orders::{Orders, failure},
    store::orders::{self as store, Order},
};

const A_PAGE: u32 = 20;

#[derive(Debug, Deserialize)]
pub(crate) struct Position {
    before: Option<OrderId>,
}

pub(crate) async fn show(
    State(orders): State<Orders>,
    SignedIn(principal): SignedIn,
    QueryOf(position): QueryOf<Position>,
) -> Result<Markup, Problem> {
    let (person, before) = (principal.person_id, position.before);
    let mut found = orders
        .context
        .database
        .read::<_, Error, _>(move |tx| store::of_person(tx, person, before, A_PAGE + 1))
        .await
        .map_err(|error| failure(&error))?;
    let more = found.len() > A_PAGE as usize;
    found.truncate(A_PAGE as usize);
    let last = found.last().filter(|_| more).map(|order| order.id);
    let (open, past): (Vec<&Order>, Vec<&Order>) = found.iter().partition(|o| tracking::is_open(o));
    let body = html! { div.wrap.narrow.page {
        h1 { "Your orders" }
        @if found.is_empty() {
            (Empty { title: "No slip with your name yet", words: "Once you have ordered, you find every slip here.",
                art: assets::art("pizza"), action: Some(("See who is cooking", "/")) }.render())
        }
        @if !open.is_empty() { (list("On their way", &open)) }
        @if !past.is_empty() { (list(if open.is_empty() { "Earlier" } else { "Before that" }, &past)) }
        @if let Some(last) = last { p.actions { a.btn.btn-quiet href={ "/orders?before=" (last) } { "Older orders" } } }
        (parts::personal(None))
    } };
    let corner = parts::person_of(&Visitor(Some(principal)), &orders.context.site);
    let page = Page::new(&orders.context.site, "Your orders").no_index().person(corner);
    Ok(page.slip(parts::slip_corner(0)).render(&body))
}

fn list(title: &str, orders: &[&Order]) -> Markup {
    html! {
        div.section-head { h2 { (title) } }
        ul.stack {
            @for order in orders { li.panel {
                div.spread {
                    h3 { a href={ "/orders/" (order.id) } { (order.code) " · " (order.seller.name) } }
                    span.money { (order.total) }
                }
                p.small.quiet {
                    (order_words::day_and_clock(&order.seller.zone, order.placed_at))
                    @if let Some(due) = order.progress.due_at {
                        " · for " (order_words::day_and_clock(&order.seller.zone, due))
                    }
                }
                p { (dishes(order)) }
                p { span.mark.(tone(order.progress.state)) { (order_words::short(order.progress.state)) } }
            } }
        }
    }
}

/// How a state looks: moving, good, or ended without a meal.
const fn tone(state: OrderState) -> &'static str {
    match state {
        OrderState::Accepted | OrderState::Preparing | OrderState::Ready => "mark-diet",
        OrderState::Rejected | OrderState::Expired => "mark-hot",
        OrderState::Scheduled
        | OrderState::Placed
        | OrderState::Completed
        | OrderState::Cancelled => "mark-plain",
    }
}

fn dishes(order: &Order) -> String {
    let lines = order.document.lines.iter().map(|line| format!("{}× {}", line.quantity, line.name));
    lines.collect::<Vec<_>>().join(", ")
}
