//! A screen or a program at the other end of a WebSocket. Who looks on is asked for again each
//! minute: somebody who was let go does not go on looking.

use super::{Board, BoardFrame};
use crate::{
    domain::staff::Task,
    usecases::{Actor, authorise, tickets::mark_received::mark_received},
};
use axum::{
    extract::{
        WebSocketUpgrade,
        ws::{Utf8Bytes, rejection::WebSocketUpgradeRejection},
    },
    http::HeaderMap,
    response::Response,
};
use database::Tx;
use futures_util::FutureExt;
use kernel::{Env, ids::RestaurantId};
use live::{Frame, socket};
use runtime::Context;
use session::Standing;
use std::sync::Arc;
use web::{Problem, Site, signed_in::token_of};

/// What the other end reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Programs.
    Json,
    /// The board's page.
    Html,
}

/// Who looks on, and by which token.
#[derive(Debug, Clone)]
pub struct Onlooker {
    /// Who.
    pub actor: Actor,
    /// A person's, as it came with the handshake; it is renewed on the way, as long as the session
    /// lives.
    pub token: Option<String>,
}

impl Onlooker {
    /// Who sent a handshake.
    #[must_use]
    pub fn of(actor: Actor, handshake: &HeaderMap, site: &Site) -> Self {
        let session = token_of(handshake, site).filter(|_| actor.person().is_some());
        Self { actor, token: session.map(ToOwned::to_owned) }
    }
}

/// Answers the handshake and follows the board from `after`.
///
/// # Errors
/// The address was asked for as a page, or the board cannot be read now.
pub async fn serve(
    context: &Context,
    board: &Board,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    restaurant: RestaurantId,
    onlooker: Onlooker,
    after: Option<u64>,
    form: Form,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|_| {
        Problem::bad_request("websocket_expected").detail("Open this address as a WebSocket.")
    })?;
    let subscription = board.subscribe(restaurant, after).await.map_err(|error| {
        tracing::warn!(%error, "a screen could not be served");
        Problem::unavailable(2)
    })?;
    let stop = context.tasks.stopping();
    let wire = wire(context.clone(), restaurant, onlooker, form);
    let follow = move |socket| socket::serve(socket, subscription, wire, stop);
    Ok(socket::bounded(upgrade).on_upgrade(follow))
}

fn wire(
    context: Context,
    restaurant: RestaurantId,
    onlooker: Onlooker,
    form: Form,
) -> socket::Wire<Arc<BoardFrame>> {
    let (arriving, allowing, beating) = (context.clone(), context.clone(), context);
    socket::Wire {
        text: match form {
            Form::Json => |frame: &Frame<Arc<BoardFrame>>| frame.content.json.clone(),
            Form::Html => |frame: &Frame<Arc<BoardFrame>>| frame.content.html.clone(),
        },
        heartbeat: Box::new(move || heartbeat(&beating)),
        wants_receipt: |frame| frame.content.unreceived,
        arrived: Box::new(move |seq| receipt(arriving.clone(), restaurant, seq).boxed()),
        is_allowed: Box::new(move || {
            may_look(allowing.clone(), restaurant, onlooker.clone()).boxed()
        }),
    }
}

/// Carries the server's time, so that a clock that is wrong or slept does not lie about ages.
fn heartbeat(context: &Context) -> Utf8Bytes {
    let now = context.clock.now().as_millisecond();
    format!(r#"{{"type":"heartbeat","now":{now}}}"#).into()
}

async fn receipt(context: Context, restaurant: RestaurantId, seq: u64) {
    let Ok(seq) = i64::try_from(seq) else { return };
    let work = move |tx: &mut Tx<'_>, env: &Env| mark_received(tx, env, restaurant, seq);
    if let Err(error) = context.run("mark_received", work).await {
        tracing::warn!(%error, "a receipt was not kept");
    }
}

async fn may_look(context: Context, restaurant: RestaurantId, onlooker: Onlooker) -> bool {
    if let Some(token) = &onlooker.token
        && context.sessions.check(token).await == Standing::SignedOut
    {
        return false;
    }
    let actor = onlooker.actor;
    let role = context
        .database
        .read(move |tx: &mut Tx<'_>| authorise(tx, restaurant, actor, Task::See).map(drop))
        .await;
    // Only a clear no ends it: a database that is away says nothing of the person.
    !matches!(
        role,
        Err(crate::usecases::Refusal::NotFound | crate::usecases::Refusal::Forbidden(_))
    )
}
