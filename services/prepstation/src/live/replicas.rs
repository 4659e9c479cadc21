//! What another replica did to tickets: each replica hears our own facts and looks again.

use super::Board;
use runtime::Context;
use std::time::Duration;

const KINDS: &str = "comanda.prepstation.ticket.";

/// Pokes the boards of the restaurants that facts tell of, until the process stops.
pub async fn run(context: Context, board: Board) {
    let us = [context.site.service];
    let poke = move |message: &broker::Message| {
        if message.kind.starts_with(KINDS)
            && let Ok(restaurant) = message.key.parse()
        {
            board.poke(restaurant);
        }
    };
    context.overhear(&us, Duration::ZERO, poke).await;
}
