//! What another replica did to tickets: each replica hears our own facts and looks again.

use super::Board;
use broker::{Consumer, Group, Settlement, Start, Subscription};
use runtime::Context;
use std::time::Duration;

const KINDS: &str = "comanda.prepstation.ticket.";

/// Pokes the boards of the restaurants that facts tell of, until the process stops.
pub async fn run(context: Context, board: Board) {
    let stopping = context.tasks.stopping();
    while !stopping.is_cancelled() {
        let failed = tokio::select! {
            failed = listen(&context, &board) => failed,
            () = stopping.cancelled() => return,
        };
        tracing::warn!(error = %failed, "other replicas are not heard; trying again");
        tokio::time::sleep(Duration::from_secs(1)).await;
        // Whatever was said meanwhile.
        board.poke_all();
    }
}

async fn listen(context: &Context, board: &Board) -> broker::Error {
    let subscription = Subscription {
        group: Group::Broadcast,
        topics: vec!["prepstation".to_owned()],
        start: Start::Now,
        ack_wait: Duration::from_secs(30),
    };
    let mut consumer = match context.broker.subscribe(subscription).await {
        Ok(consumer) => consumer,
        Err(error) => return error,
    };
    loop {
        if let Err(error) = hear(consumer.as_mut(), board).await {
            return error;
        }
    }
}

async fn hear(consumer: &mut dyn Consumer, board: &Board) -> Result<(), broker::Error> {
    let deliveries = consumer.next(100).await?;
    for delivery in &deliveries {
        if delivery.message.kind.starts_with(KINDS)
            && let Ok(restaurant) = delivery.message.key.parse()
        {
            board.poke(restaurant);
        }
    }
    consumer.settle(deliveries.into_iter().map(|d| (d.receipt, Settlement::Ack)).collect()).await
}
