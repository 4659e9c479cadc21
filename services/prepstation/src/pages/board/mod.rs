//! The board: New, In progress, Ready. One template renders the page, the answer to a command and
//! the live frame. Without scripts every button is a form and the page refreshes itself.

mod actions;
mod reject;
mod render;
mod ticket;

pub use render::{change, whole};
pub(crate) use ticket::{at_local_time, customer};

use crate::{
    domain::staff::Task,
    kitchen::Kitchen,
    live::{self, Form as Wire, Onlooker},
    store::{availability, boards, tickets},
    usecases::{Actor, Refusal, enter},
};
use axum::{
    Router,
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use database::Tx;
use serde::Deserialize;
use web::{PathOf, Problem, QueryOf, signed_in::SignedIn};

/// The routes of this page.
pub fn routes() -> Router<Kitchen> {
    Router::new()
        .route("/r/{slug}/board", get(show))
        .route("/r/{slug}/board/live", get(follow))
        .route("/r/{slug}/tickets/{id}/reject", get(reject::ask).post(reject::act))
        .route("/r/{slug}/tickets/{id}/cancel", get(reject::ask_cancel).post(reject::act_cancel))
        .route("/r/{slug}/tickets/{id}/{verb}", post(actions::act))
}

/// What to say above the board.
#[derive(Debug, Clone, Default, Deserialize)]
struct Said {
    /// The ticket that was bumped last, for Undo.
    done: Option<kernel::ids::TicketId>,
}

async fn show(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf(slug): PathOf<String>,
    QueryOf(said): QueryOf<Said>,
) -> Result<Response, Problem> {
    page(&kitchen, &slug, Actor::Person(person.person_id), said.done, None).await
}

/// The whole page; with `refused` the sentence that says why something was not done.
async fn page(
    kitchen: &Kitchen,
    slug: &str,
    actor: Actor,
    done: Option<kernel::ids::TicketId>,
    refused: Option<(StatusCode, String)>,
) -> Result<Response, Problem> {
    let slug = slug.to_owned();
    let now = kitchen.context.clock.now();
    let read = move |tx: &mut Tx<'_>| {
        let (restaurant, role) = enter(tx, &slug, actor, Task::See)?;
        let seq = boards::seq(tx, restaurant.id)?;
        let open = tickets::open(tx, restaurant.id)?;
        let done = done.map(|id| tickets::by_id(tx, id)).transpose()?.flatten();
        let done = done.filter(|ticket| ticket.restaurant_id == restaurant.id);
        let availability = availability::of(tx, restaurant.id)?;
        Ok::<_, Refusal>((restaurant, role, seq, open, done, availability))
    };
    let (restaurant, role, seq, open, done, availability) =
        kitchen.context.database.read(read).await?;
    let status = refused.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
    let shown = render::Shown {
        restaurant: &restaurant,
        can_pause: role.may(Task::Cook),
        availability: &availability,
        open: &open,
        seq,
        now,
        done: done.as_ref(),
        refused: refused.as_ref().map(|(_, sentence)| sentence.as_str()),
    };
    Ok((status, shown.page(&kitchen.context.site)).into_response())
}

/// Where the page's socket begins.
#[derive(Debug, Deserialize)]
struct From {
    after: Option<u64>,
}

async fn follow(
    State(kitchen): State<Kitchen>,
    SignedIn(person): SignedIn,
    PathOf(slug): PathOf<String>,
    QueryOf(from): QueryOf<From>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let actor = Actor::Person(person.person_id);
    let may = move |tx: &mut Tx<'_>| enter(tx, &slug, actor, Task::See);
    let (restaurant, _) = kitchen.context.database.read(may).await?;
    let onlooker = Onlooker::of(Actor::Person(person.person_id), &headers, &kitchen.context.site);
    let Kitchen { context, board } = &kitchen;
    live::serve(context, board, upgrade, restaurant.id, onlooker, from.after, Wire::Html).await
}
