//! Live orders: each entry of an order's history is a frame, so a client that comes back receives
//! exactly what it missed.

use std::{sync::Arc, time::Duration};

use broker::Message;
use database::{Database, Error};
use kernel::ids::OrderId;
use live::{Feed, Frame, LoadError, Options};

use crate::{
    domain::order::Change,
    orders::Orders,
    store::orders::{self, Order},
};

/// One entry of an order's history, with the order as it stood when the entry was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The order.
    pub order: Arc<Order>,
    /// The entry.
    pub change: Change,
    /// The whole history at that time, oldest first.
    pub history: Arc<[Change]>,
}

/// The live orders of this process.
pub type LiveOrders = Feed<OrderId, Moment>;

/// A feed over the history in the database.
#[must_use]
pub fn feed(database: Database) -> LiveOrders {
    Feed::new(Options::default(), move |id, after| {
        let database = database.clone();
        Box::pin(async move { load(&database, id, after).await.map_err(LoadError::new) })
    })
}

async fn load(
    database: &Database,
    id: OrderId,
    after: Option<u64>,
) -> Result<Vec<Frame<Moment>>, Error> {
    let after = after.and_then(|after| u32::try_from(after).ok()).unwrap_or(0);
    database
        .read(move |tx| {
            let Some(order) = orders::find(tx, id)? else { return Ok(Vec::new()) };
            // A number of another life of the database: the whole, from the first entry.
            let after = if after > order.progress.version { 0 } else { after };
            let order = Arc::new(order);
            let history: Arc<[Change]> = orders::history(tx, id, 0)?.into();
            let news = history.iter().filter(|change| change.version > after);
            let frame = |change: &Change| Frame {
                seq: u64::from(change.version),
                content: Moment {
                    order: order.clone(),
                    change: change.clone(),
                    history: history.clone(),
                },
            };
            Ok(news.map(frame).collect())
        })
        .await
}

/// Another replica may have taken an event in; by then its transaction is durable.
const SECOND_LOOK: Duration = Duration::from_millis(500);

/// Hears of changes that other replicas make, until the process stops: they share the consumer's
/// work, and each has readers of its own.
pub(crate) async fn follow(orders: Orders) {
    let live = orders.live.clone();
    let look_twice = move |message: &Message| {
        if live.watched() == 0 {
            return;
        }
        let Some(order) = order_of(message) else { return };
        live.poke(&order);
        let live = live.clone();
        tokio::spawn(async move {
            tokio::time::sleep(SECOND_LOOK).await;
            live.poke(&order);
        });
    };
    let of = [web::Service::Prepstation, web::Service::Orderhub];
    orders.context.clone().overhear(&of, Duration::ZERO, look_twice).await;
}

/// The order that an event is about, if it is about one.
fn order_of(message: &Message) -> Option<OrderId> {
    #[derive(serde::Deserialize)]
    struct About {
        order_id: OrderId,
    }
    #[derive(serde::Deserialize)]
    struct Event {
        data: About,
    }
    message.json::<Event>().ok().map(|event| event.data.order_id)
}
