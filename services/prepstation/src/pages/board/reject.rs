//! Saying no: the reason, and what has run out. A page of its own, or a dialog over the board.

use super::{
    actions::{answer, number},
    ticket::customer,
};
use crate::{
    domain::{restaurant::Restaurant, staff::Task, ticket::RejectReason},
    kitchen::Kitchen,
    store::tickets::{self, Ticket},
    usecases::{
        self, Actor, enter,
        tickets::{Act, Refusal, cancel::cancel_ticket, reject::reject_ticket},
    },
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::{
    Env,
    ids::{ItemId, TicketId},
};
use maud::{Markup, html};
use std::collections::BTreeSet;
use web::{Form, Page, PathOf, Problem, page::Look, signed_in::SignedIn};

type Place = PathOf<(String, TicketId)>;

pub(super) async fn ask(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf((slug, ticket)): Place,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (restaurant, ticket) =
        find(&kitchen, &slug, ticket, Actor::Person(person.person_id)).await?;
    let form = reject_form(&restaurant, &ticket);
    Ok(shown(&kitchen, &headers, &format!("Reject {}", ticket.code), &form))
}

pub(super) async fn act(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf((slug, ticket)): Place,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let actor = Actor::Person(person.person_id);
    let act = Act { ticket, actor, version: number(&form, "version") };
    let reason = RejectReason::from_key(form.trimmed("reason"));
    let named: BTreeSet<ItemId> =
        form.values("out_of_stock").filter_map(|id| id.parse().ok()).collect();
    let outcome = match reason {
        None => Err(Refusal::Invalid("reason", "Choose why.")),
        Some(reason) => {
            // Boxes that were ticked before another reason was chosen do not count.
            let named = if reason == RejectReason::OutOfStock { named } else { BTreeSet::new() };
            let reject =
                move |tx: &mut Tx<'_>, env: &Env| reject_ticket(tx, env, &act, reason, &named);
            kitchen.run("reject", reject).await
        }
    };
    answer(&kitchen, &slug, actor, &headers, outcome).await
}

pub(super) async fn ask_cancel(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf((slug, ticket)): Place,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (restaurant, ticket) =
        find(&kitchen, &slug, ticket, Actor::Person(person.person_id)).await?;
    let form = cancel_form(&restaurant, &ticket);
    Ok(shown(&kitchen, &headers, &format!("Call off {}", ticket.code), &form))
}

pub(super) async fn act_cancel(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf((slug, ticket)): Place,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let actor = Actor::Person(person.person_id);
    let act = Act { ticket, actor, version: number(&form, "version") };
    let reason = form.trimmed("reason").to_owned();
    let cancel = move |tx: &mut Tx<'_>, env: &Env| cancel_ticket(tx, env, &act, &reason);
    let outcome = kitchen.run("cancel", cancel).await;
    answer(&kitchen, &slug, actor, &headers, outcome).await
}

async fn find(
    kitchen: &Kitchen,
    slug: &str,
    ticket: TicketId,
    actor: Actor,
) -> Result<(Restaurant, Ticket), Problem> {
    let slug = slug.to_owned();
    let read = move |tx: &mut Tx<'_>| {
        let (restaurant, _) = enter(tx, &slug, actor, Task::Cook)?;
        let ticket = tickets::by_id(tx, ticket)?.filter(|t| t.restaurant_id == restaurant.id);
        Ok::<_, usecases::Refusal>((restaurant, ticket.ok_or(usecases::Refusal::NotFound)?))
    };
    Ok(kitchen.context.database.read(read).await?)
}

fn shown(kitchen: &Kitchen, headers: &HeaderMap, title: &str, form: &Markup) -> Response {
    if headers.contains_key("hx-request") {
        return html! { div.ask { h2.ask-title { (title) } (form) } }.into_response();
    }
    let body = html! { div.ask-page { div.ask { h1.ask-title { (title) } (form) } } };
    let site = &kitchen.context.site;
    Page::new(site, title).look(Look::Board).no_index().render(&body).into_response()
}

fn reject_form(restaurant: &Restaurant, ticket: &Ticket) -> Markup {
    let mut offered = BTreeSet::new();
    let items = ticket.lines.iter().filter(|line| offered.insert(line.item_id));
    form(
        restaurant,
        ticket,
        "reject",
        "Reject",
        &html! {
            fieldset.ask-choices {
                legend { "Why? The customer is told." }
                @for reason in RejectReason::ALL {
                    label.ask-choice {
                        input type="radio" name="reason" value=(reason.key()) required;
                        span { (reason.label()) }
                    }
                }
            }
            fieldset.ask-choices.ask-items {
                legend { "What has run out? It goes off sale until tomorrow." }
                @for line in items {
                    label.ask-choice {
                        input type="checkbox" name="out_of_stock" value=(line.item_id);
                        span { (line.name) }
                    }
                }
            }
        },
    )
}

fn cancel_form(restaurant: &Restaurant, ticket: &Ticket) -> Markup {
    form(
        restaurant,
        ticket,
        "cancel",
        "Call off",
        &html! {
            label.ask-field {
                span { "Why? The customer reads this." }
                input type="text" name="reason" required maxlength="300" autocomplete="off";
            }
        },
    )
}

fn form(
    restaurant: &Restaurant,
    ticket: &Ticket,
    verb: &str,
    label: &str,
    body: &Markup,
) -> Markup {
    let action = format!("/r/{}/tickets/{}/{verb}", restaurant.slug, ticket.id);
    html! {
        form method="post" action=(action) hx-post=(action) hx-swap="none" data-command {
            input type="hidden" name="version" value=(ticket.progress.version);
            p.ask-who { (customer(ticket)) }
            (body)
            div.row {
                a.big.big-calm href={ "/r/" (restaurant.slug) "/board" } data-close-ask { "Back" }
                button.big.big-no type="submit" { (label) " " (ticket.code) }
            }
        }
    }
}
