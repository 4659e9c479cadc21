//! The board as it happens: one feed for all screens of all restaurants, one pump per restaurant
//! that somebody looks at. A change is rendered once, as JSON and as HTML, whoever looks on.

mod frame;
mod replicas;
mod socket;

pub use frame::BoardFrame;
pub use replicas::run as follow_replicas;
pub use socket::{Form, Onlooker, serve};

use crate::store::{
    boards, restaurants,
    tickets::{self, Ticket},
};
use database::Tx;
use futures_util::FutureExt;
use kernel::ids::RestaurantId;
use live::{Feed, Frame, LoadError, Options, Subscription};
use runtime::Context;
use std::sync::Arc;
use trace::{Kind, TraceParent, Tracer};

/// Who missed more changes than this gets the whole board instead.
const MOST_MISSED: u32 = 500;

/// Live boards. Clones share them.
#[derive(Debug, Clone)]
pub struct Board {
    feed: Feed<RestaurantId, Arc<BoardFrame>>,
}

impl Board {
    /// The boards of this service's database.
    #[must_use]
    pub fn new(context: &Context) -> Self {
        let context = context.clone();
        let feed = Feed::new(Options::default(), move |restaurant, after| {
            let context = context.clone();
            async move { load(&context, restaurant, after).await }.boxed()
        });
        Self { feed }
    }

    /// Says that a restaurant's tickets have changed. Call it after the commit.
    pub fn poke(&self, restaurant: RestaurantId) {
        self.feed.poke(&restaurant);
    }

    /// Follows a restaurant's board.
    ///
    /// # Errors
    /// The board cannot be read now.
    pub async fn subscribe(
        &self,
        restaurant: RestaurantId,
        after: Option<u64>,
    ) -> Result<Subscription<RestaurantId, Arc<BoardFrame>>, LoadError> {
        self.feed.subscribe(restaurant, after).await
    }
}

async fn load(
    context: &Context,
    restaurant: RestaurantId,
    after: Option<u64>,
) -> Result<Vec<Frame<Arc<BoardFrame>>>, LoadError> {
    let now = context.clock.now();
    let tracer = context.tracer.clone();
    let read = move |tx: &mut Tx<'_>| read_frames(tx, restaurant, after, (now, &tracer));
    context.database.read(read).await.map_err(LoadError::new)
}

fn read_frames(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    after: Option<u64>,
    (now, tracer): (jiff::Timestamp, &Tracer),
) -> Result<Vec<Frame<Arc<BoardFrame>>>, database::Error> {
    let Some(restaurant) = restaurants::by_id(tx, restaurant)? else { return Ok(Vec::new()) };
    let newest = boards::seq(tx, restaurant.id)?;
    let after = after.and_then(|after| i64::try_from(after).ok()).filter(|after| *after <= newest);
    if let Some(after) = after {
        let changed = tickets::changed_after(tx, restaurant.id, after, MOST_MISSED + 1)?;
        if changed.len() <= MOST_MISSED as usize {
            let frames = changed
                .iter()
                .map(|ticket| BoardFrame::of(&restaurant, ticket, now, step(tracer, ticket)));
            return Ok(frames.collect());
        }
    }
    let open = tickets::open(tx, restaurant.id)?;
    Ok(vec![BoardFrame::whole(&restaurant, &open, newest, now)])
}

/// The frame of a ticket as the step after the one that changed it, on whichever replica that was.
fn step(tracer: &Tracer, ticket: &Ticket) -> Option<TraceParent> {
    let mut span = tracer.span(Kind::Producer, Some(ticket.cause?), || "frame");
    span.set("comanda.board_seq", || ticket.board_seq);
    Some(span.id())
}
