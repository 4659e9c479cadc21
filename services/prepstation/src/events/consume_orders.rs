//! What orderhub says of orders becomes what the kitchen sees. One consumer group for all replicas;
//! each screen hears of it from the feed.

use crate::{
    live::Board,
    usecases::tickets::{
        Refusal,
        end_order::Ended,
        end_order::end_order,
        forget_customer::forget_customer,
        receive_order::{receive_order, receive_scheduled},
    },
};
use broker::Message;
use contracts::{
    CloudEvent, Fact,
    orderhub::v1::{OrderAnonymised, OrderCancelled, OrderExpired, OrderPlaced, OrderScheduled},
};
use database::Tx;
use kernel::{Env, ids::RestaurantId};
use outbox::HandlerError;
use runtime::Context;
use serde::de::DeserializeOwned;

/// The consumer group, and its name in the inbox.
pub const CONSUMER: &str = "prepstation-orders";

/// Follows orderhub until the process stops.
pub async fn run(context: Context, board: Board) {
    let handler = {
        let context = context.clone();
        move |message| handle(context.clone(), board.clone(), message)
    };
    context.consume(CONSUMER, web::Service::Orderhub, handler).await;
}

async fn handle(context: Context, board: Board, message: Message) -> Result<(), HandlerError> {
    match message.kind.as_str() {
        OrderPlaced::TYPE => {
            let event = read::<OrderPlaced>(&message)?;
            let restaurant = event.data.restaurant_id;
            let work = move |tx: &mut Tx<'_>, env: &Env| {
                receive_order(tx, env, CONSUMER, event.head.id, &event.data)
            };
            context.run("receive_order", work).await.map_err(retry)?;
            // Also when it was there: another replica may have been told, and its screens are others.
            board.poke(restaurant);
            Ok(())
        }
        OrderScheduled::TYPE => {
            let event = read::<OrderScheduled>(&message)?;
            let restaurant = event.data.order.restaurant_id;
            let work = move |tx: &mut Tx<'_>, env: &Env| {
                receive_scheduled(tx, env, CONSUMER, event.head.id, &event.data.order)
            };
            context.run("receive_scheduled", work).await.map_err(retry)?;
            board.poke(restaurant);
            Ok(())
        }
        OrderCancelled::TYPE => {
            let event = read::<OrderCancelled>(&message)?;
            let restaurant = event.data.restaurant_id;
            end(&context, &board, event.head.id, restaurant, Ended::Cancelled(event.data)).await
        }
        OrderExpired::TYPE => {
            let event = read::<OrderExpired>(&message)?;
            let restaurant = event.data.restaurant_id;
            end(&context, &board, event.head.id, restaurant, Ended::Expired(event.data)).await
        }
        OrderAnonymised::TYPE => {
            let event = read::<OrderAnonymised>(&message)?;
            let work = move |tx: &mut Tx<'_>, env: &Env| {
                forget_customer(tx, env, CONSUMER, event.head.id, &event.data)
            };
            context.run("forget_customer", work).await.map_err(retry)
        }
        _ => Ok(()),
    }
}

async fn end(
    context: &Context,
    board: &Board,
    event: kernel::ids::EventId,
    restaurant: RestaurantId,
    ended: Ended,
) -> Result<(), HandlerError> {
    let work = move |tx: &mut Tx<'_>, env: &Env| end_order(tx, env, CONSUMER, event, &ended);
    context.run("end_order", work).await.map_err(retry)?;
    board.poke(restaurant);
    Ok(())
}

fn read<T: DeserializeOwned + Fact>(message: &Message) -> Result<CloudEvent<T>, HandlerError> {
    message.json().map_err(HandlerError::poison)
}

fn retry(refusal: Refusal) -> HandlerError {
    HandlerError::retry(refusal)
}
