//! The board's buttons: form → use-case → the ticket as a fragment, or back to the board.

use super::{page, render};
use crate::{
    kitchen::Kitchen,
    store::{restaurants, tickets::Ticket},
    usecases::{
        Actor,
        tickets::{
            Act, Refusal, accept::accept_ticket, acknowledge::acknowledge_ticket,
            delay::delay_ticket, hand_over::hand_over_ticket, ready::ready_ticket,
            recall::recall_ticket, start::start_ticket,
        },
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use database::Tx;
use kernel::{Env, ids::TicketId};
use web::{Form, PathOf, Problem, signed_in::SignedIn};

/// A use-case of the kitchen; some ask for minutes.
type Verb = fn(&mut Tx<'_>, &Env, &Act, u32) -> Result<Ticket, Refusal>;

pub(super) async fn act(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf((slug, ticket, verb)): PathOf<(String, TicketId, String)>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let actor = Actor::Person(person.person_id);
    let act = Act { ticket, actor, version: number(&form, "version") };
    let (name, follow): (_, Verb) = match verb.as_str() {
        "acknowledge" => ("acknowledge", |tx, env, act, _| acknowledge_ticket(tx, env, act)),
        "accept" => ("accept", accept_ticket),
        "start" => ("start", |tx, env, act, _| start_ticket(tx, env, act)),
        "delay" => ("delay", delay_ticket),
        "ready" => ("ready", |tx, env, act, _| ready_ticket(tx, env, act)),
        "recall" => ("recall", |tx, env, act, _| recall_ticket(tx, env, act)),
        "hand-over" => ("hand_over", |tx, env, act, _| hand_over_ticket(tx, env, act)),
        _ => return Err(Problem::not_found()),
    };
    let minutes = match verb.as_str() {
        "accept" => number(&form, "ready_in_minutes"),
        _ => number(&form, "minutes"),
    };
    let outcome = kitchen.run(name, move |tx, env| follow(tx, env, &act, minutes)).await;
    answer(&kitchen, &slug, actor, &headers, outcome).await
}

/// A number of the form; 0, which no rule accepts, when it is none.
pub(super) fn number(form: &Form, name: &str) -> u32 {
    form.trimmed(name).parse().unwrap_or_default()
}

/// The board with what became of a command, for screens with and without scripts.
pub(super) async fn answer(
    kitchen: &Kitchen,
    slug: &str,
    actor: Actor,
    headers: &HeaderMap,
    outcome: Result<Ticket, Refusal>,
) -> Result<Response, Problem> {
    let partial = headers.contains_key("hx-request");
    let (status, ticket, sentence) = match outcome {
        Ok(ticket) if !partial => {
            let back = format!("/r/{slug}/board?done={}", ticket.id);
            return Ok(Redirect::to(&back).into_response());
        }
        Ok(ticket) => (StatusCode::OK, Some(ticket), None),
        Err(refusal @ (Refusal::Stale(_) | Refusal::NotNow { .. } | Refusal::Invalid(..))) => {
            let status = problem_status(&refusal);
            let sentence = refusal.to_string();
            let (Refusal::Stale(ticket) | Refusal::NotNow { ticket, .. }) = refusal else {
                return page(kitchen, slug, actor, None, Some((status, sentence))).await;
            };
            (status, Some(*ticket), Some(sentence))
        }
        Err(refusal) => return Err(refusal.into()),
    };
    if !partial {
        let refused = sentence.map(|sentence| (status, sentence));
        return page(kitchen, slug, actor, None, refused).await;
    }
    let Some(ticket) = ticket else { return Err(Problem::not_found()) };
    let id = ticket.restaurant_id;
    let read = move |tx: &mut Tx<'_>| restaurants::by_id(tx, id)?.ok_or(Refusal::NotFound);
    let restaurant = kitchen.context.database.read(read).await?;
    let now = kitchen.context.clock.now();
    let body = match sentence {
        None => render::done(&restaurant, &ticket, now),
        Some(sentence) => render::refused(&restaurant, Some(&ticket), &sentence, now),
    };
    Ok((status, body).into_response())
}

const fn problem_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Invalid(..) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}
